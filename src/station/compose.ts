/**
 * Wires the rooms of one station over a disk, a clock, chance and carriers. Rooms know each other only by what they are
 * given here; whoever composes a station (the program, the simulator) brings the outside.
 */
import { type Clock, HOUR_MS, type RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Opaque } from '#core/opaque.ts';
import { Refusal } from '#core/refusals.ts';
import type { CertificateAuthority } from '#model/certificate-authority.ts';
import type { LogSigner } from '#model/directory-log.ts';
import { event as eventCodec, eventFields } from '#wire/event.ts';
import type { TwinSigner } from '#wire/sign.ts';
import { createDispatch, type Dispatch, type DispatchLimits, dispatchMigrations } from './dispatch/index.ts';
import { ledgerOrigin, witnessName } from '#model/ledger-names.ts';
import { feedRoutes } from './feed/index.ts';
import { closeIncarnation, demandOpen, formersOf, incarnationsMigrations, isOpen, Leading, markClaimed, markLed, newestRestoration, reopenedAt, type Restoration, type Standing, takeReturned, whyStill } from './incarnations/index.ts';
import { type Blobs, openBlobs } from './kernel/blobs.ts';
import { Checkpoints } from './kernel/checkpoints.ts';
import { Claims } from './kernel/claims.ts';
import type { Disk } from './kernel/disk.ts';
import { Chores, createHealth, type FiguresDeps, type Health, type Machine, Meters, type ProcessFigures } from './health/index.ts';
import type { Route } from './kernel/http-routes.ts';
import { Jobs } from './kernel/jobs.ts';
import { type EncodeEvent, Ledger } from './kernel/ledger.ts';
import type { Log } from './kernel/log.ts';
import type { LogTail } from './kernel/log-tail.ts';
import { kernelMigrations } from './kernel/migrations/index.ts';
import { mergeMigrations } from './kernel/migrate.ts';
import { openStore, type Store, type Transaction } from './kernel/store.ts';
import { DEFAULT_WATERMARKS, demandRoom, type DiskLevel, orderedWatermarks, type Watermarks } from './kernel/watermarks.ts';
import {
  bundleRoutes, createLinks, createWitness, demandCarrier, type LinksDeps, linkRoutes, type Links, linksMigrations, type Network,
} from './links/index.ts';
import { openApiRoute } from './openapi-route.ts';
import { takeTerm, type TermInHand } from './term-taking.ts';
import { type Caller, createPeople, type People, peopleMigrations } from './people/index.ts';

/** Suites from here on are for tests and simulation. Source: docs/protocol/suite.md. */
const SIMULATION_SUITES_FROM = 0xff00;

export interface StationDeps {
  /** Code of this station. */
  readonly station: string;
  /** SHA-256 of the founding entry: the trust anchor. */
  readonly founding: Uint8Array;
  /** 16 random bytes, made with the data folder. */
  readonly incarnation: Uint8Array;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly provider: CryptoProvider;
  /** The station's twin. */
  readonly signer: TwinSigner;
  /** The station's log keys: checkpoints, cosignatures, and the directory while it sequences. */
  readonly logSigner: LogSigner;
  /** Of this station alone (model/verified-log.ts): what it has verified of the directory it verifies no second time. */
  readonly markKey?: Uint8Array;
  /** Other log keys for the directory, of a folder that was promoted: they sequence from a term of their own on. */
  readonly termSigner?: LogSigner;
  readonly term?: TermInHand;
  readonly network: Network;
  readonly log: Log;
  /** Of the program. */
  readonly version: string;
  readonly checkpointHours?: number;
  /** Free bytes below which parts are refused; the other marks of watermarks.ts beside it. */
  readonly diskReserveBytes?: number;
  readonly diskWarnBytes?: number;
  readonly diskFloorBytes?: number;
  /** How the process that runs the station stands. */
  readonly process?: () => ProcessFigures;
  readonly backups?: NonNullable<FiguresDeps['backups']>;
  /** What the machine does when a registrar asks for it; nothing unless given. */
  readonly machine?: Machine;
  /** Newest lines of the log, for registrars. */
  readonly logTail?: Pick<LogTail, 'after'>;
  readonly sessionIdleMs?: number;
  /** Past a transport key's time by so much it may be destroyed; fourteen days by default. */
  readonly keyGraceMs?: number;
  readonly opaque?: () => Promise<Opaque>;
  /** Of unfinished parts: what a neighbour may leave here, and for how long they are kept. */
  readonly stagedBytesMax?: number;
  readonly stagingDays?: number;
  /** How much of what one office sent may wait to leave. */
  readonly officeQuota?: Pick<DispatchLimits, 'officeCopiesMax' | 'officeBytesMax'>;
  readonly nextHops?: LinksDeps['nextHops'];
  readonly addresses?: LinksDeps['addresses'];
  readonly furtherAddresses?: LinksDeps['furtherAddresses'];
  /** Awaited before each round of commits: the end of this turn of the event loop, so that a round is shared. */
  readonly gather?: () => Promise<void>;
  /** Only a simulator says so: allows suites that protect nothing, and an authority that trusts raw keys. */
  readonly simulation?: { readonly authority?: CertificateAuthority };
}

