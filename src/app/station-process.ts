/** One station on one data folder: the API on loopback, the TLS listener for neighbours, a graceful stop. */
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import type { NewStation, FirstLog, RunningStation, StationPorts } from '#cli/station-host.ts';
import { equal } from '#core/bytes.ts';
import { type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, twinSigner } from '#model/certificate-maker.ts';
import { type LogSigner, signDirectoryCheckpoint } from '#model/directory-log.ts';
import { foldEntries } from '#model/directory.ts';
import { markKey } from '#model/verified-log.ts';
import { nodeClockWithin } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { dialTls, listenTls, type TlsCarrierOptions, type TlsListener } from '#platform/node/tls-carrier.ts';
import { createStation, type Station, type StationDeps, type TermInHand } from '#station/compose.ts';
import type { ProcessFigures } from '#station/health/index.ts';
import type { Configuration, RenamedKey } from '#station/kernel/config.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { HttpServer } from '#station/kernel/http.ts';
import type { Route } from '#station/kernel/http-routes.ts';
import { createLog, type Log, silentLog } from '#station/kernel/log.ts';
import { LogTail } from '#station/kernel/log-tail.ts';
import { HEALTH_PATHS } from '#wire/api/health.ts';
import { eventFields } from '#wire/event.ts';
import { encodePrivateKey } from '#x509/private-key.ts';
import { machineOf } from './chores/machine.ts';
import { newestBackup, readLastBackup } from './last-backup.ts';
import { openLogSink } from './log-file.ts';
import type { LogSink } from './log-sink.ts';
import { localAddress } from './pages/server.ts';
import { StationPages } from './pages/station-pages.ts';
import { passingFolder } from './passing-folder.ts';
import { watchProcess } from './process-watch.ts';
import { forgetRunning, writeRunning } from './running-file.ts';
import {
  identityOf, isStationFolder, moveUp, readIdentity, readStationConfiguration, refuseOccupied, refusePortTwice, type StationIdentity, UNFINISHED, writeConfiguration,
  writeIdentity,
} from './station-folder.ts';
import { refuseStandby } from './standby/mark.ts';
import { readTerm } from './standby/term-file.ts';
import { stationDisk } from './station-database.ts';
import { version } from './version.ts';

const MEBIBYTE = 2 ** 20;

/**
 * Makes a station's folder: keys, configuration, and a database that begins with the directory log. Whole or not at all: it is
 * made in a folder of its own within, and whoever is killed at it leaves what the next one takes away.
 * @param beside keeps what must stand before the station does; where it throws there is none
 * @throws Refusal `data-folder-occupied`; those of the directory where the log does not hold
 */
export async function createStationFolder(made: NewStation, first: FirstLog, beside: () => Promise<void> = async () => {}): Promise<void> {
  const { data } = made;
  refuseOccupied(data);
  const isNew = mkdirSync(data, { recursive: true, mode: 0o700 }) !== undefined;
  const passing = passingFolder(data, UNFINISHED);
  try {
    await fillStationFolder({ ...made, data: passing }, first, beside);
    moveUp(passing, data);
  } catch (error) {
    rmSync(passing, { recursive: true, force: true });
    if (isNew) rmdirSync(data);
    throw error;
  }
}

async function fillStationFolder(made: NewStation, { founding, entries, checkpoint }: FirstLog, beside: () => Promise<void>): Promise<void> {
  const { data, station, secrets, apiPort, linkPort, database, databasePasswordFile } = made;
  const state = (await foldEntries(nodeCrypto, null, entries))!;
  const record = state.station(station);
  if (record === null) throw new Refusal('station-unknown', { station });
  const identity = identityOf(record, state.organisation, secrets, nodeRandom.bytes(16));
  const configuration = { ...readStationConfiguration(data), database: database ?? null, databasePasswordFile: databasePasswordFile ?? '' };
  const disk = await stationDisk(data, configuration);
  try {
    const clock = nodeClockWithin(0);
    const composed = await compose(identity, configuration, disk, clock, silentLog);
    const note = checkpoint ?? (await signDirectoryCheckpoint(
      nodeCrypto, await logSignerOf(identity.secrets.logs), state.organisation.id, state.point, clock.now()));
    await composed.store.commit((tx) =>
      composed.ledger.append(tx, { kind: 'opened-ledger', fields: eventFields.encode({}) }));
    await composed.people.receive({ from: 0, entries, checkpoint: note });
    if (!equal(composed.people.view().organisation.founding, founding)) throw new Refusal('directory-inconsistent', { reason: 'founding' });
    await composed.stop();
    writeConfiguration(data, { apiPort, linkPort, database, databasePasswordFile });
    writeIdentity(data, identity);
    await beside();
  } catch (error) {
    // A station half made is worse than none. What is another's is not touched.
    const isOthers = error instanceof Refusal && error.code.startsWith('database-');
    if ('discard' in disk && !isOthers) await disk.discard().catch(() => {});
    throw error;
  } finally {
    disk.close();
  }
}

