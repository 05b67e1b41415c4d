/**
 * Receipts: made and signed here in batches, checked and stored once where others made them, and kept until they are
 * on their way home. Source: docs/protocol/receipts.md.
 */

import { equal, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import { nameOf, officeName, type Own } from '#model/foreign-names.ts';
import { isOfficesWord, NOTED_RECEIPTS, verifyReceipt } from '#model/receipts.ts';
import { ACT_OF_RECEIPT } from '#model/rights.ts';
import type { Db, Snapshot, Transaction } from '#station/kernel/store.ts';
import { header as headerCodec, type Header } from '#wire/envelope.ts';
import { LIMITS } from '#wire/limits.ts';
import { PRECEDENCE_RANK, type OfficeRef, type Precedence } from '#wire/names.ts';
import { receipt as receiptCodec, receiptStatement, type ReceiptKind, type ReceiptStatement, sealedDetail } from '#wire/receipt.ts';
import type { Signed } from '#wire/signature.ts';
import type { Deliveries } from './deliveries.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';
import { demand, type Caller } from './policy.ts';
import { takenOf } from './taken.ts';
import type { DispatchTables } from './tables.ts';
import { stationOf } from './ways.ts';

export interface CheckedReceipt {
  readonly statement: Omit<ReceiptStatement, 'version'>;
  /** Office and station by their names in the tables. */
  readonly office: string;
  readonly station: string;
  /** Encoded Signed. */
  readonly bytes: Uint8Array;
  /** Encoded SealedDetail, for the office itself. */
  readonly own?: Uint8Array | undefined;
}

/** Away and back are two hops at the least: nothing comes to a station more often. Any station may sign that it did. */
const COMES_BACK_MAX = LIMITS.hopLimit / 2;

type StationKind = 'custody' | 'arrived' | 'expired' | 'dropped';

/** Of a stanza that was sealed here: whose it is, and which neighbour it goes to; null where it goes no further. */
interface PlacedHere {
  readonly position: number;
  readonly key: { readonly office: OfficeRef };
  readonly next: string | null;
}

export class Receipts {
  readonly #room: Room;
  readonly #deliveries: Deliveries;
  readonly #onHomeward: () => void;

  /** @param onHomeward told after each commit that left receipts to be sent home */
  constructor(room: Room, deliveries: Deliveries, onHomeward: () => void) {
    this.#room = room;
    this.#deliveries = deliveries;
    this.#onHomeward = onHomeward;
  }

  /** This station's word about a dispatch, signed together with whatever else is being signed now. */
  async make(kind: StationKind, about: { id: Uint8Array; sealing: number; office: OfficeRef; previousHop: string | null }): Promise<CheckedReceipt> {
    const { id: dispatch, sealing, office, previousHop } = about;
    const statement: ReceiptStatement = {
      version: 1, kind, dispatch, sealing, office, station: this.#room.station, time: this.#room.clock.now(),
      incarnation: this.#room.incarnation(), ...(previousHop === null ? {} : { previousHop }),
    };
    const signed = await this.#room.signing.sign(kind, receiptStatement.encode(statement));
    return { statement, office: officeName(this.#room.view(), office), station: this.#room.station, bytes: receiptCodec.encode(signed) };
  }

  /** `arrived` of each office that lives at this very station, where the dispatch was sealed: the origin's own stanza is none. */
  makeArrivals({ id, sealing }: { id: Uint8Array; sealing: number }, stanzas: readonly PlacedHere[]): Promise<CheckedReceipt[]> {
    const here = stanzas.filter(({ position, next }) => position > 0 && next === null);
    return Promise.all(here.map(({ key: { office } }) => this.make('arrived', { id, sealing, office, previousHop: null })));
  }

  /** What was sealed here for offices that live here is delivered, and receipted as anywhere. @param again it may have been before */
  async arrive(tx: Transaction, header: Header, arrivals: readonly CheckedReceipt[], again: boolean): Promise<void> {
    for (const receipt of arrivals) {
      await this.#deliveries.deliver(tx, receipt.statement, null, again);
      await this.store(tx, receipt, null, precedenceOf(this.#room.view(), header, [receipt.office]));
    }
  }

  /** @throws Refusal `receipt-forged` */
  async check(signed: Signed): Promise<CheckedReceipt> {
    const { provider, verified, view: viewNow, peers } = this.#room;
    const view = viewNow();
    const statement = await verifyReceipt({ provider, verified, view, peers: peers() }, signed);
    const { office, organisation, station } = statement;
    return { statement, office: officeName(view, office), station: nameOf(view, organisation, station), bytes: receiptCodec.encode(signed) };
  }

  /**
   * Keeps a receipt, once for its (kind, dispatch, sealing, office, station), and what follows from it.
   * @param homeward the station to which it is still to be sent, or null
   * @returns whether it was new
   */
  async store(tx: Transaction, { statement, office, station, bytes, own }: CheckedReceipt, homeward: string | null, precedence: Precedence): Promise<boolean> {
    const db = this.#room.tables.in(tx);
    const { dispatch, kind, sealing, time } = statement;
    const { numInsertedOrUpdatedRows } = await db.insertInto('receipt')
      .values({ dispatch, kind, sealing, office, station, time, bytes, homeward, precedence, own: own ?? null, again: 0 })
      .onConflict((on) => on.doNothing()).executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n && !(await this.#takesPlace(tx, { statement, office, station, bytes, own }, homeward, precedence))) return false;
    if (kind === 'arrived' || kind === 'expired' || kind === 'unreadable') await setOutcome(db, { dispatch, office, sealing, kind });
    return true;
  }

  /**
   * Of what a key signed that others have had since, and that counts no more: the office says it again, and nobody else's word stands in its
   * way. And a station's later custody: it has the dispatch again, as often as hops let it.
   */
  async #takesPlace(tx: Transaction, { statement, office, station, bytes, own }: CheckedReceipt, homeward: string | null, precedence: Precedence): Promise<boolean> {
    const db = this.#room.tables.in(tx);
    const { dispatch, kind, sealing, time } = statement;
    const said = { dispatch, kind, sealing, office, station };
    const before = await db.selectFrom('receipt').select(['bytes', 'time', 'again']).where((is) => is.and(said)).executeTakeFirstOrThrow();
    const isOurs = station === this.#room.station;
    const isLater = kind === 'custody' && time > before.time && (isOurs || before.again < COMES_BACK_MAX);
    if (equal(before.bytes, bytes) || (!isLater && (await this.#stillCounts(tx, dispatch, before.bytes)))) return false;
    const again = before.again + (kind === 'custody' && !isOurs ? 1 : 0);
    await db.updateTable('receipt').set({ time, bytes, homeward, precedence, own: own ?? null, again }).where((is) => is.and(said)).execute();
    return true;
  }

  async #stillCounts(tx: Transaction, dispatch: Uint8Array, bytes: Uint8Array): Promise<boolean> {
    const { provider, verified, view, peers } = this.#room;
    const taken = (await takenOf(this.#room, tx, dispatch)).get(hex(provider.hash.sha256(bytes)));
    return verifyReceipt({ provider, verified, view: view(), peers: peers(), witnessedAt: taken ?? null }, bytes).then(() => true, (error: unknown) => {
      if (error instanceof Refusal && error.code === 'receipt-forged') return false;
      throw error;
    });
  }

  /** As `store`, with the event of a receipt that somebody else made. */
  async takeIn(tx: Transaction, receipt: CheckedReceipt, homeward: string | null, precedence: Precedence): Promise<boolean> {
    const isNew = await this.store(tx, receipt, homeward, precedence);
    if (!isNew) return false;
    const { kind, office, station, time, dispatch } = receipt.statement;
    const { hash } = this.#room.provider;
    const noted = receipt.own === undefined ? {} : { digest: hash.sha256(receipt.own) };
    const fields = { office, receipt: kind, receiptDigest: hash.sha256(receipt.bytes), code: station, at: time, ...noted };
    await record(this.#room, tx, { kind: 'receipt', subject: dispatch, fields });
    return true;
  }

  /** Writes down that a receipt that somebody brought does not verify, or found no place to wait. */
  async recordRefused(tx: Transaction, subject: Uint8Array, code: 'receipt-forged' | 'receipt-not-kept', peer: string | null): Promise<void> {
    const fields = { code, ...(peer === null ? {} : { peer }) };
    await record(this.#room, tx, { kind: 'refused', subject, fields });
  }

  /**
   * Receipts that devices of this station's offices made: opened, handed over, acted, unreadable.
   * @param own in the same order, of handed-over and acted: what the office keeps for itself
   * @returns how many are held now, new or again
   * @throws DecodeError; Refusal `receipt-forged`, `not-entitled`, `dispatch-unknown`, `dispatch-expired`,
   *   `step-out-of-order`, `opened-before`, `date-out-of-range`: then none of them is taken
   */
  async upload(caller: Caller, encoded: readonly Uint8Array[], own?: readonly Uint8Array[]): Promise<number> {
    if (own !== undefined && own.length !== encoded.length) throw new Refusal('request-malformed', { field: 'own' });
    const checked: CheckedReceipt[] = [];
    for (const [i, bytes] of encoded.entries()) checked.push({ ...await this.#checkUpload(caller, bytes), own: own?.[i] });
    for (const one of checked) demandNote(one);
    await this.#room.tables.commit(async (tx) => {
      for (const receipt of checked) await this.#takeUpload(tx, receipt);
    });
    this.#onHomeward();
    return checked.length;
  }

  /** Stored receipts of this station for a dispatch and some of its offices, as a neighbour is told. */
  async ownFor(db: Snapshot, id: Uint8Array, sealing: number, offices: readonly string[]): Promise<Signed[]> {
    if (offices.length === 0) return [];
    const rows = await this.#room.tables.in(db).selectFrom('receipt').select('bytes')
      .where('dispatch', '=', id).where('sealing', '=', sealing).where('station', '=', this.#room.station)
      .where('kind', 'in', ['custody', 'arrived', 'expired']).where('office', 'in', [...offices]).orderBy('office').execute();
    return rows.map(({ bytes }) => receiptCodec.decode(bytes));
  }

  async #checkUpload(caller: Caller, bytes: Uint8Array): Promise<CheckedReceipt> {
    const receipt = await this.check(receiptCodec.decode(bytes));
    const { kind, office, station, incarnation, time } = receipt.statement;
    if (!isOfficesWord(kind)) throw forgedReceipt('kind');
    // The offices here are our own: another organisation's seal speaks for its own office, even of that name.
    if (!isOwn(this.#room.view(), office)) throw forgedReceipt('office');
    demand(this.#room, caller, ACT_OF_RECEIPT[kind], office.office);
    if (station !== this.#room.station || !equal(incarnation, this.#room.incarnation())) throw forgedReceipt('station');
    // Dated ahead it would lie behind any end that may come, and stand where the office wants to say it in truth.
    if (time > this.#room.clock.now() + LIMITS.clockAheadMs) throw new Refusal('date-out-of-range', { field: 'receipt' });
    return receipt;
  }

  async #takeUpload(tx: Transaction, receipt: CheckedReceipt): Promise<void> {
    const db = this.#room.tables.in(tx);
    const { dispatch, sealing, kind, office: { office } } = receipt.statement;
    const delivery = await db.selectFrom('delivery').selectAll()
      .where('id', '=', dispatch).where('office', '=', office).executeTakeFirst();
    if (delivery === undefined || delivery.sealing !== sealing) throw new Refusal('dispatch-unknown');
    if (delivery.state === 'expired') throw new Refusal('dispatch-expired');
    const number = await db.selectFrom('number_issued').select('number')
      .where('dispatch', '=', dispatch).where('office', '=', office).where('direction', '=', 'in').executeTakeFirst();
    if (kind === 'opened' && number === undefined) throw new Refusal('step-out-of-order', { missing: 'number' });
    if (kind === 'handed-over' || kind === 'acted') {
      if (delivery.state === 'arrived' || delivery.state === 'unreadable') throw new Refusal('step-out-of-order', { missing: 'opened' });
    }
    // Who opened it can read it. Who opens it after all, on another device, is believed too.
    if (kind === 'unreadable' && READ.includes(delivery.state)) throw new Refusal('opened-before');
    const head = await headerOf(db, dispatch, sealing);
    const homeward = homeOf(this.#room, head); // An office's word, which the other organisation may hear.
    const isNew = await this.takeIn(tx, receipt, homeward, precedenceOf(this.#room.view(), head, [office]));
    if (!isNew || (kind !== 'unreadable' && !isFurther(kind, delivery.state))) return;
    await db.updateTable('delivery').set({ state: kind as DispatchTables['delivery']['state'] })
      .where('id', '=', dispatch).where('office', '=', office).execute();
    if (kind === 'unreadable') await this.#deliveries.unreadable(tx, receipt.statement);
  }
}

/** Only its office can read it: here it is known by its form. */
function demandNote({ own, statement: { kind } }: CheckedReceipt): void {
  if (own === undefined) return;
  if (!NOTED_RECEIPTS.includes(kind) || sealedDetail.decode(own).purpose !== 'storage') throw forgedReceipt('own');
}

/** Offices whose stanza that neighbour has said that it took, and did not give back. */
export async function takenBy(room: Pick<Room, 'tables' | 'view'>, db: Snapshot, { id, sealing }: { readonly id: Uint8Array; readonly sealing: number }, peer: string): Promise<ReadonlySet<string>> {
  const back = room.tables.in(db).selectFrom('dispatch_stanza').select('office').where('id', '=', id).where('sealing', '=', sealing).where('back', '=', 1);
  const rows = await room.tables.in(db).selectFrom('receipt').select('office')
    .where('dispatch', '=', id).where('sealing', '=', sealing).where('station', '=', stationOf(room, peer))
    .where('kind', 'in', ['custody', 'arrived', 'expired']).where('office', 'not in', back).execute();
  return new Set(rows.map(({ office }) => office));
}

/** Who brought each office's stanza here last, by this station's newest word of it: after it had gone on, another than first. */
export async function lastBringers(room: Pick<Room, 'tables' | 'station'>, db: Snapshot, { id, sealing }: { readonly id: Uint8Array; readonly sealing: number }): Promise<ReadonlyMap<string, string | undefined>> {
  const rows = await room.tables.in(db).selectFrom('receipt').select(['office', 'bytes'])
    .where('dispatch', '=', id).where('sealing', '=', sealing).where('station', '=', room.station).where('kind', '=', 'custody').execute();
  return new Map(rows.map(({ office, bytes }) => [office, receiptStatement.decode(receiptCodec.decode(bytes).statement).previousHop]));
}

/** Whether a later sealing for that office was made here, or has come here. */
export async function isResealed(db: Db<DispatchTables>, id: Uint8Array, office: string, sealing: number): Promise<boolean> {
  const later = await db.selectFrom('dispatch_stanza').select('sealing')
    .where('id', '=', id).where('office', '=', office).where('sealing', '>', sealing).limit(1).executeTakeFirst();
  return later !== undefined;
}

/** @throws Refusal `dispatch-unknown` */
async function headerOf(db: ReturnType<Room['tables']['in']>, id: Uint8Array, sealing: number): Promise<Header> {
  const row = await db.selectFrom('dispatch').select('header').where('id', '=', id).where('sealing', '=', sealing).executeTakeFirst();
  if (row === undefined) throw new Refusal('dispatch-unknown');
  return headerCodec.decode(row.header);
}

type Final = { readonly dispatch: Uint8Array; readonly office: string; readonly sealing: number; readonly kind: 'arrived' | 'expired' | 'unreadable' };

/** The first of arrived and expired stays; unreadable takes the place of what was said of its sealing or an earlier one. */
async function setOutcome(db: ReturnType<Room['tables']['in']>, { dispatch, office, sealing, kind }: Final): Promise<void> {
  const said = await db.selectFrom('receipt').select('kind').where('dispatch', '=', dispatch).where('office', '=', office)
    .where((all) => (kind === 'unreadable'
      ? all.and([all('kind', 'in', ['arrived', 'expired']), all('sealing', '>', sealing)])
      : all.and([all('kind', '=', 'unreadable'), all('sealing', '>=', sealing)]))).limit(1).executeTakeFirst();
  if (said !== undefined) return;
  if (kind === 'unreadable' && (await isResealed(db, dispatch, office, sealing))) return;
  let update = db.updateTable('outgoing_recipient').set({ outcome: kind }).where('id', '=', dispatch).where('office', '=', office);
  if (kind !== 'unreadable') update = update.where('outcome', 'is', null);
  await update.execute();
}

/** The station to which receipts of a dispatch go, by its name in the tables; null where it came from here. */
export function homeOf({ view, station }: Pick<Room, 'view' | 'station'>, { from: { organisation }, station: origin }: Header): string | null {
  const home = nameOf(view(), organisation, origin);
  return home === station ? null : home;
}

/** The highest precedence that these offices, by their names in the tables, have in a header; routine for those that it does not name. */
export function precedenceOf(own: Own, header: Header, offices: readonly string[]): Precedence {
  let highest: Precedence = 'routine';
  for (const { office, precedence } of header.to) {
    if (offices.includes(officeName(own, office)) && PRECEDENCE_RANK[precedence] > PRECEDENCE_RANK[highest]) highest = precedence;
  }
  return highest;
}

const READ: readonly string[] = ['opened', 'handed-over', 'acted'];
const STATES: readonly string[] = ['arrived', ...READ];

function isFurther(kind: ReceiptKind, state: string): boolean {
  return STATES.indexOf(kind) > STATES.indexOf(state);
}

export function forgedReceipt(field: string): Refusal {
  return new Refusal('receipt-forged', { field });
}
