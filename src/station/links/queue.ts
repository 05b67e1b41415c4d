/**
 * What waits for a neighbour, durably, by precedence, then by turns of the offices that sent it, each office's in the order
 * of acceptance; and the channel number that each item
 * gets when it is first offered. Source: docs/protocol/frames.md §Channel numbers, §Order.
 */
import type { Kysely } from 'kysely';
import { equal } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { RefusalCode } from '#core/refusals.ts';
import type { Precedence } from '#wire/names.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { question } from '#station/kernel/question.ts';
import type { Snapshot, Store, Tables, Transaction } from '#station/kernel/store.ts';
import type { MissingNumbers } from './holes.ts';
import type { RecordEvent } from './record.ts';
import type { LinkTables } from './tables.ts';
import type { ItemName, ItemOwner, OutgoingItem, QueuedCopy, Traffic, Withdrawn } from './traffic.ts';

export interface QueuedItem extends ItemName {
  readonly rank: number;
  readonly position: number;
  /** Null until it is first offered. */
  readonly channel: number | null;
}

/** What is not queued any more, by its number. */
export interface SettledItem extends ItemName {
  readonly channel: number;
}

export interface NumberedItem extends QueuedItem {
  readonly channel: number;
  /** An incarnation of the neighbour's that has ended may have taken it under this number. */
  readonly again: boolean;
}

export interface WaitingItem {
  readonly peer: string;
  readonly since: number;
  readonly position: number;
  readonly channel: number | null;
}

export interface QueueState {
  readonly queued: Readonly<Record<Precedence, number>>;
  readonly oldestQueued: number | null;
}

export interface QueueDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly record: RecordEvent;
  readonly incarnation: () => Uint8Array;
}

/** How many settled items are looked up at a time. */
const SENT_PAGE = 1_024;
/** Stands for receipts, inquiries and proposals: they take turns with the offices. */
const NOBODY = '';

const lowestWaiting = question((db: Kysely<LinkTables>, { peer }: { peer: string }) =>
  db.selectFrom('link_queue').select((all) => all.fn.min('channel').as('lowest')).where('peer', '=', peer));
const given = question((db: Kysely<LinkTables>, { peer }: { peer: string }) =>
  db.selectFrom('link_state').select(['last_sent', 'sent_before']).where('peer', '=', peer));

export class Queue {
  readonly #deps: QueueDeps;
  readonly #tables: Tables<LinkTables>;

  constructor(deps: QueueDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<LinkTables>();
  }

  /** @returns whether it was not queued towards this peer already, or only as something less urgent */
  async add(tx: Transaction, { kind, id, sealing }: ItemName, peer: string, precedence: Precedence, owner: ItemOwner | null): Promise<boolean> {
    const db = this.#tables.in(tx);
    const { last } = await db
      .selectFrom('link_queue')
      .select((all) => all.fn.max('position').as('last'))
      .executeTakeFirstOrThrow();
    const [rank, origin] = [PRECEDENCE_RANK[precedence], owner?.office ?? NOBODY];
    const row = {
      peer, kind, id, sealing, rank, origin,
      bytes: owner?.bytes ?? 0,
      turn: await this.#turn(tx, peer, rank, origin),
      position: (last ?? 0) + 1,
      queued_at: this.#deps.clock.now(),
      channel: null,
    };
    const { numInsertedOrUpdatedRows: added } = await db
      .insertInto('link_queue')
      .values(row)
      .onConflict((conflict) => conflict.columns(['peer', 'kind', 'id', 'sealing']).doNothing())
      .executeTakeFirstOrThrow();
    if (added === 0n) return this.#raise(tx, row);
    await this.#deps.record(tx, 'queued', id, { peer, sealing });
    return true;
  }

