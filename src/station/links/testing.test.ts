/** What the links' tests share: two stations on simulated carriers, with an owner of items that keeps them in a map. */
import { hex, utf8 } from '#core/bytes.ts';
import { root } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import type { Peers } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Blobs, openBlobs } from '#station/kernel/blobs.ts';
import { Checkpoints } from '#station/kernel/checkpoints.ts';
import { Claims } from '#station/kernel/claims.ts';
import { Ledger } from '#station/kernel/ledger.ts';
import { databaseSettled, isOnPostgresql, newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { mergeMigrations } from '#station/kernel/migrate.ts';
import { openStore, type Store, type Transaction } from '#station/kernel/store.ts';
import { event as eventCodec, eventFields, type EventFields } from '#wire/event.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { Precedence } from '#wire/names.ts';
import type { TwinSigner } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { SimulatedNetwork } from '../../../test/sim/network.ts';
import { SeededRandom } from '../../../test/sim/seed.ts';
import { simulationSuite } from '../../../test/sim/suite.ts';
import { SIMULATION_START, SimulatedTime } from '../../../test/sim/time.ts';
import type { BudgetLimits } from './budget.ts';
import type { Carrier } from './carrier.ts';
import type { Lineage } from './deps.ts';
import { leafAt } from './extent.ts';
import { ledgerOrigin, witnessName } from '#model/ledger-names.ts';
import { createLinks, createWitness, type Links, linksMigrations } from './index.ts';
import type { ItemName, OfferedCopy, OfferedItem, OutgoingItem, ReceivedItem, Traffic, Verdict } from './traffic.ts';

export interface Item extends OutgoingItem, ItemName {
  /** Sealed bytes of each part. */
  readonly sealed: readonly Uint8Array[];
}

/** Keeps items in memory that outlives a crash, as if it were its own durable store. */
export class ItemsDouble implements Traffic {
  /** Everything that was asked about, also what was refused. */
  readonly offered: OfferedItem[] = [];
  readonly items = new Map<string, Item>();
  readonly accepted: string[] = [];
  readonly settled: string[] = [];
  readonly refusedCodes: string[] = [];
  readonly parts = new Map<string, readonly HeaderPart[]>();
  /** Leaf lists that it was given, by root. */
  readonly lists = new Map<string, Uint8Array>();
  /** Of the origin's log, as this station has it. */
  directorySize = 1;
  refuseWith: Extract<Verdict, { verdict: 'refuse' }>['code'] | null = null;
  /** Refuses the next one, and no more. */
  refuseOnce: Extract<Verdict, { verdict: 'refuse' }>['code'] | null = null;
  /** Has no room for what has parts. */
  isFull = false;
  store!: Store;

  async examine(offered: OfferedItem): Promise<Verdict> {
    const { id, head } = offered;
    this.offered.push(offered);
    if (this.isFull && (this.parts.get(hex(id)) ?? []).length > 0) throw new Refusal('disk-full');
    const once = this.refuseOnce;
    this.refuseOnce = null;
    if (once !== null) return { verdict: 'refuse', code: once };
    if (this.refuseWith !== null) return { verdict: 'refuse', code: this.refuseWith };
    if (!hex(id).startsWith(hex(head.subarray(0, 8)))) return { verdict: 'refuse', code: 'header-forged' };
    if (this.accepted.includes(hex(id))) return { verdict: 'held', receipts: [] };
    return { verdict: 'take', parts: this.parts.get(hex(id)) ?? [] };
  }

  async accept({ id }: ReceivedItem, also: (tx: Transaction) => Promise<void>): Promise<readonly Signed[]> {
    await this.store.commit(also);
    this.accepted.push(hex(id));
    return [];
  }

  async load({ id }: OfferedCopy): Promise<OutgoingItem | null> {
    return this.items.get(hex(id)) ?? null;
  }

  async letGo({ id }: ItemName, _peer: string, also: (tx: Transaction) => Promise<unknown>): Promise<void> {
    await this.store.commit(async (tx) => void (this.items.has(hex(id)) || (await also(tx))));
  }

  async lost(): Promise<void> {}

  async header(): Promise<null> {
    return null;
  }

  async leaves({ root: asked }: HeaderPart): Promise<Uint8Array | null> {
    return this.lists.get(hex(asked)) ?? null;
  }

  async keepLeaves({ root: asked }: HeaderPart, leaves: Uint8Array): Promise<void> {
    this.lists.set(hex(asked), leaves);
  }

  async delivered({ id }: OfferedCopy, _peer: string, _receipts: readonly Signed[], also: (tx: Transaction) => Promise<void>): Promise<number> {
    await this.store.commit(also);
    this.settled.push(hex(id));
    return 1;
  }

  judgedBy(): number {
    return this.directorySize;
  }

  async refusalOf(_item: ItemName, _peer: string, code: string, judgedBy: number | null): Promise<string> {
    return judgedBy !== null && judgedBy < this.directorySize ? 'directory-behind' : code;
  }

  async refused(_item: OfferedCopy, _peer: string, code: string, also: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.store.commit(also);
    this.refusedCodes.push(code);
  }
}

export interface TestStation {
  readonly station: string;
  disk: TestDisk;
  readonly items: ItemsDouble;
  readonly remarks: string[];
  incarnation: Uint8Array;
  /** The incarnations that it follows, where it was restored. */
  lineage: Lineage | null;
  store: Store;
  blobs: Blobs;
  claims: Claims;
  links: Links;
}

export type FolderCopy = Pick<TestStation, 'disk' | 'incarnation' | 'lineage'>;

const NO_PEERS: Peers = { view: () => null };

/** One station's organisation, and what it was shown of others. */
export interface Side {
  readonly practice: PracticeOrganisation;
  readonly peers?: Peers;
}

export class TestPair {
  readonly time = new SimulatedTime(isOnPostgresql ? databaseSettled : undefined);
  readonly random = new SeededRandom('links');
  readonly network = new SimulatedNetwork(this.time, this.random.fork('network'));
  readonly provider = simulationSuite(this.random.fork('suite'));
  #organisation!: PracticeOrganisation;
  /** Of stations whose disk is not without end. */
  readonly freeBytes = new Map<string, number>();
  /** What stations have of the directory that are behind, until a run of it reaches them. */
  readonly behind = new Map<string, DirectoryView>();
  readonly #grown = new Set<() => void>();
  #restored = 0;
  #budget: BudgetLimits | undefined;
  hub!: TestStation;
  post!: TestStation;
  /** Frames that passed, as `from>to`. */
  readonly stationsUp = new Set<string>();

  /** @param budget what a neighbour may make either do, where it is not the usual */
  static async make(budget?: BudgetLimits): Promise<TestPair> {
    const pair = new TestPair();
    pair.#budget = budget;
    const { provider, random } = pair;
    pair.#organisation = await PracticeOrganisation.found({
      provider, random: random.fork('organisation'), now: SIMULATION_START, station: 'hub', cheap: true,
    });
    await pair.#organisation.addStation('post');
    await pair.#organisation.connect('hub', 'post', 'post:1');
    pair.hub = await pair.open('hub', newDisk(), new ItemsDouble(), 1);
    pair.post = await pair.open('post', newDisk(), new ItemsDouble(), 2);
    return pair;
  }

  protected sideOf(_station: string): Side {
    return { practice: this.#organisation };
  }

  /** What a station calls another, and the station that it calls so. */
  protected nameAt(_station: string, other: string): string {
    return other;
  }

  protected placeOf(_station: string, name: string): string {
    return name;
  }

  get view(): DirectoryView {
    return this.#organisation.state;
  }

  /** One more neighbour of a station's, of which there are only its keys. */
  async addNeighbour(of: string, neighbour: string): Promise<void> {
    await this.#organisation.addStation(neighbour);
    await this.#organisation.connect(neighbour, of, `${of}:1`);
    this.grew();
  }

  /** What a station signs with: whoever has stolen it says with it what he likes. */
  signerOf(station: string): TwinSigner {
    return this.sideOf(station).practice.stations.get(station)!.signer;
  }

  /** Adds entries to the directory that both stations see. */
  async decide(...plans: Parameters<PracticeOrganisation['add']>[0]): Promise<void> {
    await this.#organisation.add(plans);
    this.grew();
  }

  /** Tells every station that some directory has changed. */
  grew(): void {
    for (const listener of this.#grown) listener();
  }

  /** An item with parts of so many bytes, ready at a station and not queued. */
  item(at: TestStation, name: string, precedence: Precedence = 'routine', partSizes: readonly number[] = [], headSize = 40, office: string | null = null): Item {
    const id = this.provider.hash.sha256(utf8(name));
    const head = new Uint8Array(headSize).fill(7);
    head.set(id.subarray(0, 8));
    const sealed = partSizes.map((size, index) => new SeededRandom(`${name}/${index}`).bytes(size));
    const parts = sealed.map((bytes) => this.#part(bytes));
    const item: Item = { kind: 'dispatch', id, sealing: 0, head, parts, precedence, hops: 1, period: 1, sealed, owner: office === null ? null : { office, bytes: headSize } };
    at.items.items.set(hex(id), item);
    for (const other of [this.hub, this.post]) other.items.parts.set(hex(id), parts);
    return item;
  }

  /** Puts the parts on the disk and the item into the queue. */
  async queue(at: TestStation, peer: string, ...items: readonly Item[]): Promise<void> {
    for (const { parts, sealed } of items) {
      for (const [index, part] of parts.entries()) await this.#seal(at, part, sealed[index]!);
    }
    await at.store.commit(async (tx) => {
      for (const { kind, id, sealing, precedence, owner } of items) {
        await at.links.outbox.enqueue(tx, { kind, id, sealing, precedence, peer, owner });
      }
    });
  }

  /** Cuts a station's power and starts it again over what was durable. */
  async crash(at: TestStation): Promise<void> {
    this.network.silence(at.station);
    this.stationsUp.delete(at.station);
    at.disk.crash();
    await at.links.stop().catch(() => {});
    const next = await this.open(at.station, at.disk, at.items, at.incarnation[0]!, at.lineage);
    Object.assign(at, next);
  }

  /** As a backup has it. */
  async copy({ disk, incarnation, lineage }: TestStation): Promise<FolderCopy> {
    return { disk: await disk.copy(), incarnation, lineage };
  }

  /** An operator puts a copy of its folder in its place and opens the next incarnation. */
  async restore(at: TestStation, { disk, incarnation, lineage }: FolderCopy): Promise<void> {
    this.#restored += 1;
    // Nobody runs on the folder that was there before: over a server its connections would stay.
    at.disk.crash();
    at.lineage = { formers: [...(lineage?.formers ?? []), incarnation], former: incarnation, opened: SIMULATION_START + this.time.elapsedMs };
    at.incarnation = new Uint8Array(16).fill(16 + this.#restored);
    at.disk = await disk.copy();
    await this.crash(at);
  }

  async events(at: TestStation, kind: string): Promise<EventFields[]> {
    const rows = await at.store.read((db) =>
      at.store.of<{ ledger_entry: { kind: string; bytes: Uint8Array; entry_index: number } }>().in(db)
        .selectFrom('ledger_entry').select('bytes').where('kind', '=', kind).orderBy('entry_index').execute());
    return rows.map(({ bytes }) => eventFields.decode(eventCodec.decode(bytes).fields));
  }

  async open(station: string, disk: TestDisk, items: ItemsDouble, folder: number, lineage: Lineage | null = null): Promise<TestStation> {
    const { provider, time, random } = this;
    const side = this.sideOf(station);
    const practice = side.practice.stations.get(station)!;
    const life = `${station} ${time.elapsedMs}`;
    this.stationsUp.add(station);
    const opened = { over: false };
    const clock = time.clock(0, () => !opened.over);
    const incarnation = new Uint8Array(16).fill(folder);
    const migrations = mergeMigrations(kernelMigrations, linksMigrations);
    const store = await openStore(disk, { migrations });
    const [blobs, claims] = [openBlobs(disk.blobs), new Claims()];
    items.store = store;
    const organisation = side.practice.state.organisation.id;
    const encodeEvent = ({ index, time: at, incarnation: of, kind, subject, fields }: Parameters<ConstructorParameters<typeof Ledger>[0]['encodeEvent']>[0]) =>
      eventCodec.encode({
        version: 1, index, time: at, uncertaintyMs: 0, incarnation: of, kind, subject: subject ?? undefined, fields, commitments: [],
      });
    const ledger = new Ledger({ store, clock, random: random.fork(life), hash: provider.hash, encodeEvent, incarnation: () => incarnation });
    const log = { ed25519: practice.log.signer.ed25519, mlDsa44: practice.log.signer.mldsa44 };
    const checkpoints = new Checkpoints({
      store, ledger, clock, hash: provider.hash, signatures: provider.signatures,
      origin: ledgerOrigin(organisation, station, incarnation), witnessName: witnessName(organisation, station),
      keys: { log, witness: log },
    });
    const remarks: string[] = [];
    const links = createLinks({
      station, incarnation: () => incarnation, lineage, store, blobs, claims, ledger, provider, clock, budget: this.#budget,
      witness: createWitness({ store, ledger, checkpoints, hash: provider.hash, organisation }),
      signer: practice.signer,
      random: random.fork(`links ${life}`),
      directory: {
        view: () => this.behind.get(station) ?? this.sideOf(station).practice.state,
        peers: () => this.sideOf(station).peers ?? NO_PEERS,
        entriesFrom: async (from) => ({ from, entries: this.behind.size > 0 ? [new Uint8Array(1)] : [], checkpoint: new Uint8Array(1) }),
        receive: async () => void this.behind.delete(station),
        onGrown: (listener) => {
          this.#grown.add(listener);
          return () => this.#grown.delete(listener);
        },
      },
      traffic: () => items,
      network: { dial: async (peer) => named(await this.network.dial(station, this.placeOf(station, peer)), peer) },
      remark: (word, detail) => remarks.push(`${word} ${JSON.stringify(detail)}`),
      freeBytes: () => this.freeBytes.get(station) ?? Number.MAX_SAFE_INTEGER,
    });
    this.network.listen(station, (carrier) => links.answer(named(carrier, this.nameAt(station, carrier.peer))));
    links.start();
    return { station, disk, items, remarks, incarnation, lineage, store, blobs, claims, links };
  }

  #part(sealed: Uint8Array): HeaderPart {
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < sealed.length; at += SEALED_CHUNK_BYTES) {
      leaves.push(leafAt(this.provider.hash, leaves.length, sealed.subarray(at, at + SEALED_CHUNK_BYTES)));
    }
    return { root: root(this.provider.hash, leaves), chunks: leaves.length, size: sealed.length };
  }

  async #seal(at: TestStation, part: HeaderPart, bytes: Uint8Array): Promise<void> {
    if ((await at.blobs.size(hex(part.root))) !== null) return;
    const staged = await at.blobs.stage(`new-${hex(part.root).slice(0, 16)}`);
    await staged.append(bytes, 0);
    await staged.seal(hex(part.root));
  }
}

/** A carrier under the name by which its owner knows who is at the other end. */
function named(carrier: Carrier, peer: string): Carrier {
  return {
    peer, binding: carrier.binding, isCounted: carrier.isCounted ?? false, open: (events) => carrier.open(events), send: (...pieces) => carrier.send(...pieces), close: () => carrier.close(),
  };
}
