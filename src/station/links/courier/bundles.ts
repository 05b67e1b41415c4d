/** Which bundles were written, what of them is without custody, and what neighbours said of theirs. Source: docs/protocol/bundles.md §Lost. */
import { equal, fromHex, hex } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { type BundleStatement, WAITING_MAX } from '#wire/bundle.ts';
import type { Db, Tables, Transaction } from '#station/kernel/store.ts';
import type { LinkTables } from '../tables.ts';
import { withdrawnOf } from './withdrawn.ts';
import type { Creditor } from '../owed.ts';
import { ReadBundles, type ReadBundlesDeps } from './read-bundles.ts';

/** How long a courier may be under way before somebody asks. */
export const COURIER_MS_MAX = 7 * DAY_MS;

/** `under-way`: something of it is without custody; `missing`: and it is late, or something of a later one has come; `done`: nothing is; `withdrawn`: and nobody answered any of it. */
type BundleState = OpenState | 'done' | 'withdrawn';
type OpenState = 'under-way' | 'missing';

export interface WrittenBundle {
  /** 32 hexadecimal digits. */
  readonly bundle: string;
  readonly peer: string;
  readonly number: number;
  readonly written: Instant;
  readonly items: number;
  /** Items without custody. */
  readonly waiting: number;
  /** Items that were taken off this way unanswered; of them those that wait again since. */
  readonly withdrawn: number;
  readonly requeued: number;
  readonly bytes: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly state: BundleState;
  /** Bytes of each volume that still lies here to be fetched. */
  readonly volumes: readonly number[];
}

/** Where else than here a copy that waits for a neighbour lies. */
export interface CarryingBundle extends Pick<WrittenBundle, 'peer' | 'number' | 'written'> {
  readonly channel: number;
  readonly state: OpenState;
}

export interface OnStick {
  /** Its number. */
  readonly bundle: number;
  readonly isUnderWay: boolean;
}

/** What a finished bundle is remembered as. */
interface NewBundle extends Creditor {
  readonly bundle: Uint8Array;
  readonly number: number;
  readonly written: Instant;
  readonly channels: readonly number[];
  readonly volumes: readonly { readonly start: Uint8Array; readonly bytes: number }[];
  readonly digest: Uint8Array;
}

interface BundlesDeps extends ReadBundlesDeps {
  readonly incarnation: () => Uint8Array;
}

/** What the hello of a bundle says: how much of the directory its writer has, none over a border, and the last number that it had given us. */
export interface SaidBeside {
  readonly directorySize: number;
  readonly lastSent: number;
}

type Neighbour = LinkTables['link_courier'];

/** How many bundles are shown whatever became of them, the newest. */
const NEWEST = 200;
/** How many older ones are shown beside them, the oldest first, while an item in them still waits: a hub may write more than `NEWEST` in the days in which one stick is under way. */
const OPEN_MAX = 2_000;

export class Bundles {
  /** Neighbours'. */
  readonly read: ReadBundles;
  readonly #deps: BundlesDeps;
  readonly #tables: Tables<LinkTables>;

  constructor(deps: BundlesDeps) {
    this.read = new ReadBundles(deps);
    this.#deps = deps;
    this.#tables = deps.store.of<LinkTables>();
  }