/**
 * @param clockWithin the machine's clock with so much uncertainty
 * @throws Refusal `data-folder-empty`, `data-folder-in-use`, `port-in-use`, `port-twice`, `database-damaged`, `configuration-malformed`
 */
export async function startStationHere(data: string, ports: StationPorts, clockWithin: (uncertaintyMs: number) => Clock = nodeClockWithin): Promise<RunningStation> {
  refuseStandby(data);
  if (!isStationFolder(data)) throw new Refusal('data-folder-empty', { folder: data });
  const identity = readIdentity(data);
  const renamed: RenamedKey[] = [];
  const configuration = readStationConfiguration(data, (one) => void renamed.push(one));
  refusePortTwice(ports, configuration);
  const clock = clockWithin(configuration.clockUncertaintyMs);
  const sink = openLogSink(data, configuration);
  const logTail = new LogTail();
  const log = createLog({ clock, level: ports.logLevel ?? configuration.logLevel, write: sink.write, keep: (line) => logTail.keep(line) }).with({ station: identity.station });
  for (const { old, now } of renamed) log.warn('configuration-key-renamed', { key: old, now });
  const disk = await diskOrClose(data, configuration, sink, ports.tryAgain);
  const watch = watchProcess(sink);
  const ends: (() => Promise<unknown> | void)[] = [() => sink.close(), () => watch.stop(), () => disk.close()];
  const stopped = Promise.withResolvers<void>();
  const stop = once(async () => {
    for (const end of ends.toReversed()) await end();
    stopped.resolve();
  });
  try {
    const station = await compose(identity, configuration, disk, clock, log, { processFigures: watch.figures, term: readTerm(data), backups: () => backupsOf(data), machine: machineOf(data), logTail });
    ends.push(() => station.stop());
    const linkPort = await listenForNeighbours(identity, configuration, station, ports.link, ends, log);
    const view = () => station.people.view();
    const pages = new StationPages({
      data, configuration, station: identity.station, log, site: () => view().station(identity.station)?.site ?? null,
      organisation: () => view().organisation.name, root: () => view().organisation.root.p256,
    });
    const http = new HttpServer({
      routes: [...station.routes, ...healthRoutes(station, configuration)], refused: (code) => station.health.refused(code),
      authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device, clock, random: nodeRandom, log,
      beside: (request, response) => pages.beside(request, response),
      limits: {
        requestMs: configuration.requestSecondsMax * SECOND_MS,
        idleMs: configuration.idleSecondsMax * SECOND_MS,
        stopMs: configuration.stopSecondsMax * SECOND_MS,
      },
    });
    const { address, port } = await http.listen(configuration.apiAddress, ports.api ?? configuration.apiPort);
    ends.push(() => http.stop());
    await station.start();
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    writeRunning(data, { url, linkPort, pid: process.pid, version, since: clock.now() });
    ends.push(() => forgetRunning(data));
    const beyond = await pages.listen(url);
    if (beyond !== null) ends.push(() => beyond.close());
    // After whoever waits for this promise has said so.
    setImmediate(() => sink.begun());
    return { station: identity.station, url, pages: configuration.pagesEnabled ? beyond?.url ?? localAddress(address, port) : null, linkPort, standsStill: station.standsStill, stopped: stopped.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What whoever makes the backups has left in the folder; it changes while the station runs. */
function backupsOf(data: string): { made: number | null; everyMs: number | null } {
  const last = readLastBackup(data);
  return { made: newestBackup(last), everyMs: last?.everyMs ?? null };
}

async function compose(
  identity: StationIdentity, configuration: Configuration, disk: Disk, clock: Clock, log: Log,
  { processFigures, term, ...given }: { readonly processFigures?: () => ProcessFigures; readonly term?: TermInHand | null } & Pick<StationDeps, 'backups' | 'machine' | 'logTail'> = {},
): Promise<Station> {
  const keys = await openTwinKeys(nodeCrypto, identity.secrets.signing);
  const tls = tlsOf(identity, () => station, log);
  const station: Station = await createStation({
    station: identity.station,
    founding: identity.founding,
    incarnation: identity.incarnation,
    disk, clock, log, version,
    random: nodeRandom,
    provider: nodeCrypto,
    opaque: async () => (await import('#platform/wasm/opaque.ts')).loadOpaque(),
    signer: twinSigner(nodeCrypto, keys, identity.certificates),
    logSigner: await logSignerOf(identity.secrets.logs),
    markKey: markKey(nodeCrypto.hash, identity.secrets.signing.mldsa),
    ...(identity.term === undefined ? {} : { termSigner: await logSignerOf(identity.term) }),
    ...(term === undefined || term === null ? {} : { term }),
    network: { dial: (peer, address) => dialTls(tls, peer, address) },
    checkpointHours: configuration.checkpointHours,
    diskWarnBytes: configuration.diskWarnMebibytes * MEBIBYTE,
    diskReserveBytes: configuration.diskPartsMebibytes * MEBIBYTE,
    diskFloorBytes: configuration.diskDispatchesMebibytes * MEBIBYTE,
    ...(processFigures === undefined ? {} : { process: processFigures }),
    ...given,
    sessionIdleMs: configuration.sessionIdleMinutes * MINUTE_MS,
    keyGraceMs: configuration.keyGraceDays * DAY_MS,
    furtherAddresses: configuration.neighbourAddresses,
    stagedBytesMax: configuration.neighbourStagingMebibytes * MEBIBYTE,
    stagingDays: configuration.stagingDays,
    officeQuota: { officeCopiesMax: configuration.officeQuota.copies, officeBytesMax: configuration.officeQuota.mebibytes * MEBIBYTE },
    gather: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return station;
}

/** The certificate that the other side shows must be, byte for byte, that of a station in the directory, or of a peer's in the disclosed one. */
function tlsOf(identity: StationIdentity, station: () => Station, log: Log): TlsCarrierOptions {
  const { link, issuer, root } = identity.certificates;
  const secret = { algorithm: 'ml-dsa-65', secret: identity.secrets.link } as const;
  return {
    identity: { privateKey: encodePrivateKey(secret, new Uint8Array(0)), chain: [link, issuer], root },
    identify: (shown) => {
      const found = station().people.view().stations().find((one) => equal(one.link, shown));
      return found === undefined || found.endedBy !== null ? null : found.station;
    },
    identifyBeyond: (shown) => station().links.peerShowing(shown),
    refused: (word) => log.warn(word, { room: 'links' }),
  };
}

async function listenForNeighbours(
  identity: StationIdentity, configuration: Configuration, station: Station, asked: number | undefined,
  ends: (() => Promise<unknown> | void)[], log: Log,
): Promise<number> {
  if (!configuration.linksEnabled) return 0;
  const at = { host: configuration.linkAddress, port: asked ?? configuration.linkPort };
  const listener: TlsListener = await listenTls(tlsOf(identity, () => station, log), at, (carrier) => station.links.answer(carrier));
  ends.push(() => listener.close());
  return listener.port;
}

async function logSignerOf(logs: StationIdentity['secrets']['logs']): Promise<LogSigner> {
  return {
    ed25519: await nodeCrypto.signatures.signingKey('ed25519', logs.ed25519),
    mldsa44: await nodeCrypto.signatures.signingKey('ml-dsa-44', logs.mldsa44),
  };
}

/** A folder that cannot be had leaves no log file open. */
async function diskOrClose(data: string, configuration: Configuration, sink: LogSink, tryAgain: StationPorts['tryAgain']): Promise<Disk> {
  for (;;) {
    try {
      return await stationDisk(data, configuration);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'data-folder-in-use' && await tryAgain?.() === true) continue;
      sink.close();
      throw error;
    }
  }
}

function healthRoutes({ health }: Station, { metricsEnabled }: Configuration): readonly Route[] {
  return health.routes.filter(({ path }) => metricsEnabled || path !== HEALTH_PATHS.metrics);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
