/**
 * Registers, sổ đi and sổ đến, as the station knows them: headers, numbers, receipts. What they are about only the
 * offices' devices can add. Newest first; a page's `next` is the ledger index to go on before.
 */

import { sql } from 'kysely';
import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { officeName, type Own, shownName } from '#model/foreign-names.ts';
import { inStead } from '#model/stand-ins.ts';
import type { Db } from '#station/kernel/store.ts';
import { LEFT_OUT_MAX } from '#wire/api/dispatch.ts';
import { header as headerCodec, type Header } from '#wire/envelope.ts';
import type { Precedence, RegisterNumber, Relation, Role } from '#wire/names.ts';
import type { Room } from './deps.ts';
import { demand, type Caller } from './policy.ts';
import { precedenceOf } from './receipts.ts';
import type { Direction, DispatchTables } from './tables.ts';

interface RegisterLine {
  readonly dispatch: string;
  readonly direction: Direction;
  readonly office: string;
  readonly from: string;
  readonly number: RegisterNumber | null;
  readonly time: Instant;
  readonly role: Role | null;
  readonly precedence: Precedence;
  readonly exercise: boolean;
  readonly inSteadOf?: readonly string[];
  readonly deliverBy: Instant | null;
  readonly replyBy: Instant | null;
  readonly expires: Instant | null;
  readonly reference: string | null;
  /** What it says of that; absent where it answers it. */
  readonly relation?: Relation;
  readonly state: string;
  /** Only where it may be of what was handled before a restoration. */
  readonly suspected?: boolean;
  /** The office keeps beside its receipt who handed it over and to whom. */
  readonly told?: true;
  readonly parts: number;
  readonly bytes: number;
}

interface RegisterPage {
  readonly lines: readonly RegisterLine[];
  readonly next: number | null;
  readonly leftOut?: readonly LeftOut[];
}

/** Numbers that bear no dispatch, so that a gap on paper is not taken for one that was lost. */
interface LeftOut {
  readonly series: string;
  readonly first: number;
  readonly last: number;
  readonly time: Instant;
  readonly restored: boolean;
}

export const PAGE_MAX = 500;
const PAGE_USUAL = 100;

