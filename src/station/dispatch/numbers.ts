/**
 * Office numbers: 1, 2, 3 … without gaps for each office, direction and series. The counter's row is read and written
 * in the transaction that uses the number, and there is one writer, so a number exists exactly if its event does.
 * What was issued and never used becomes void, with an event that says so. Source: docs/protocol/ledger.md.
 */

import { fromHex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, type Instant, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Db, Tx } from '#station/kernel/store.ts';
import type { RegisterNumber } from '#wire/names.ts';
import type { Room } from './deps.ts';
import { record, recordAll, type RoomEvent } from './events.ts';
import { demand, type Caller } from './policy.ts';
import { demandQuota } from './quota.ts';
import type { Direction, DispatchTables } from './tables.ts';

/** Batch numbers that were not used within this time are void. */
const UNUSED_MS = HOUR_MS;

/** Of one office, in batches that are under way: a series has ten million, and who takes them all ends it for the year. */
const UNUSED_MAX = 16_384;

/** How urgent a dispatch is that gets a number, the station does not know; nor is a number given to what would not be taken. */
const PERHAPS_URGENT = { precedence: 'flash', bytes: 0 } as const;

interface Numbered {
  readonly number: RegisterNumber;
  readonly time: Instant;
}

type DispatchTx = Tx<DispatchTables>;