  /** The number that the next bundle towards a neighbour has. */
  async nextNumber(peer: string): Promise<number> {
    return ((await this.#neighbour(peer))?.last_bundle ?? 0) + 1;
  }

  /** Entries of the directory that the neighbour was last known to have, by what it wrote itself. */
  async directoryAt(peer: string): Promise<number> {
    const row = await this.#tables.read((db) => db.selectFrom('link_courier').select('peer_directory').where('peer', '=', peer).executeTakeFirst());
    return row?.peer_directory ?? 0;
  }

  /** Makes a bundle known, in the transaction that also says what else it changed. */
  async add(tx: Transaction, added: NewBundle): Promise<void> {
    const { bundle, peer, number, written, channels, volumes, digest } = added;
    const db = this.#tables.in(tx);
    const incarnation = this.#deps.incarnation();
    await this.#upsert(tx, peer, { incarnation, last_bundle: number });
    const { first, last } = spanOf(channels);
    const bytes = volumes.reduce((sum, one) => sum + one.bytes + one.start.length, 0);
    await db.insertInto('link_bundle').values({ bundle, peer, incarnation, number, written, items: channels.length, bytes, first: first ?? null, last: last ?? null }).execute();
    for (const channel of channels) await db.insertInto('link_bundle_item').values({ bundle, channel }).execute();
    for (const [at, volume] of volumes.entries()) await db.insertInto('link_bundle_volume').values({ bundle, volume: at + 1, ...volume }).execute();
    const fields = { peer, bundle: number, count: channels.length, bytes, digest, ...(first !== undefined && { channel: first, last }) };
    await this.#deps.record(tx, 'bundle-written', undefined, fields);
  }

  /** Of the present incarnation, newest first: the newest 200, and of those before them that are not done up to 2,000, oldest first. */
  async written(): Promise<WrittenBundle[]> {
    return this.#tables.read(async (db) => {
      const all = db.selectFrom('link_bundle').selectAll().where('incarnation', '=', this.#deps.incarnation());
      const newest = await all.orderBy('written', 'desc').orderBy('number', 'desc').limit(NEWEST).execute();
      const volumes = await db.selectFrom('link_bundle_volume').select(['bundle', 'volume', 'bytes', 'start']).orderBy('volume').execute();
      const waiting = await db.selectFrom('link_bundle_item').innerJoin('link_bundle', 'link_bundle.bundle', 'link_bundle_item.bundle')
        .innerJoin('link_queue', (on) => on.onRef('link_queue.peer', '=', 'link_bundle.peer').onRef('link_queue.channel', '=', 'link_bundle_item.channel'))
        .where('link_bundle.incarnation', '=', this.#deps.incarnation())
        .select((of) => ['link_bundle.bundle as bundle', of.fn.countAll<number>().as('count')]).groupBy(['link_bundle.bundle', 'link_bundle.written']).orderBy('link_bundle.written').execute();
      const counts = new Map(waiting.map(({ bundle, count }) => [hex(bundle), Number(count)]));
      const known = new Set(newest.map(({ bundle }) => hex(bundle)));
      const older = waiting.map(({ bundle }) => bundle).filter((bundle) => !known.has(hex(bundle))).slice(0, OPEN_MAX);
      const rows = older.length === 0 ? newest : [...newest, ...(await all.where('bundle', 'in', older).orderBy('written', 'desc').orderBy('number', 'desc').execute())];
      const gone = await withdrawnOf(db, this.#deps.incarnation());
      const come = new Map<string, number>();
      for (const peer of new Set(rows.map((row) => row.peer))) come.set(peer, await this.#lastCome(db, peer));
      return rows.map((row) => {
        const { bundle, peer, number, written, items, bytes, first, last } = row;
        const open = counts.get(hex(bundle)) ?? 0;
        const { withdrawn, requeued } = gone.get(hex(bundle)) ?? { withdrawn: 0, requeued: 0 };
        const state = open > 0 ? this.#stateOpen(row, come.get(peer)!) : withdrawn > 0 && withdrawn === items ? 'withdrawn' : 'done';
        const held = volumes.filter((one) => equal(one.bundle, bundle)).map((one) => one.bytes + one.start.length);
        return { bundle: hex(bundle), peer, number, written, items, waiting: open, withdrawn, requeued, bytes, first, last, state, volumes: held };
      });
    });
  }

  /** On which bundle that nobody answered yet an item lies, for each neighbour for which it waits: of several the newest. */
  async carrying(id: Uint8Array): Promise<CarryingBundle[]> {
    return this.#tables.read(async (db) => {
      const rows = await db.selectFrom('link_queue').innerJoin('link_bundle', 'link_bundle.peer', 'link_queue.peer')
        .innerJoin('link_bundle_item', (on) => on.onRef('link_bundle_item.bundle', '=', 'link_bundle.bundle').onRef('link_bundle_item.channel', '=', 'link_queue.channel'))
        .where('link_queue.id', '=', id).where('link_bundle.incarnation', '=', this.#deps.incarnation())
        .select(['link_bundle.peer as peer', 'link_queue.channel as channel', 'number', 'written']).orderBy('number').execute();
      const newest = new Map(rows.map((row) => [`${row.peer}/${row.channel}`, row]));
      const carrying: CarryingBundle[] = [];
      for (const row of newest.values()) carrying.push({ ...row, channel: row.channel!, state: this.#stateOpen(row, await this.#lastCome(db, row.peer)) });
      return carrying;
    });
  }

  /** In which of our bundles towards a neighbour its channel numbers lie of which something waits: the last one, and whether that may still be under way. */
  async onSticks(peer: string): Promise<ReadonlyMap<number, OnStick>> {
    const bundles = (await this.#open(peer)).toSorted((a, b) => a.number - b.number);
    const channels = new Map<number, OnStick>();
    for (const { bundle, number, state } of bundles) {
      const rows = await this.#tables.read((db) => db.selectFrom('link_bundle_item').select('channel').where('bundle', '=', fromHex(bundle)!).execute());
      for (const { channel } of rows) {
        const isUnderWay = state === 'under-way' || channels.get(channel)?.isUnderWay === true;
        channels.set(channel, { bundle: number, isUnderWay });
      }
    }
    return channels;
  }

  /** Numbers of our bundles towards a neighbour of which something waits, ascending, the newest of very many. */
  async waitingNumbers(peer: string): Promise<number[]> {
    const numbers = (await this.#open(peer)).map(({ number }) => number);
    return numbers.toSorted((a, b) => a - b).slice(-WAITING_MAX);
  }

  /** A volume that lies here. @returns what stands before its segments, and how long those are together */
  async volume(bundle: Uint8Array, volume: number): Promise<{ readonly start: Uint8Array; readonly bytes: number } | null> {
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_bundle_volume').select(['start', 'bytes']).where('bundle', '=', bundle).where('volume', '=', volume).executeTakeFirst());
    return row ?? null;
  }

  /** The volumes were fetched, or nobody came for a day. @returns how many there were */
  async drop(bundle: Uint8Array): Promise<number> {
    const { numDeletedRows } = await this.#tables.commit((tx) => tx.deleteFrom('link_bundle_volume').where('bundle', '=', bundle).executeTakeFirst());
    return Number(numDeletedRows);
  }

  /** It will never be carried: what it offered waits as before. That it was written stays in the ledger. @returns whether it was there */
  async withdraw(bundle: Uint8Array): Promise<boolean> {
    return this.#tables.commit(async (tx) => {
      await tx.deleteFrom('link_bundle_item').where('bundle', '=', bundle).execute();
      const { numDeletedRows } = await tx.deleteFrom('link_bundle').where('bundle', '=', bundle).executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  /** Ids of bundles whose volumes lie here, and since when. */
  async held(): Promise<{ readonly bundle: Uint8Array; readonly written: Instant; readonly volume: number }[]> {
    return this.#tables.read((db) =>
      db.selectFrom('link_bundle_volume').innerJoin('link_bundle', 'link_bundle.bundle', 'link_bundle_volume.bundle')
        .select(['link_bundle.bundle as bundle', 'written', 'volume']).execute());
  }

  /** Takes note of a volume as soon as its head was believed: that it exists, and what it says of others. */
  async met({ peer, incarnation }: Creditor, { bundle, number, volumes, written, waiting, first, last }: BundleStatement, { directorySize, lastSent: sent }: SaidBeside): Promise<void> {
    await this.#tables.commit(async (tx) => {
      await tx.insertInto('link_bundle_read').values({ peer, incarnation, number, bundle, written, volumes, whole: 0, first: first ?? null, last: last ?? null, sent }).onConflict((on) => on.doNothing()).execute();
      const known = await tx.selectFrom('link_courier').selectAll().where('peer', '=', peer).executeTakeFirst();
      const peer_directory = Math.max(known?.peer_directory ?? 0, directorySize);
      const isNewer = number >= (known?.waiting_of ?? 0);
      await this.#upsert(tx, peer, { peer_directory, ...(isNewer && { waiting: waiting.join(','), waiting_of: number }) });
    });
  }

  /** Those of which something waits. */
  async #open(peer: string): Promise<WrittenBundle[]> {
    return (await this.written()).filter((one) => one.peer === peer && (one.state === 'under-way' || one.state === 'missing'));
  }

  /** Of a bundle of which something waits. @param lastCome the highest number of which something does not */
  #stateOpen({ number, written }: { readonly number: number; readonly written: Instant }, lastCome: number): OpenState {
    return number < lastCome || this.#deps.clock.now() - written >= COURIER_MS_MAX ? 'missing' : 'under-way';
  }

  /** The highest number of a bundle towards a neighbour of which it answered something; 0 for none. */
  async #lastCome(db: Db<LinkTables>, peer: string): Promise<number> {
    const row = await db.selectFrom('link_bundle').innerJoin('link_bundle_item', 'link_bundle_item.bundle', 'link_bundle.bundle')
      .innerJoin('link_sent', (on) => on.onRef('link_sent.peer', '=', 'link_bundle.peer').onRef('link_sent.incarnation', '=', 'link_bundle.incarnation')
        .onRef('link_sent.channel', '=', 'link_bundle_item.channel'))
      .where('link_bundle.peer', '=', peer).where('link_bundle.incarnation', '=', this.#deps.incarnation()).where('link_sent.withdrawn', 'is', null)
      .select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
    return row?.number ?? 0;
  }

  async #neighbour(peer: string): Promise<Neighbour | null> {
    const row = await this.#tables.read((db) => db.selectFrom('link_courier').selectAll().where('peer', '=', peer).executeTakeFirst());
    return row !== undefined && equal(row.incarnation, this.#deps.incarnation()) ? row : null;
  }

  async #upsert(tx: Transaction, peer: string, changed: Partial<Omit<Neighbour, 'peer'>>): Promise<void> {
    const fresh: Neighbour = { peer, incarnation: this.#deps.incarnation(), last_bundle: 0, peer_directory: 0, waiting: '', waiting_of: 0 };
    await this.#tables.in(tx).insertInto('link_courier').values({ ...fresh, ...changed })
      .onConflict((on) => on.column('peer').doUpdateSet(changed)).execute();
  }
}

/** The lowest and the highest of a bundle's numbers, of which there may be more than a call takes; empty where there is none. */
export function spanOf(channels: readonly number[]): { readonly first?: number; readonly last?: number } {
  if (channels.length === 0) return {};
  const least = (one: number, other: number): number => Math.min(one, other);
  const most = (one: number, other: number): number => Math.max(one, other);
  return { first: channels.reduce(least), last: channels.reduce(most) };
}