export type { TermInHand };

export interface Station {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly people: People;
  readonly dispatch: Dispatch;
  readonly links: Links;
  readonly health: Health;
  /** For the HTTP server, with `people.authenticate`. */
  readonly routes: readonly Route[];
  /** Why this folder only reads; null where it works. */
  readonly standsStill: Standing | null;
  /** Begins to work. @throws Refusal `data-folder-empty` before a directory was received */
  start(): Promise<void>;
  /** Ends connections, says a last checkpoint, closes the store. The disk stays open. */
  stop(): Promise<void>;
}

/** Every table of a station. */
export const stationMigrations = mergeMigrations(kernelMigrations, peopleMigrations, dispatchMigrations, linksMigrations, incarnationsMigrations);

/** @throws Refusal `suite-refused`; those of openStore and createPeople */
export async function createStation(deps: StationDeps): Promise<Station> {
  refuseSimulation(deps);
  const meters = new Meters(deps.clock);
  const store = await openStore(deps.disk, {
    migrations: stationMigrations,
    watch: meters.watch,
    ...(deps.gather === undefined ? {} : { gather: deps.gather }),
  });
  try {
    return await composeOver(deps, store, meters);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function refuseSimulation({ provider, simulation }: StationDeps): void {
  const isAllowed = provider.suite < SIMULATION_SUITES_FROM || simulation !== undefined;
  if (!isAllowed) throw new Refusal('suite-refused', { suite: provider.suite });
}

async function composeOver(deps: StationDeps, store: Store, meters: Meters): Promise<Station> {
  const { provider, log } = deps;
  const blobs = openBlobs(deps.disk.blobs);
  const incarnation = (): Uint8Array => deps.incarnation;
  const encodeEvent = encodeEventWith(deps.clock);
  const watermarks = watermarksOf(deps);
  const shared = { ...deps, store, blobs, claims: new Claims(), incarnation };
  // A folder that was restored serves reading, and appends nothing to a ledger whose end others have.
  let restoration = await store.read((db) => newestRestoration(store, db));
  const ledger = new Ledger({ ...shared, hash: provider.hash, encodeEvent, demandOpen: () => demandOpen(restoration, deps.incarnation) });
  const restored = await store.read((db) => reopenedAt(ledger, db, restoration, deps.incarnation));
  const lineage = restored === null ? null : { formers: await store.read((db) => formersOf(store, db)), former: restoration!.former, opened: restored };
  const lead = new Leading({
    clock: deps.clock, neighbours: () => people.view().neighbours(deps.station), met: () => links.met(), alone: deps.term?.alone === true,
    claimedBefore: restoration?.claimed ?? null,
    keepClaim: (size) => void store.commit((tx) => markClaimed(store, tx, size)).catch((error: unknown) => log.fault('claimed', error)),
  }, restoration !== null && restoration.led === null);
  const people = await createPeople({
    ...shared, ledger,
    ...(deps.termSigner === undefined ? {} : { logSigner: deps.termSigner }),
    lead: {
      demand: (held, mayBegin) => lead.demand(held, mayBegin),
      registrarHeard: () => lead.registrarHeard(),
      async led(tx) {
        await markLed(store, tx, deps.clock.now());
        lead.led();
      },
      isTermHere: deps.term !== undefined,
    },
    room: { freeBytes: () => deps.disk.freeBytes(), floorBytes: watermarks.dispatchesBytes },
    forward: (sequencer, entries) => dispatch.propose(sequencer, entries),
    carryRequest: (tx, to, request) => dispatch.carryRequest(tx, to, request),
    waitingFor: (tx, office, number) => dispatch.arrivals.waitingFor(tx, office, number),
    ...(deps.simulation?.authority === undefined ? {} : { authority: deps.simulation.authority }),
  });
  const checkpoints = checkpointsOf(deps, store, ledger);
  const witness = createWitness({ ...shared, ledger, checkpoints, hash: provider.hash, organisation: organisationOf(deps) });
  const links = createLinks({
    ...shared, ledger, witness, directory: exchangeOf(people), peerExchange: people.peerDirectories, traffic: () => dispatch.traffic, showed: (peer) => dispatch.showed(peer), remark: remarkInto(log),
    demandRoom: (bytes) => demandRoom(deps.disk.freeBytes(), bytes, watermarks.partsBytes),
    freeBytes: () => deps.disk.freeBytes(),
    heard(size, held) {
      if (people.view().sequencer.station === deps.station) lead.heard(size, held);
    },
    lineage,
    givenBack: (peer, items) => takeReturned({ store, ledger, provider, view: () => people.view(), station: deps.station, now: () => deps.clock.now() }, peer, items),
    async superseded(peer, successor) {
      await store.commit((tx) => closeSuperseded(deps, store, ledger, tx, { peer, successor }));
      restoration = await store.read((db) => newestRestoration(store, db));
      // Not awaited: the connection that brought the news is one of those that end.
      links.stop().catch((error: unknown) => log.fault('superseded', error));
    },
  });
  const dispatch: Dispatch = createDispatch({
    ...shared, ledger, restored,
    view: () => people.view(),
    peers: () => people.peerDirectories.peers,
    showsMore: (agreement, size) => people.peerDirectories.showsMore(agreement, size),
    outbox: links.outbox,
    freeBytes: () => deps.disk.freeBytes(),
    propose: (entries, neighbour) => people.propose(entries, neighbour),
    takeRequests: (requests, neighbour, origin) => people.requests.bring(requests, neighbour, origin),
    waiting: (id) => links.waiting(id),
    onFault: (error) => log.fault('dispatch', error),
    limits: {
      reserveBytes: watermarks.partsBytes, floorBytes: watermarks.dispatchesBytes,
      ...(deps.stagingDays === undefined ? {} : { stagingDays: deps.stagingDays }),
      ...deps.officeQuota,
    },
  });
  const chores = new Chores({ store, clock: deps.clock, log, machine: deps.machine ?? null, jobs: () => jobs });
  const jobs = jobsOf(deps, { store, checkpoints, people, dispatch, links }, chores);
  const { process: processFigures, ...told } = shared;
  const health = createHealth({
    ...told, ledger, meters, watermarks,
    origin: ledgerOrigin(organisationOf(deps), deps.station, deps.incarnation),
    freeBytes: () => deps.disk.freeBytes(),
    links: () => (people.isEmpty ? Promise.resolve([]) : links.states()),
    directorySize: () => (people.isEmpty ? 0 : people.view().point.size),
    sessions: () => people.sessionCount(),
    jobs, chores,
    demandOperator: (caller) => people.demandRegistrar(caller),
    restored: () => (restoration === null ? null : { asOf: restoration.as_of, isOpen: isOpen(restoration, deps.incarnation) }),
    arrivedAs: (ids) => dispatch.arrivedAs(ids),
    ...(processFigures === undefined ? {} : { process: processFigures }),
  });
  const { audience } = dispatch;
  const feed = feedRoutes({ ...shared, ledger, links, requests: people.requests, proposals: people.proposals, audience, checkpoints, stands: (caller) => people.stands(caller) });
  const demandMayCarry = (caller: Caller): void =>
    demandCarrier(people.view(), caller.person, (office) => audience.may(caller, 'carry bundles', office));
  const routes = [...people.routes, ...dispatch.routes, ...linkRoutes<Caller>(links, { disk: () => diskOf(health.ready()), stranded: () => dispatch.stranded() }),
    ...bundleRoutes<Caller>(links.courier, demandMayCarry), ...feed, ...health.apiRoutes, openApiRoute(deps.version)];
  const parts = { store, blobs, ledger, checkpoints, people, dispatch, links, health };
  return { ...parts, routes, ...lifeOf(deps, { jobs, chores }, parts, restoration) };
}

type Parts = Omit<Station, 'routes' | 'standsStill' | 'start' | 'stop'>;

function checkpointMs({ checkpointHours = 24 }: StationDeps): number {
  return checkpointHours * HOUR_MS;
}

function jobsOf(deps: StationDeps, { store, checkpoints, people, dispatch, links }: Pick<Parts, 'store' | 'checkpoints' | 'people' | 'dispatch' | 'links'>, chores: Chores): Jobs {
  const handlers = {
    async sweep() {
      // An agreement that lapses grows no directory.
      dispatch.resume();
      await people.sweep();
      return dispatch.expiry.sweep();
    },
    staging: () => links.sweep(),
    chase: () => dispatch.chase(),
    checkpoint: async () => {
      await checkpoints.checkpoint();
      return deps.clock.now() + checkpointMs(deps);
    },
    ...chores.handlers,
  };
  return new Jobs({ store, clock: deps.clock, log: deps.log, handlers });
}

function lifeOf(deps: StationDeps, { jobs, chores }: { readonly jobs: Jobs; readonly chores: Chores }, { store, ledger, checkpoints, people, dispatch, links, health }: Parts, restoration: Restoration | null): Pick<Station, 'standsStill' | 'start' | 'stop'> {
  const everyMs = checkpointMs(deps);
  let endListening = (): void => {};
  let endTaking = (): void => {};
  const standsStill = whyStill(restoration, deps.incarnation);
  return {
    standsStill,
    async start() {
      if (people.isEmpty) throw new Refusal('data-folder-empty');
      if (standsStill !== null) {
        await health.start('not-reopened');
        return deps.log.warn('not-reopened', { room: 'incarnations' });
      }
      await openLedger(store, ledger);
      await jobs.start();
      await store.commit(async (tx) => {
        await jobs.schedule(tx, 'sweep', 'hourly', deps.clock.now());
        await jobs.schedule(tx, 'staging', 'hourly', deps.clock.now());
        await jobs.schedule(tx, 'chase', 'often', deps.clock.now());
        await jobs.schedule(tx, 'checkpoint', 'daily', deps.clock.now() + everyMs);
      });
      links.start();
      endTaking = takeTerm(deps, (entries) => people.propose(entries));
      dispatch.resume();
      // New links and offices: what had no route may have one now.
      const ends = [people.onGrown(() => dispatch.resume()), people.peerDirectories.onGrown(() => dispatch.resume())];
      endListening = () => ends.forEach((end) => end());
      await health.start();
    },
    async stop() {
      health.stop();
      endListening();
      endTaking();
      await links.stop();
      chores.stop();
      await jobs.stop();
      if (store.state === 'open' && (await store.read((db) => newestRestoration(store, db)).then((newest) => isOpen(newest, deps.incarnation)))) await checkpoints.checkpoint();
      await store.close();
    },
  };
}

/** The logs that ride the links: the own, and what is held of others'. */
function exchangeOf(people: People): LinksDeps['directory'] {
  const { peerDirectories } = people;
  return {
    view: () => people.view(),
    peers: () => peerDirectories.peers,
    entriesFrom: (from) => people.entriesFrom(from),
    receive: (run) => people.receive(run),
    onGrown(listener) {
      const ends = [people.onGrown(listener), peerDirectories.onGrown(listener)];
      return () => ends.forEach((end) => end());
    },
  };
}

/** The last word of a folder that was put aside. */
async function closeSuperseded(
  deps: StationDeps, store: Store, ledger: Ledger, tx: Transaction, { peer, successor }: { readonly peer: string; readonly successor: Uint8Array },
): Promise<void> {
  const head = await ledger.head(tx);
  await ledger.append(tx, { kind: 'superseded', fields: eventFields.encode({ peer, peerIncarnation: successor }) });
  await closeIncarnation(store, tx, { cause: 'superseded', former: deps.incarnation, ledger: head, asOf: deps.clock.now() });
}

/** The first event of every ledger. */
async function openLedger(store: Store, ledger: Ledger): Promise<void> {
  await store.commit(async (tx) => {
    const [first] = await ledger.entries(tx, 0, 1);
    if (first === undefined) await ledger.append(tx, { kind: 'opened-ledger', fields: eventFields.encode({}) });
  });
}

function checkpointsOf(deps: StationDeps, store: Store, ledger: Ledger): Checkpoints {
  const { provider, station, incarnation, logSigner } = deps;
  const organisation = organisationOf(deps);
  const keys = { ed25519: logSigner.ed25519, mlDsa44: logSigner.mldsa44 };
  return new Checkpoints({
    store, ledger, clock: deps.clock, hash: provider.hash, signatures: provider.signatures,
    origin: ledgerOrigin(organisation, station, incarnation),
    witnessName: witnessName(organisation, station),
    keys: { log: keys, witness: keys },
  });
}

function diskOf({ disk: { level, freeBytes } }: ReturnType<Health['ready']>): { level: DiskLevel; freeBytes: number } {
  return { level, freeBytes };
}

function watermarksOf({ diskWarnBytes, diskReserveBytes, diskFloorBytes }: StationDeps): Watermarks {
  return orderedWatermarks({
    warnBytes: diskWarnBytes ?? DEFAULT_WATERMARKS.warnBytes,
    partsBytes: diskReserveBytes ?? DEFAULT_WATERMARKS.partsBytes,
    dispatchesBytes: diskFloorBytes ?? DEFAULT_WATERMARKS.dispatchesBytes,
  });
}

/** Source: docs/protocol/suite.md §Names. */
function organisationOf({ founding }: StationDeps): Uint8Array {
  return founding.slice(0, 16);
}

/** How a ledger entry's bytes are made. Source: docs/protocol/ledger.md. */
export function encodeEventWith(clock: Pick<Clock, 'uncertaintyMs'>): EncodeEvent {
  return ({ index, time, incarnation, kind, subject, fields, commitments }) =>
    eventCodec.encode({
      version: 1, index, time, uncertaintyMs: clock.uncertaintyMs(), incarnation, kind, subject: subject ?? undefined, fields,
      commitments: Object.entries(commitments).map(([name, commitment]) => ({ name, commitment })),
    });
}

/** Words and numbers that the log's closed list knows; what it does not know stays out. */
function remarkInto(log: Log): NonNullable<LinksDeps['remark']> {
  return (word, detail) => {
    const { peer, code, channel, first, last, times } = detail;
    const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
    log.info(word, {
      room: 'links',
      peer: typeof peer === 'string' ? peer : undefined,
      refusal: typeof code === 'string' ? code : undefined,
      index: number(channel) ?? number(first),
      count: number(times) ?? number(last),
    });
  };
}