export class Numbers {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** The number of a signed draft: the same on asking again. @throws Refusal `draft-unknown`, `step-out-of-order`, `office-quota` */
  async forDraft(caller: Caller, draft: string, series: string): Promise<Numbered> {
    this.#checkSeries(series);
    const id = fromHex(draft)!;
    return this.#room.tables.commit(async (tx) => {
      const row = await tx.selectFrom('draft').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw new Refusal('draft-unknown', { draft });
      demand(this.#room, caller, 'take a number', row.office);
      const known = await tx.selectFrom('number_issued').selectAll().where('draft', '=', id).executeTakeFirst();
      if (known !== undefined) return numberedOf(known);
      await demandQuota(this.#room, tx, row.office, PERHAPS_URGENT);
      if (row.step !== 'signed') throw new Refusal('step-out-of-order', { step: row.step });
      const issued = await this.#issue(tx, { office: row.office, direction: 'out', series, draft: id, dispatch: null });
      await tx.updateTable('draft').set({ step: 'numbered' }).where('id', '=', id).execute();
      await record(this.#room, tx, this.#issuedEvent(row.office, issued.number, caller, id));
      return issued;
    });
  }

  /** Consecutive numbers for dispatches without drafts. @throws Refusal `office-quota`; `too-many-attempts` where too many were not used yet */
  async batch(caller: Caller, office: string, series: string, count: number): Promise<Numbered & { count: number }> {
    this.#checkSeries(series);
    demand(this.#room, caller, 'take a number', office);
    return this.#room.tables.commit(async (tx) => {
      await demandQuota(this.#room, tx, office, PERHAPS_URGENT);
      await demandUsed(tx, office, count);
      const issued = await this.#issueAll(tx, { office, direction: 'out', series }, Array.from({ length: count }, () => UNUSED));
      await recordAll(this.#room, tx, issued.map(({ number }) => this.#issuedEvent(office, number, caller, null)));
      return { ...issued[0]!, count };
    });
  }

  /** Incoming numbers, one for each dispatch that arrived at the office: the same on asking again. */
  async incoming(caller: Caller, office: string, series: string, dispatches: readonly Uint8Array[]): Promise<Numbered[]> {
    this.#checkSeries(series);
    demand(this.#room, caller, 'take an incoming number', office);
    return this.#room.tables.commit(async (tx) => {
      const numbers: Numbered[] = [];
      for (const dispatch of dispatches) numbers.push(await this.#incomingOne(tx, caller, office, series, dispatch));
      return numbers;
    });
  }

  /**
   * Uses an issued number for a dispatch, in the transaction that accepts it.
   * @throws Refusal `step-out-of-order` where it was not issued to this office and draft, or is used or void
   */
  async use(tx: DispatchTx, office: string, number: RegisterNumber, draft: Uint8Array | null, dispatch: Uint8Array): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('number_issued')
      .set({ state: 'used', dispatch })
      .where('office', '=', office).where('direction', '=', 'out')
      .where('series', '=', number.series).where('number', '=', number.number)
      .where('state', '=', 'issued')
      .where('draft', draft === null ? 'is' : '=', draft)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Refusal('step-out-of-order', { number: number.number, series: number.series });
  }

  /**
   * Whether this folder gave that number after an operator opened it: by the time of the giving, and above every number that was
   * left out or not used, so that a clock that once ran ahead proves nothing.
   */
  async isGivenSince(db: Db<DispatchTables>, office: string, { series, number }: RegisterNumber, opened: Instant): Promise<boolean> {
    const rows = db.selectFrom('number_issued').where('office', '=', office).where('direction', '=', 'out').where('series', '=', series);
    const given = await rows.select('time').where('number', '=', number).executeTakeFirst();
    if (given === undefined || given.time <= opened) return false;
    const { last } = await rows.select((all) => all.fn.max('number').as('last')).where('state', '=', 'void').where('draft', 'is', null).executeTakeFirstOrThrow();
    return last !== null && number > last;
  }

  /** Makes a draft's unused number void, if it has one. */
  async voidOf(tx: DispatchTx, draft: Uint8Array, person: string): Promise<void> {
    const row = await tx.selectFrom('number_issued').selectAll()
      .where('draft', '=', draft).where('state', '=', 'issued').executeTakeFirst();
    if (row !== undefined) await this.#void(tx, row, person);
  }

  /** Makes void the batch numbers that nobody used in an hour. @returns how many */
  async voidUnused(now: Instant): Promise<number> {
    return this.#room.tables.commit(async (tx) => {
      const rows = await tx.selectFrom('number_issued').selectAll()
        .where('state', '=', 'issued').where('direction', '=', 'out').where('draft', 'is', null)
        .where('time', '<', now - UNUSED_MS).limit(1_000).execute();
      for (const row of rows) await this.#void(tx, row);
      return rows.length;
    });
  }

  async #incomingOne(tx: DispatchTx, caller: Caller, office: string, series: string, dispatch: Uint8Array): Promise<Numbered> {
    const delivery = await tx.selectFrom('delivery').select('state')
      .where('id', '=', dispatch).where('office', '=', office).executeTakeFirst();
    if (delivery === undefined) throw new Refusal('dispatch-unknown');
    if (delivery.state === 'expired') throw new Refusal('dispatch-expired');
    const known = await tx.selectFrom('number_issued').selectAll()
      .where('dispatch', '=', dispatch).where('office', '=', office).where('direction', '=', 'in').executeTakeFirst();
    if (known !== undefined) return numberedOf(known);
    const issued = await this.#issue(tx, { office, direction: 'in', series, draft: null, dispatch });
    const fields = { office: this.#ref(office), number: issued.number };
    await record(this.#room, tx, { kind: 'number-in', subject: dispatch, fields, person: caller.person });
    return issued;
  }

  async #issue(tx: DispatchTx, { draft, dispatch, ...counter }: Counter & Use): Promise<Numbered> {
    const [only] = await this.#issueAll(tx, counter, [{ draft, dispatch }]);
    return only!;
  }

  async #issueAll(tx: DispatchTx, { office, direction, series }: Counter, uses: readonly Use[]): Promise<Numbered[]> {
    const counter = await tx.selectFrom('number_counter').select('last')
      .where('office', '=', office).where('direction', '=', direction).where('series', '=', series).executeTakeFirst();
    const before = counter?.last ?? 0;
    const last = before + uses.length;
    const time = this.#room.clock.now();
    await tx.insertInto('number_counter').values({ office, direction, series, last })
      .onConflict((on) => on.columns(['office', 'direction', 'series']).doUpdateSet({ last })).execute();
    const state = direction === 'in' ? 'used' : 'issued';
    const rows = uses.map((use, i) => ({ office, direction, series, ...use, number: before + 1 + i, state, time } as const));
    await tx.insertInto('number_issued').values(rows).execute();
    return rows.map(({ number }) => ({ number: { series, number }, time }));
  }

  #issuedEvent(office: string, number: RegisterNumber, caller: Caller, draft: Uint8Array | null): RoomEvent {
    const fields = { office: this.#ref(office), number, ...(draft === null ? {} : { draft }) };
    return { kind: 'number-issued', fields, person: caller.person };
  }

  async #void(tx: DispatchTx, row: DispatchTables['number_issued'], person?: string): Promise<void> {
    const { office, series, number, draft } = row;
    await tx.updateTable('number_issued').set({ state: 'void' })
      .where('office', '=', office).where('direction', '=', 'out')
      .where('series', '=', series).where('number', '=', number).execute();
    const fields = { office: this.#ref(office), number: { series, number }, ...(draft === null ? {} : { draft }) };
    await record(this.#room, tx, { kind: 'number-void', fields, ...(person === undefined ? {} : { person }) });
  }

  #ref(office: string) {
    return { organisation: this.#room.view().organisation.id, office };
  }

  /** A series is this year's, or a neighbouring year's within a day of its beginning or end. */
  #checkSeries(series: string): void {
    const now = this.#room.clock.now();
    const years = [now - DAY_MS, now + DAY_MS].map((at) => String(new Date(at).getUTCFullYear()));
    if (!years.includes(series)) throw new Refusal('date-out-of-range', { series });
  }
}

/** @throws Refusal `too-many-attempts` where an office has more numbers than it uses, until these are void */
async function demandUsed(tx: DispatchTx, office: string, more: number): Promise<void> {
  const { unused } = await tx.selectFrom('number_issued').select((all) => all.fn.countAll<number>().as('unused'))
    .where('office', '=', office).where('direction', '=', 'out').where('state', '=', 'issued').where('draft', 'is', null).executeTakeFirstOrThrow();
  if (Number(unused) + more > UNUSED_MAX) throw new Refusal('too-many-attempts', { seconds: UNUSED_MS / SECOND_MS });
}

/** What numbers are counted by. */
interface Counter {
  readonly office: string;
  readonly direction: Direction;
  readonly series: string;
}

interface Use {
  readonly draft: Uint8Array | null;
  readonly dispatch: Uint8Array | null;
}

const UNUSED: Use = { draft: null, dispatch: null };

function numberedOf({ series, number, time }: DispatchTables['number_issued']): Numbered {
  return { number: { series, number }, time };
}
