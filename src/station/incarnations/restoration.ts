/**
 * A folder that does not know its own end numbers nothing: it was restored from a backup, or its neighbours have seen
 * more of it than it has. An operator opens a new incarnation, and says why. Source: docs/protocol/ledger.md §Incarnations.
 */
import { equal } from '#core/bytes.ts';
import { DAY_MS, type Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Snapshot, Store, Transaction, Tx } from '#station/kernel/store.ts';
import { eventFields } from '#wire/event.ts';
import type { LogPoint } from '#wire/names.ts';
import type { Cause, IncarnationTables } from './tables.ts';

/** Why a folder had to be restored: a word of the operator's, forever in the ledger. */
export const REASONS = ['disk-lost', 'damaged', 'moved', 'rolled-back', 'standby', 'rehearsal'] as const;
export type Reason = (typeof REASONS)[number];

export type Restoration = IncarnationTables['restoration'];

/** Numbers left out at least, of each register, where nobody knows which were given. */
export const MARGIN_LEAST = 20;
const MARGIN_MOST = 5_000;
const INSERT_ROWS = 200;

export interface Found {
  readonly cause: Cause;
  readonly former: Uint8Array;
  readonly ledger: LogPoint;
  readonly asOf: Instant;
}

/** The newest of them; null where this folder has always known its end. */
export async function newestRestoration(store: Store, db: Snapshot): Promise<Restoration | null> {
  const row = await store.of<IncarnationTables>().in(db).selectFrom('restoration').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

/** Writes down that nothing is numbered any more; once until an operator opens a new incarnation. */
export async function closeIncarnation(store: Store, tx: Transaction, { cause, former, ledger, asOf }: Found): Promise<void> {
  const newest = await newestRestoration(store, tx);
  if (newest !== null && newest.opened === null) return;
  await store.of<IncarnationTables>().in(tx).insertInto('restoration').values({
    number: (newest?.number ?? 0) + 1, cause, former, ledger_size: ledger.size, root: ledger.root, as_of: asOf,
    opened: null, incarnation: null, reason: null, led: null, claimed: null,
  }).execute();
}

/** Writes down that this folder has given a directory entry its index; from then on it has heard enough. */
export async function markLed(store: Store, tx: Transaction, now: Instant): Promise<void> {
  await store.of<IncarnationTables>().in(tx).updateTable('restoration').set({ led: now }).where('opened', 'is not', null).where('led', 'is', null).execute();
}

/** Writes down what a neighbour said to hold of the log while this folder has not led; the greatest counts. */
export async function markClaimed(store: Store, tx: Transaction, size: number): Promise<void> {
  await store.of<IncarnationTables>().in(tx).updateTable('restoration').set({ claimed: size })
    .where('led', 'is', null).where((all) => all.or([all('claimed', 'is', null), all('claimed', '<', size)])).execute();
}

/** Whether this folder, in this incarnation, may number and write its ledger. */
export function isOpen(restoration: Restoration | null, incarnation: Uint8Array): boolean {
  if (restoration === null) return true;
  return restoration.incarnation !== null && equal(restoration.incarnation, incarnation);
}

/**
 * When an operator opened this incarnation, by its ledger, and not before the last event of the copy that it goes on from: a
 * machine whose clock has no battery opens it in 1970. Null where it is the folder's first, or not open.
 */
export async function reopenedAt(ledger: Pick<Ledger, 'entries'>, db: Snapshot, restoration: Restoration | null, incarnation: Uint8Array): Promise<Instant | null> {
  if (restoration === null || restoration.opened === null || !isOpen(restoration, incarnation)) return null;
  const [opened] = await ledger.entries(db, restoration.opened, restoration.opened + 1);
  return opened === undefined ? null : Math.max(opened.time, restoration.as_of);
}

/** The incarnations that this folder follows, from the first on. */
export async function formersOf(store: Store, db: Snapshot): Promise<Uint8Array[]> {
  const rows = await store.of<IncarnationTables>().in(db).selectFrom('restoration').select('former').where('opened', 'is not', null).orderBy('number').execute();
  return rows.map(({ former }) => former);
}

/** Why a folder stands still. */
export type Standing = 'station-restored' | 'station-superseded';

/** @returns null where it works */
export function whyStill(restoration: Restoration | null, incarnation: Uint8Array): Standing | null {
  if (restoration === null || isOpen(restoration, incarnation)) return null;
  return restoration.cause === 'superseded' ? 'station-superseded' : 'station-restored';
}

/** @throws Refusal `station-restored` | `station-superseded` while no new incarnation was opened */
export function demandOpen(restoration: Restoration | null, incarnation: Uint8Array): void {
  const why = whyStill(restoration, incarnation);
  if (why !== null) throw new Refusal(why);
}

export interface Reopening {
  readonly incarnation: Uint8Array;
  readonly reason: Reason;
  readonly now: Instant;
  readonly organisation: Uint8Array;
  /** Numbers left out of every register; null decides by how many were given in as long a time before. */
  readonly margin: number | null;
}

export interface Skipped {
  readonly office: string;
  readonly direction: 'out' | 'in';
  readonly series: string;
  readonly first: number;
  readonly last: number;
}

interface NumberTables {
  number_counter: { office: string; direction: 'out' | 'in'; series: string; last: number };
  number_issued: {
    office: string; direction: 'out' | 'in'; series: string; number: number; state: 'issued' | 'used' | 'void'; draft: Uint8Array | null;
    dispatch: Uint8Array | null; time: number;
  };
}

/**
 * Opens the next incarnation: the event that says so, and in every register the numbers that the ended one may have
 * given after the backup are void. The ledger must write with the new incarnation by now.
 * @throws Refusal `station-not-restored`, `station-superseded`
 */
export async function reopen(store: Store, ledger: Ledger, tx: Transaction, order: Reopening): Promise<Skipped[]> {
  const newest = await newestRestoration(store, tx);
  if (newest === null || newest.opened !== null) throw new Refusal('station-not-restored');
  if (newest.cause === 'superseded') throw new Refusal('station-superseded');
  const { incarnation, reason } = order;
  const fields = { peerIncarnation: newest.former, count: newest.ledger_size, digest: newest.root, at: newest.as_of, code: reason };
  const { index } = await ledger.append(tx, { kind: 'restored', fields: eventFields.encode(fields) });
  const opened = { opened: index, incarnation, reason };
  await store.of<IncarnationTables>().in(tx).updateTable('restoration').set(opened).where('number', '=', newest.number).execute();
  // By their time a register tells what was left out then.
  const now = (await reopenedAt(ledger, tx, { ...newest, ...opened }, incarnation))!;
  return skipNumbers(store, ledger, tx, newest, { ...order, now });
}

async function skipNumbers(store: Store, ledger: Ledger, tx: Transaction, { as_of }: Restoration, order: Reopening): Promise<Skipped[]> {
  const db = store.of<NumberTables>().in(tx);
  const counters = await db.selectFrom('number_counter').selectAll().orderBy('office').orderBy('direction').orderBy('series').execute();
  const span = Math.max(DAY_MS, order.now - as_of);
  const skipped: Skipped[] = [];
  for (const { office, direction, series, last } of counters) {
    const { given } = await db.selectFrom('number_issued').select((all) => all.fn.countAll<number>().as('given'))
      .where('office', '=', office).where('direction', '=', direction).where('series', '=', series)
      .where('time', '>', as_of - span).executeTakeFirstOrThrow();
    const margin = order.margin ?? Math.min(MARGIN_MOST, Math.max(MARGIN_LEAST, 2 * Number(given)));
    if (margin > 0) skipped.push(await skip(db, ledger, tx, { office, direction, series, first: last + 1, last: last + margin }, order));
  }
  return skipped;
}

/** Numbers that may have been given and that nobody can tell of: void, by one event. */
export async function skip(
  db: Tx<NumberTables>, ledger: Ledger, tx: Transaction, run: Skipped, { now, organisation }: Pick<Reopening, 'now' | 'organisation'>,
): Promise<Skipped> {
  const { office, direction, series, first, last } = run;
  const rows = Array.from({ length: last - first + 1 }, (_, i) => (
    { office, direction, series, number: first + i, state: 'void' as const, draft: null, dispatch: null, time: now }));
  for (let at = 0; at < rows.length; at += INSERT_ROWS) await db.insertInto('number_issued').values(rows.slice(at, at + INSERT_ROWS)).execute();
  await db.updateTable('number_counter').set({ last }).where('office', '=', office).where('direction', '=', direction).where('series', '=', series).execute();
  const fields = { office: { organisation, office }, number: { series, number: first }, count: last - first + 1, code: direction };
  await ledger.append(tx, { kind: 'number-skipped', fields: eventFields.encode(fields) });
  return run;
}
