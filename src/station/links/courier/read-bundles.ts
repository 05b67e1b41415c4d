/** Which volumes of neighbours' bundles were read, and what is still missing. Source: docs/protocol/bundles.md §Reading, §Lost. */
import type { Kysely } from 'kysely';
import { equal } from '#core/bytes.ts';
import type { Clock, Instant } from '#core/clock.ts';
import type { BundleStatement } from '#wire/bundle.ts';
import type { Store, Tables, Tx } from '#station/kernel/store.ts';
import type { Creditor } from '../owed.ts';
import type { RecordEvent } from '../record.ts';
import type { LinkTables } from '../tables.ts';

export interface ReadBundle {
  readonly peer: string;
  readonly number: number;
  /** Null where only a later one speaks of it. */
  readonly written: Instant | null;
  readonly volumes: number | null;
  /** Volumes that were not read; where all of them were, those whose last item is not decided. */
  readonly lacking: readonly number[];
}

export interface ReadBundlesDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly record: RecordEvent;
}

type OfVolume = Pick<LinkTables['link_volume_of'], 'peer' | 'incarnation' | 'bundle'>;

export class ReadBundles {
  readonly #deps: ReadBundlesDeps;
  readonly #tables: Tables<LinkTables>;

  constructor(deps: ReadBundlesDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<LinkTables>();
  }

  /** Whether that very writer's was read: the id of a bundle is seen by whoever has the stick, who may be a neighbour too. */
  async isRead({ peer, incarnation }: Creditor, { bundle, volume }: Pick<BundleStatement, 'bundle' | 'volume'>): Promise<boolean> {
    await this.#noteDecided();
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_volume_of').select('awaits').where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('bundle', '=', bundle).where('volume', '=', volume).executeTakeFirst());
    return row?.awaits === null;
  }

  /**
   * All of a volume was taken.
   * @param awaits the channel number of an item that goes on in another volume: this one counts as read as soon as that is decided,
   *   by whatever carrier, and until then it is read again when it comes again, for what was staged of the item may be dropped
   */
  async wasRead({ peer, incarnation }: Creditor, { bundle, volume }: BundleStatement, awaits: number | null): Promise<void> {
    await this.#tables.commit(async (tx) => {
      const at = this.#deps.clock.now();
      await tx.insertInto('link_volume_of').values({ peer, incarnation, bundle, volume, at, awaits })
        .onConflict((on) => on.columns(['peer', 'incarnation', 'bundle', 'volume']).doUpdateSet({ awaits })).execute();
      if (awaits === null) await this.#endBundle(tx, { peer, incarnation, bundle });
    });
  }

  /** The highest number of a neighbour's bundles that was read whole; 0 for none. */
  async readUpTo({ peer, incarnation }: Creditor): Promise<number> {
    await this.#noteDecided();
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_bundle_read').select((all) => all.fn.max('number').as('highest')).where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('whole', '=', 1).executeTakeFirstOrThrow());
    return row.highest ?? 0;
  }

  /** Neighbours' bundles that were not read whole, begun or only spoken of by a later one, and of which something may not have come otherwise. */
  async lacking(): Promise<ReadBundle[]> {
    await this.#noteDecided();
    return this.#tables.read(async (db) => {
      const states = await db.selectFrom('link_state').select(['peer', 'peer_incarnation', 'received']).execute();
      const couriers = await db.selectFrom('link_courier').select(['peer', 'waiting', 'waiting_of']).execute();
      const lacking: ReadBundle[] = [];
      for (const { peer, peer_incarnation, received } of states) {
        if (peer_incarnation === null) continue;
        const read = await db.selectFrom('link_bundle_read').selectAll().where('peer', '=', peer).where('incarnation', '=', peer_incarnation).orderBy('number').execute();
        for (const { number, bundle, written, volumes, first, last } of read.filter(({ whole }) => whole === 0)) {
          if (first !== null && last !== null && (await haveCome(db, peer, received, first, last))) continue;
          lacking.push({ peer, number, written, volumes, lacking: await lackingOf(db, { peer, incarnation: peer_incarnation, bundle }, volumes) });
        }
        const said = couriers.find((one) => one.peer === peer);
        const sent = read.find(({ number }) => number === said?.waiting_of)?.sent ?? null;
        // Whatever an earlier bundle offered had a number by then.
        const haveAllCome = sent !== null && sent <= received;
        for (const number of haveAllCome ? [] : numbersIn(said?.waiting ?? '')) {
          if (!read.some((one) => one.number === number)) lacking.push({ peer, number, written: null, volumes: null, lacking: [] });
        }
      }
      return lacking;
    });
  }

  /** An item may be decided on a connection, which knows nothing of volumes: whoever asks what was read has it noted first. */
  async #noteDecided(): Promise<void> {
    if ((await this.#tables.read(decidedVolumes)).length === 0) return;
    await this.#tables.commit(async (tx) => {
      const decided = await decidedVolumes(tx);
      for (const { peer, incarnation, bundle, volume } of decided) {
        await tx.updateTable('link_volume_of').set({ awaits: null }).where('peer', '=', peer).where('incarnation', '=', incarnation)
          .where('bundle', '=', bundle).where('volume', '=', volume).execute();
      }
      const bundles = decided.filter((one, at) => decided.findIndex((other) => isSameBundle(one, other)) === at);
      for (const one of bundles) await this.#endBundle(tx, one);
    });
  }

  async #endBundle(tx: Tx<LinkTables>, { peer, incarnation, bundle }: OfVolume): Promise<void> {
    const rows = await tx.selectFrom('link_volume_of').select('volume').where('peer', '=', peer).where('incarnation', '=', incarnation).where('bundle', '=', bundle)
      .where('awaits', 'is', null).execute();
    const open = await tx.selectFrom('link_bundle_read').select(['number', 'volumes']).where('peer', '=', peer).where('incarnation', '=', incarnation)
      .where('bundle', '=', bundle).where('whole', '=', 0).where('volumes', '<=', rows.length).execute();
    for (const { number, volumes } of open) {
      await tx.updateTable('link_bundle_read').set({ whole: 1 }).where('peer', '=', peer).where('incarnation', '=', incarnation).where('number', '=', number).execute();
      await this.#deps.record(tx, 'bundle-read', undefined, { peer, peerIncarnation: incarnation, bundle: number, count: volumes });
    }
  }
}