interface PageAsked {
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export class Register {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  async page(caller: Caller, office: string, direction: Direction, { before, limit }: PageAsked): Promise<RegisterPage> {
    demand(this.#room, caller, 'read a register', office);
    const [from, count] = [before ?? Number.MAX_SAFE_INTEGER, Math.min(limit ?? PAGE_USUAL, PAGE_MAX)];
    const rows = await this.#room.tables.read((db) =>
      direction === 'out' ? outRows(db, office, from, count, this.#room.view()) : inRows(db, office, from, count));
    const next = rows.length < count ? null : rows.at(-1)!.ledger;
    const { restored = null } = this.#room;
    const leftOut = before !== undefined || restored === null ? [] : await this.#room.tables.read((db) => leftOutOf(db, office, direction, restored));
    return { lines: rows.map((row) => lineOf(this.#room.view(), row, direction, office)), next, ...(leftOut.length > 0 && { leftOut }) };
  }
}

/** Those of the newest opening first, of which a gap on paper comes: they bear its time, and nothing else does. */
async function leftOutOf(db: Db<DispatchTables>, office: string, direction: Direction, restored: Instant): Promise<LeftOut[]> {
  const runs = await db.selectFrom('number_issued')
    .select((all) => ['series', 'time', all.fn.min('number').as('first'), all.fn.max('number').as('last')])
    .where('state', '=', 'void').where('office', '=', office).where('direction', '=', direction).where('draft', 'is', null).where('dispatch', 'is', null)
    .groupBy(['series', 'time'])
    // Of a batch of which some were used, the others are no run.
    .having(sql<boolean>`max(number) - min(number) + 1 = count(*)`)
    .orderBy((all) => all.case().when('time', '=', restored).then(0).else(1).end()).orderBy('time', 'desc').orderBy('series')
    .limit(LEFT_OUT_MAX).execute();
  return runs.map(({ series, time, first, last }) => ({ series, time: Number(time), first: Number(first), last: Number(last), restored: Number(time) === restored }));
}

interface Row {
  readonly id: Uint8Array;
  readonly ledger: number;
  readonly time: number;
  readonly state: string;
  readonly suspected?: number;
  readonly told?: unknown;
  readonly series: string | null;
  readonly number: number | null;
  readonly header: Uint8Array;
  readonly size: number;
}

export async function outRows(db: Db<DispatchTables>, office: string, before: number, limit: number, own: Own): Promise<Row[]> {
  const rows = await db.selectFrom('outgoing')
    .innerJoin('dispatch', (on) => on.onRef('dispatch.id', '=', 'outgoing.id').on('dispatch.sealing', '=', 0))
    .select(['outgoing.id', 'ledger', 'accepted as time', 'series', 'number', 'dispatch.header', 'dispatch.size'])
    .where('outgoing.office', '=', office).where('ledger', '<', before)
    .orderBy('ledger', 'desc').limit(limit).execute();
  const states = await outStates(db, rows, own);
  return rows.map((row) => ({ ...row, state: states.get(hex(row.id)) ?? 'accepted' }));
}

const HANDLING = ['opened', 'handed-over', 'acted'] as const;
/** How far an office has come, in this order. */
const REACHED: readonly string[] = ['arrived', ...HANDLING];

interface Reached {
  /** Null: nothing is known of it yet. */
  readonly state: string | null;
  readonly role: Role;
}

/**
 * accepted: nobody has it yet; partly: some; arrived, opened, handed-over, acted: everybody who owes more came at least so
 * far; expired: all have an outcome and somebody's is too late; unreadable: somebody has it and cannot open it.
 */
async function outStates(db: Db<DispatchTables>, rows: readonly Pick<Row, 'id' | 'header'>[], own: Own): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ id }) => id);
  const recipients = await db.selectFrom('outgoing_recipient').select(['id', 'office', 'outcome']).where('id', 'in', [...ids]).execute();
  const handled = await db.selectFrom('receipt').select(['dispatch', 'office', 'kind'])
    .where('dispatch', 'in', [...ids]).where('kind', 'in', [...HANDLING]).execute();
  const furthest = new Map<string, string>();
  for (const { dispatch, office, kind } of handled) {
    const key = `${hex(dispatch)} ${office}`;
    if (REACHED.indexOf(kind) > REACHED.indexOf(furthest.get(key) ?? '')) furthest.set(key, kind);
  }
  const roles = new Map(rows.flatMap(({ id, header }) => headerCodec.decode(header).to.map(({ office, role }) => [`${hex(id)} ${officeName(own, office)}`, role])));
  const reached = new Map<string, Reached[]>();
  for (const { id, office, outcome } of recipients) {
    const key = `${hex(id)} ${office}`;
    reached.set(hex(id), [...(reached.get(hex(id)) ?? []), { state: furthest.get(key) ?? outcome, role: roles.get(key) ?? 'action' }]);
  }
  return new Map([...reached].map(([id, all]) => [id, stateOf(all)]));
}

function stateOf(offices: readonly Reached[]): string {
  const states = offices.map(({ state }) => state);
  if (states.includes('unreadable')) return 'unreadable';
  if (states.every((state) => state === null)) return 'accepted';
  if (states.includes(null)) return 'partly';
  if (states.includes('expired')) return 'expired';
  // Who has it only to know, and opened it, owes no more: nobody waits for them.
  const owing = offices.filter(({ state, role }) => role === 'action' || state === 'arrived');
  return REACHED[Math.min(...(owing.length === 0 ? offices : owing).map(({ state }) => REACHED.indexOf(state!)))]!;
}

export async function inRows(db: Db<DispatchTables>, office: string, before: number, limit: number): Promise<Row[]> {
  return db.selectFrom('delivery')
    .innerJoin('dispatch', (on) => on.onRef('dispatch.id', '=', 'delivery.id').onRef('dispatch.sealing', '=', 'delivery.sealing'))
    .leftJoin('number_issued', (on) => on.onRef('number_issued.dispatch', '=', 'delivery.id')
      .onRef('number_issued.office', '=', 'delivery.office').on('number_issued.direction', '=', 'in'))
    .select(['delivery.id', 'ledger', 'delivery.time', 'delivery.state', 'delivery.suspected', 'series', 'number', 'dispatch.header', 'dispatch.size'])
    .select((all) => all.exists(all.selectFrom('receipt').select('receipt.kind').whereRef('receipt.dispatch', '=', 'delivery.id')
      .where('receipt.kind', '=', 'handed-over').whereRef('receipt.office', '=', 'delivery.office').where('own', 'is not', null)).as('told'))
    .where('delivery.office', '=', office).where('ledger', '<', before)
    .orderBy('ledger', 'desc').limit(limit).execute();
}

export function lineOf(view: DirectoryView, row: Row, direction: Direction, office: string): RegisterLine {
  const header = headerCodec.decode(row.header);
  const { series, number } = row;
  return {
    dispatch: hex(row.id), direction, office, from: shownName(view, officeName(view, header.from)),
    number: series === null || number === null ? null : { series, number },
    time: row.time, ...marksOf(view, header, direction, office), exercise: header.exercise,
    deliverBy: header.deliverBy ?? null, replyBy: header.replyBy ?? null, expires: header.expires ?? null,
    reference: header.reference === undefined ? null : hex(header.reference), ...(header.relation === undefined ? {} : { relation: header.relation }),
    state: row.state, ...(row.suspected === 1 ? { suspected: true } : {}), ...(row.told ? { told: true as const } : {}), ...inSteadOf(view, header, direction, office), parts: header.parts.length, bytes: row.size,
  };
}

function inSteadOf(own: DirectoryView, header: Header, direction: Direction, office: string): { inSteadOf?: string[] } {
  const here = direction === 'in' ? header.to.find((to) => officeName(own, to.office) === office) : undefined;
  const of = here === undefined ? [] : inStead(header, here.office).of;
  return of.length === 0 ? {} : { inSteadOf: of.map((one) => shownName(own, officeName(own, one))) };
}

function marksOf(own: Own, header: Header, direction: Direction, office: string): { role: Role | null; precedence: Precedence } {
  const offices = direction === 'out' ? header.to.map((to) => officeName(own, to.office)) : [office];
  const asked = header.to.filter((to) => direction === 'out' || officeName(own, to.office) === office).map(({ role }) => role);
  return { role: asked.includes('action') ? 'action' : asked[0] ?? null, precedence: precedenceOf(own, header, offices) };
}
