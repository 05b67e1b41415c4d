/**
 * What is late is asked after, by the origin's station and unasked: the last station that signed for it sends home again
 * what it holds of receipts, and asks on along the way that the dispatch went. Source: docs/protocol/receipts.md §Inquiries.
 */

import { type Instant, MINUTE_MS } from '#core/clock.ts';
import { deliveryDue, HANDLING_TARGETS_MS } from '#model/life.ts';
import { isOwn } from '#model/directories.ts';
import { named, officeName } from '#model/foreign-names.ts';
import type { Db, Transaction } from '#station/kernel/store.ts';
import { header as headerCodec, type Header } from '#wire/envelope.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Precedence } from '#wire/names.ts';
import type { Note } from '#wire/receipt.ts';
import { homewardOf } from './borders.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';
import { lastBringers, precedenceOf } from './receipts.ts';
import type { DispatchTables } from './tables.ts';
import { borderTo, hopToStation } from './ways.ts';

/** How often what is late is looked for. */
const LOOK_MS = 5 * MINUTE_MS;
/** A dispatch is asked after so many times, and each station answers so many times. */
const TIMES_MAX = 8;
/** Nobody answers sooner after the last time. */
const ANSWER_AGAIN_MS = 5 * MINUTE_MS;
const DIGEST_BYTES = 32;
const DUE_AT_ONCE = 64;

type Send = (tx: Transaction, to: string, kind: Note['kind'], precedence: Precedence, items: readonly Uint8Array[]) => Promise<void>;
type Due = Pick<DispatchTables['outgoing'], 'id' | 'accepted' | 'asked'>;

/** A dispatch, the station to ask after it, and how urgent that is. */
interface Question {
  readonly id: Uint8Array;
  readonly station: string;
  readonly precedence: Precedence;
}

/** What was sealed again is late anew, counted from then. */
export async function lookAgain(db: Db<DispatchTables>, id: Uint8Array, header: Header, now: Instant): Promise<void> {
  await db.updateTable('outgoing').set({ ask_next: firstAsked(header, now) }).where('id', '=', id).where('asked', '<', TIMES_MAX).execute();
}

/** When it is to be looked at first. */
export function firstAsked(header: Header, accepted: Instant): Instant {
  return Math.min(...header.to.map(({ precedence }) => deliveryDue(header, precedence, accepted)!));
}

export class Inquiries {
  readonly #room: Room;
  readonly #send: Send;

  /** @param send queues a note; throws where there is no way */
  constructor(room: Room, send: Send) {
    this.#room = room;
    this.#send = send;
  }