  /** For another office of the same dispatch it is more urgent: so it goes, as if it had been queued so. */
  async #raise(tx: Transaction, { peer, kind, id, sealing, rank, turn }: Pick<LinkTables['link_queue'], 'peer' | 'kind' | 'id' | 'sealing' | 'rank' | 'turn'>): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables.in(tx).updateTable('link_queue').set({ rank, turn }).where('peer', '=', peer).where('kind', '=', kind)
      .where('id', '=', id).where('sealing', '=', sealing).where('rank', '<', rank).executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Behind the office's own, or with those whose turn is next: who comes later begins where the others are. */
  async #turn(tx: Transaction, peer: string, rank: number, origin: string): Promise<number> {
    const waiting = this.#tables.in(tx).selectFrom('link_queue').where('peer', '=', peer).where('rank', '=', rank);
    const last = waiting.select('turn').orderBy('turn', 'desc').limit(1);
    const own = await last.where('origin', '=', origin).executeTakeFirst();
    const next = await waiting.select('turn').where('channel', 'is', null).orderBy('turn').orderBy('position').limit(1).executeTakeFirst()
      ?? await last.executeTakeFirst();
    return Math.max(next?.turn ?? 0, own === undefined ? 0 : own.turn + 1);
  }

  /** Copies of what an office sent that wait for any neighbour. */
  async waitingOf(db: Snapshot, office: string): Promise<{ copies: number; bytes: number }> {
    const { copies, bytes } = await this.#tables.in(db).selectFrom('link_queue')
      .select((all) => [all.fn.countAll<number>().as('copies'), all.fn.sum<number | null>('bytes').as('bytes')])
      .where('origin', '=', office).executeTakeFirstOrThrow();
    return { copies: Number(copies), bytes: Number(bytes ?? 0) };
  }

  /** The first items of one rank, in the order in which they go. */
  async first(peer: string, rank: number, limit: number): Promise<QueuedItem[]> {
    return this.#tables.read((db) =>
      db
        .selectFrom('link_queue')
        .select(['kind', 'id', 'sealing', 'rank', 'position', 'channel'])
        .where('peer', '=', peer)
        .where('rank', '=', rank)
        .orderBy('turn')
        .orderBy('position')
        .limit(limit)
        .execute(),
    );
  }

  /** The next items of one rank behind a position, in the order of acceptance. */
  async next(peer: string, rank: number, after: number, limit: number): Promise<QueuedItem[]> {
    return this.#tables.read((db) =>
      db.selectFrom('link_queue').select(['kind', 'id', 'sealing', 'rank', 'position', 'channel'])
        .where('peer', '=', peer).where('rank', '=', rank).where('position', '>', after).orderBy('position').limit(limit).execute());
  }

  /** What waits under a number; null where it was settled, or never given. */
  async waitingAs(peer: string, channel: number): Promise<QueuedItem | null> {
    const row = await this.#tables.read((db) =>
      db.selectFrom('link_queue').select(['kind', 'id', 'sealing', 'rank', 'position', 'channel'])
        .where('peer', '=', peer).where('channel', '=', channel).executeTakeFirst());
    return row ?? null;
  }

  /** Gives each item that has none the next channel number, durably. What was taken off the queue meanwhile is left out. */
  async number(peer: string, items: readonly QueuedItem[]): Promise<NumberedItem[]> {
    const known = items.flatMap((item) => (item.channel === null ? [] : [{ ...item, channel: item.channel }]));
    if (known.length === items.length) {
      const { sent_before } = (await this.#tables.read((db) => given.first(db, { peer })))!;
      return known.map((item) => ({ ...item, again: item.channel <= sent_before }));
    }
    return this.#tables.commit(async (tx) => {
      const { last_sent, sent_before } = (await given.first(tx, { peer }))!;
      let last = last_sent;
      const numbered: NumberedItem[] = [];
      for (const item of items) {
        const channel = item.channel ?? last + 1;
        if (item.channel === null && !(await this.#assign(tx, peer, item, channel))) continue;
        last = Math.max(last, channel);
        numbered.push({ ...item, channel, again: channel <= sent_before });
      }
      await tx.updateTable('link_state').set({ last_sent: last }).where('peer', '=', peer).execute();
      return numbered;
    });
  }

  async #assign(tx: Transaction, peer: string, item: ItemName, channel: number): Promise<boolean> {
    const { kind, id, sealing } = item;
    const { numUpdatedRows } = await this.#tables
      .in(tx)
      .updateTable('link_queue')
      .set({ channel })
      .where('peer', '=', peer)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('sealing', '=', sealing)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await this.#deps.record(tx, 'sent', id, { peer, channel, sealing });
    return true;
  }

  /**
   * Takes an item off the queue: the neighbour has it, or never will. Its number stays known.
   * @param withdrawn when nobody answered and it goes no more that way
   * @returns whether it was there under a number: by another carrier it may have been settled already
   */
  async settle(tx: Transaction, peer: string, { kind, id, sealing }: ItemName, withdrawn: number | null = null): Promise<boolean> {
    const db = this.#tables.in(tx);
    const row = await db
      .deleteFrom('link_queue')
      .where('peer', '=', peer)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('sealing', '=', sealing)
      .returning('channel')
      .executeTakeFirst();
    if (row === undefined || row.channel === null) return false;
    await db
      .insertInto('link_sent')
      .values({ peer, incarnation: this.#deps.incarnation(), channel: row.channel, kind, id, sealing, withdrawn, anew: 0 })
      .execute();
    return true;
  }

  /** Neighbours, past ones too, for whom anything waits. */
  async peers(): Promise<string[]> {
    const rows = await this.#tables.read((db) => db.selectFrom('link_queue').select('peer').distinct().orderBy('peer').execute());
    return rows.map(({ peer }) => peer);
  }

  /** What waits for a peer behind a position, in the order of acceptance. */
  async waitingFor(peer: string, after: number, limit: number): Promise<QueuedCopy[]> {
    return this.#tables.read((db) =>
      db.selectFrom('link_queue').select(['kind', 'id', 'sealing', 'position'])
        .where('peer', '=', peer).where('position', '>', after).orderBy('position').limit(limit).execute(),
    );
  }

  /** Whether it has a number towards that neighbour, which has not answered. */
  async isUnderWay(db: Snapshot, { kind, id, sealing }: ItemName, peer: string): Promise<boolean> {
    const row = await this.#tables.in(db).selectFrom('link_queue').select('position').where('peer', '=', peer).where('channel', 'is not', null)
      .where('kind', '=', kind).where('id', '=', id).where('sealing', '=', sealing).executeTakeFirst();
    return row !== undefined;
  }

  /** Takes an item off the queue for it goes no more that way. @returns whether it had been offered; null where it was not there, or offered though that may not be */
  async withdraw(tx: Transaction, item: ItemName, peer: string, evenOffered: boolean, code: RefusalCode = 'no-route'): Promise<Withdrawn | null> {
    const row = await this.#tables.in(tx).selectFrom('link_queue').select('channel')
      .where('peer', '=', peer).where('kind', '=', item.kind).where('id', '=', item.id).where('sealing', '=', item.sealing)
      .executeTakeFirst();
    if (row === undefined || (row.channel !== null && !evenOffered)) return null;
    await this.settle(tx, peer, item, this.#deps.clock.now());
    await this.#deps.record(tx, 'refused', item.id, { peer, code, ...(item.sealing > 0 && { sealing: item.sealing }) });
    return row.channel === null ? 'unoffered' : 'offered';
  }

  /** Takes off what its owner has nothing to offer of any more. */
  async letGo(traffic: Pick<Traffic, 'letGo'>, peer: string, item: ItemName): Promise<void> {
    await traffic.letGo(item, peer, (tx) => this.withdraw(tx, item, peer, true));
  }

  /** What went out under these numbers of an incarnation of ours, and was settled: of very many a page, and which number is next. */
  async sentUnder(peer: string, { incarnation, first, last }: MissingNumbers): Promise<{ readonly items: readonly SettledItem[]; readonly next: number | null }> {
    const items = await this.#tables.read((db) =>
      db.selectFrom('link_sent').select(['channel', 'kind', 'id', 'sealing']).where('peer', '=', peer).where('incarnation', '=', incarnation)
        .where('channel', '>=', first).where('channel', '<=', last).orderBy('channel').limit(SENT_PAGE).execute());
    return { items, next: items.length < SENT_PAGE ? null : items.at(-1)!.channel + 1 };
  }

  /** How often what was settled under a number went anew before, for whichever. Null where it did so for that one. */
  async timesAnew(db: Snapshot, peer: string, incarnation: Uint8Array, { kind, id, sealing, channel }: SettledItem): Promise<number | null> {
    const sent = await this.#tables.in(db).selectFrom('link_sent').select(['incarnation', 'channel', 'anew']).where('id', '=', id).where('peer', '=', peer)
      .where('kind', '=', kind).where('sealing', '=', sealing).execute();
    const missing = sent.find((one) => one.channel === channel && equal(one.incarnation, incarnation));
    return missing === undefined || missing.anew === 1 ? null : sent.filter(({ anew }) => anew === 1).length;
  }

  /** What went under that number is queued anew, or with what waits of it there: once for each number, for other numbers may have been for other offices. */
  async addAnew(tx: Transaction, peer: string, incarnation: Uint8Array, item: SettledItem, { precedence, owner }: Pick<OutgoingItem, 'precedence' | 'owner'>): Promise<void> {
    await this.#tables.in(tx).updateTable('link_sent').set({ anew: 1 }).where('peer', '=', peer).where('incarnation', '=', incarnation).where('channel', '=', item.channel).execute();
    await this.add(tx, item, peer, precedence, owner);
  }

  /** The highest number below which nothing of ours waits for custody. */
  async settledUpTo(peer: string): Promise<number> {
    return this.#tables.read(async (db) => {
      const waiting = (await lowestWaiting.first(db, { peer }))!;
      if (waiting.lowest !== null) return waiting.lowest - 1;
      const state = await given.first(db, { peer });
      return state?.last_sent ?? 0;
    });
  }

  /** Towards whom an item waits. */
  async waiting(id: Uint8Array): Promise<WaitingItem[]> {
    return this.#tables.read((db) =>
      db.selectFrom('link_queue').select(['peer', 'queued_at as since', 'position', 'channel']).where('id', '=', id).orderBy('peer').execute());
  }

  async state(peer: string): Promise<QueueState> {
    const rows = await this.#tables.read((db) =>
      db
        .selectFrom('link_queue')
        .select((all) => ['rank', all.fn.countAll<number>().as('count'), all.fn.min('queued_at').as('oldest')])
        .where('peer', '=', peer)
        .groupBy('rank')
        .execute(),
    );
    const count = (precedence: Precedence): number =>
      Number(rows.find(({ rank }) => rank === PRECEDENCE_RANK[precedence])?.count ?? 0);
    const queued = {
      routine: count('routine'), priority: count('priority'), immediate: count('immediate'), flash: count('flash'),
    };
    return { queued, oldestQueued: rows.length === 0 ? null : Math.min(...rows.map(({ oldest }) => oldest)) };
  }
}