/** Of folders that are met at present: the item that they await is decided once its number is recorded. */
function decidedVolumes(db: Kysely<LinkTables>): Promise<Pick<LinkTables['link_volume_of'], 'peer' | 'incarnation' | 'bundle' | 'volume'>[]> {
  return db.selectFrom('link_volume_of')
    .innerJoin('link_state', (on) => on.onRef('link_state.peer', '=', 'link_volume_of.peer').onRef('link_state.peer_incarnation', '=', 'link_volume_of.incarnation'))
    .select(['link_volume_of.peer', 'link_volume_of.incarnation', 'bundle', 'volume'])
    .where('awaits', 'is not', null)
    .where((of) => of.or([
      of('awaits', '<=', of.ref('link_state.received')),
      of('awaits', 'in', of.selectFrom('link_received').select('channel').whereRef('link_received.peer', '=', 'link_volume_of.peer')),
    ])).execute();
}

/** @param received up to which no number of the neighbour's is missing */
async function haveCome(db: Kysely<LinkTables>, peer: string, received: number, first: number, last: number): Promise<boolean> {
  if (last <= received) return true;
  const from = Math.max(first, received + 1);
  const { count } = await db.selectFrom('link_received').select((all) => all.fn.countAll<number>().as('count')).where('peer', '=', peer)
    .where('channel', '>=', from).where('channel', '<=', last).executeTakeFirstOrThrow();
  return Number(count) === last - from + 1;
}

async function lackingOf(db: Kysely<LinkTables>, { peer, incarnation, bundle }: OfVolume, volumes: number): Promise<number[]> {
  const came = await db.selectFrom('link_volume_of').select(['volume', 'awaits']).where('peer', '=', peer).where('incarnation', '=', incarnation)
    .where('bundle', '=', bundle).orderBy('volume').execute();
  const have = new Set(came.map(({ volume }) => volume));
  const lacking = Array.from({ length: volumes }, (_, at) => at + 1).filter((one) => !have.has(one));
  return lacking.length > 0 ? lacking : came.filter(({ awaits }) => awaits !== null).map(({ volume }) => volume);
}

function isSameBundle(one: OfVolume, other: OfVolume): boolean {
  return one.peer === other.peer && equal(one.incarnation, other.incarnation) && equal(one.bundle, other.bundle);
}

function numbersIn(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}