  /** The job: asks after all that is late by now and was not asked after lately. @returns when to run again */
  async chase(): Promise<Instant> {
    const now = this.#room.clock.now();
    for (;;) {
      const due = await this.#room.tables.read((db) => db.selectFrom('outgoing').select(['id', 'accepted', 'asked'])
        .where('ask_next', '<=', now).orderBy('ask_next').limit(DUE_AT_ONCE).execute());
      if (due.length === 0) return now + LOOK_MS;
      await this.#room.tables.commit(async (tx) => {
        const questions: Question[] = [];
        for (const row of due) questions.push(...(await this.#look(tx, row, now)));
        await this.#ask(tx, questions);
      });
    }
  }

  /**
   * An inquiry that came: what is held of receipts goes home again, which is to the origin of the dispatch and to nobody
   * else, and the next station is asked. Only the neighbour that brought a dispatch is answered.
   */
  async answer(tx: Transaction, { items }: Note, from: string): Promise<void> {
    const questions: Question[] = [];
    for (const id of items) {
      if (id.length === DIGEST_BYTES) questions.push(...(await this.#answerOne(tx, id, from)));
    }
    await this.#ask(tx, questions);
  }

  async #look(tx: Transaction, { id, accepted, asked }: Due, now: Instant): Promise<Question[]> {
    const db = this.#room.tables.in(tx);
    const header = await headerOf(db, id);
    const open = new Set((await db.selectFrom('outgoing_recipient').select('office').where('id', '=', id).where('outcome', 'is', null).execute()).map(({ office }) => office));
    const waited = header.to.map(({ office, precedence }) => ({ office: officeName(this.#room.view(), office), precedence, due: deliveryDue(header, precedence, accepted)! }))
      .filter(({ office }) => open.has(office));
    const late = waited.filter(({ due }) => due <= now);
    const questions = await this.#questions(db, id, header, late.map(({ office }) => office), asked);
    const times = asked + Math.sign(questions.length);
    const pauses = late.map(({ precedence }) => HANDLING_TARGETS_MS[precedence] * 2 ** asked);
    const next = Math.min(now + Math.min(...pauses), ...waited.map(({ due }) => due).filter((due) => due > now));
    await db.updateTable('outgoing').set({
      asked: times, ask_next: waited.length === 0 || times === TIMES_MAX ? null : next, ...(questions.length > 0 && { asked_at: now }),
    }).where('id', '=', id).execute();
    return questions;
  }

  async #answerOne(tx: Transaction, id: Uint8Array, from: string): Promise<Question[]> {
    const db = this.#room.tables.in(tx);
    const brought = await this.#broughtBy(tx, id, from);
    if (brought.length === 0) return [];
    const before = await this.#room.ledger.entriesAbout(tx, id, 'answered');
    if (!this.#mayAnswer(before)) return [];
    const header = await headerOf(db, id);
    await this.#sendHomeAgain(db, id, header);
    await record(this.#room, tx, { kind: 'answered', subject: id, fields: { peer: from } });
    return this.#questions(db, id, header, brought.filter(({ next }) => next !== null).map(({ office }) => office), before.length);
  }

  /** First, or last when it came back. */
  async #broughtBy(tx: Transaction, id: Uint8Array, from: string): Promise<Pick<DispatchTables['dispatch_stanza'], 'office' | 'next'>[]> {
    const rows = await this.#room.tables.in(tx).selectFrom('dispatch_stanza').select(['office', 'next', 'previous', 'sealing']).where('id', '=', id).where('previous', 'is not', null).execute();
    const last = new Map<number, Awaited<ReturnType<typeof lastBringers>>>();
    for (const sealing of new Set(rows.map((row) => row.sealing))) last.set(sealing, await lastBringers(this.#room, tx, { id, sealing }));
    return rows.filter(({ previous, office, sealing }) => previous === from || last.get(sealing)!.get(office) === from);
  }

  #mayAnswer(before: readonly { readonly time: Instant }[]): boolean {
    const last = before.at(-1);
    return before.length < TIMES_MAX && (last === undefined || this.#room.clock.now() - last.time >= ANSWER_AGAIN_MS);
  }

  async #sendHomeAgain(db: Db<DispatchTables>, id: Uint8Array, header: Header): Promise<void> {
    const held = await db.selectFrom('receipt').select(['kind', 'sealing', 'office', 'station']).where('dispatch', '=', id).where('homeward', 'is', null).execute();
    for (const { kind, sealing, office, station } of held) {
      const homeward = homewardOf(this.#room, header, { kind, station });
      if (homeward === null) continue;
      await db.updateTable('receipt').set({ homeward }).where('dispatch', '=', id).where('kind', '=', kind).where('sealing', '=', sealing)
        .where('office', '=', office).where('station', '=', station).execute();
    }
  }

  /** Of the offices of whom nothing final is known, each station once that holds a copy for any. @param before how often that was asked */
  async #questions(db: Db<DispatchTables>, id: Uint8Array, header: Header, offices: readonly string[], before: number): Promise<Question[]> {
    const asked = new Map<string, string[]>();
    for (const office of offices) {
      const station = await this.#holderOf(db, id, office, before);
      if (station !== null) asked.set(station, [...(asked.get(station) ?? []), office]);
    }
    return [...asked].map(([station, all]) => ({ id, station, precedence: precedenceOf(this.#room.view(), header, all) }));
  }

  /**
   * The last other station of ours that signed for its newest sealing, and the next time the one before it: the time of a receipt is its station's
   * word, and one that was never on the way can date its own ahead. Null where it is still here, has come to its end, or went over a border, which
   * is told by who signed, whenever: the other organisation's station alone.
   */
  async #holderOf(db: Db<DispatchTables>, id: Uint8Array, office: string, before: number): Promise<string | null> {
    const { sealing: newest, back } = await db.selectFrom('dispatch_stanza').select(['sealing', 'back'])
      .where('id', '=', id).where('office', '=', office).orderBy('sealing', 'desc').limit(1).executeTakeFirstOrThrow();
    if (back === 1) return null;
    const said = await db.selectFrom('receipt').select(['kind', 'station']).where('dispatch', '=', id).where('office', '=', office)
      .where('sealing', '=', newest).orderBy('time', 'desc').execute();
    if (said.some(({ kind }) => kind === 'arrived' || kind === 'expired')) return null;
    const holders = [...new Set(said.filter(({ kind, station }) => kind === 'custody' && station !== this.#room.station).map(({ station }) => station))];
    if (!holders.every((holder) => isOwn(this.#room.view(), named(this.#room.view(), holder)))) return null;
    const asked = holders.filter((holder) => this.#canAsk(holder));
    return asked[before % asked.length] ?? null;
  }

  #canAsk(station: string): boolean {
    const hop = hopToStation(this.#room, station);
    return hop !== null && borderTo(this.#room, hop) === null;
  }

  async #ask(tx: Transaction, questions: readonly Question[]): Promise<void> {
    const notes = Map.groupBy(questions, ({ station, precedence }) => `${precedence} ${station}`);
    for (const together of notes.values()) {
      const { station, precedence } = together[0]!;
      for (let at = 0; at < together.length; at += LIMITS.receiptsPerNote) {
        await this.#send(tx, station, 'inquiry', precedence, together.slice(at, at + LIMITS.receiptsPerNote).map(({ id }) => id));
      }
    }
    for (const { id, station } of questions) await record(this.#room, tx, { kind: 'asked', subject: id, fields: { peer: station } });
  }
}

async function headerOf(db: Db<DispatchTables>, id: Uint8Array): Promise<Header> {
  const { header } = await db.selectFrom('dispatch').select('header').where('id', '=', id).limit(1).executeTakeFirstOrThrow();
  return headerCodec.decode(header);
}
