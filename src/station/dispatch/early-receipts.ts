/**
 * Receipts that come home before the directory by which they are judged (a seal that was made yesterday, an office that has
 * moved, at a peer or here), or, in a folder that was restored, before the dispatch itself, which its device has accepted
 * again. They are kept, count for nothing, and are judged again whenever a directory has grown, or the dispatch is there.
 * Source: docs/protocol/receipts.md.
 */

import { DAY_MS, type Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { officeName } from '#model/foreign-names.ts';
import { mayBeLearned } from '#model/receipts.ts';
import type { Db, Snapshot, Transaction } from '#station/kernel/store.ts';
import { type Header, header as headerCodec } from '#wire/envelope.ts';
import { receipt as receiptCodec, type ReceiptKind, receiptStatement } from '#wire/receipt.ts';
import type { Room } from './deps.ts';
import { EarlyPlaces } from './early-places.ts';
import { record } from './events.ts';
import { precedenceOf, type CheckedReceipt, type Receipts } from './receipts.ts';
import type { DispatchTables } from './tables.ts';

/** Of a dispatch that was accepted longer ago nothing waits; nor of one that is not known here, where the folder was restored longer ago. */
const WAIT_MS = 90 * DAY_MS;
const AT_ONCE = 256;

export interface EarlyReceipt {
  readonly dispatch: Uint8Array;
  readonly kind: ReceiptKind;
  /** By its name in the tables. */
  readonly office: string;
  readonly bytes: Uint8Array;
}

/** About a dispatch that is known here. */
type Waiting = DispatchTables['early_receipt'] & { readonly accepted: Instant };

export class EarlyReceipts {
  readonly #room: Room;
  readonly #receipts: Receipts;

  constructor(room: Room, receipts: Receipts) {
    this.#room = room;
    this.#receipts = receipts;
  }

  /** @returns a receipt that counts, one that may later; null for one that never will */
  async judge(bytes: Uint8Array): Promise<{ readonly good: CheckedReceipt } | { readonly early: EarlyReceipt } | null> {
    try {
      return { good: await this.#receipts.check(receiptCodec.decode(bytes)) };
    } catch (error) {
      if (error instanceof Refusal && mayBeLearned(error)) return { early: this.#read(bytes) };
      if (error instanceof Refusal || error instanceof DecodeError) return null;
      throw error;
    }
  }

  /** Keeps those of dispatches that were accepted here, or may have been, a few of each office and neighbour. @returns how many were too many */
  async keep(tx: Transaction, receipts: readonly EarlyReceipt[], peer: string): Promise<number> {
    if (receipts.length === 0) return 0;
    const db = this.#room.tables.in(tx);
    const places = await EarlyPlaces.of(db, peer);
    let tooMany = 0;
    for (const { dispatch, kind, office, bytes } of receipts) {
      const isKnown = (await headerFor(this.#room, tx, dispatch, office)) !== null;
      if (!isKnown && !(await this.#mayBeForgotten(db, dispatch))) continue;
      const wanted = { dispatch, office, isKnown };
      if (!(await places.hasRoom(wanted))) {
        tooMany += 1;
        continue;
      }
      const digest = this.#room.provider.hash.sha256(bytes);
      const { numInsertedOrUpdatedRows } = await db.insertInto('early_receipt').values({ dispatch, digest, office, bytes, peer })
        .onConflict((on) => on.doNothing()).executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) continue;
      places.take(wanted);
      const { office: about } = receiptStatement.decode(receiptCodec.decode(bytes).statement);
      await record(this.#room, tx, { kind: 'receipt-early', subject: dispatch, fields: { office: about, receipt: kind, receiptDigest: digest, peer } });
    }
    return tooMany;
  }

  /** Where this folder goes on after another that it is a copy of, that other may have accepted what is not known here. */
  async #mayBeForgotten(db: Db<DispatchTables>, dispatch: Uint8Array): Promise<boolean> {
    if (!this.#waitsForForgotten) return false;
    return (await db.selectFrom('outgoing').select('id').where('id', '=', dispatch).executeTakeFirst()) === undefined;
  }

  get #waitsForForgotten(): boolean {
    const { restored, clock } = this.#room;
    return restored !== undefined && restored !== null && clock.now() - restored <= WAIT_MS;
  }

  /** Judges once more all that wait about dispatches that are known here; a directory says nothing of the others. @returns how many count now */
  async again(): Promise<number> {
    if (!this.#waitsForForgotten) while (await this.#letForgottenGo()) { /* until none is left */ }
    let counted = 0;
    for (let last: Pick<Waiting, 'dispatch' | 'digest'> | undefined; ;) {
      const rows = await this.#room.tables.read((db) => {
        const query = waiting(db);
        if (last === undefined) return query.limit(AT_ONCE).execute();
        const { dispatch, digest } = last;
        return query.where(({ eb, refTuple, tuple }) => eb(refTuple('dispatch', 'digest'), '>', tuple(dispatch, digest))).limit(AT_ONCE).execute();
      });
      last = rows.at(-1);
      if (last === undefined) return counted;
      counted += await this.#settleAll(rows);
    }
  }

  /** Judges what waited for this very dispatch, which was accepted now. */
  async about(dispatch: Uint8Array): Promise<void> {
    if (!this.#waitsForForgotten) return;
    await this.#settleAll(await this.#room.tables.read((db) => waiting(db).where('dispatch', '=', dispatch).execute()));
  }

  async #settleAll(rows: readonly Waiting[]): Promise<number> {
    let counted = 0;
    for (const row of rows) if (await this.#settle(row)) counted += 1;
    return counted;
  }

  /** @returns whether it counts now */
  async #settle({ dispatch, digest, office, bytes, accepted }: Waiting): Promise<boolean> {
    const { tables, clock } = this.#room;
    const header = await tables.read((db) => headerFor(this.#room, db, dispatch, office));
    const judged = header === null ? null : await this.judge(bytes);
    const isLate = clock.now() - accepted > WAIT_MS;
    if (judged !== null && 'early' in judged && !isLate) return false;
    const good = judged !== null && 'good' in judged ? judged.good : null;
    const end = good !== null ? null : judged === null ? 'receipt-forged' : 'receipt-not-kept';
    return tables.commit(async (tx) => {
      if (!(await this.#waitsNoMore(tx, { dispatch, digest }, end)) || good === null || header === null) return false;
      await this.#receipts.takeIn(tx, good, null, precedenceOf(this.#room.view(), header, [office]));
      return true;
    });
  }

  /** Some of what nobody has had accepted again. @returns whether there was any */
  async #letForgottenGo(): Promise<boolean> {
    const { tables } = this.#room;
    const rows = await tables.read((db) => db.selectFrom('early_receipt').leftJoin('outgoing', 'outgoing.id', 'early_receipt.dispatch')
      .select(['dispatch', 'digest']).where('outgoing.id', 'is', null).limit(AT_ONCE).execute());
    if (rows.length === 0) return false;
    await tables.commit(async (tx) => {
      for (const row of rows) await this.#waitsNoMore(tx, row, 'receipt-not-kept');
    });
    return true;
  }

  /** @param refused why it never counts; null where it does @returns whether it waited until now */
  async #waitsNoMore(tx: Transaction, { dispatch, digest }: Pick<Waiting, 'dispatch' | 'digest'>, refused: RefusalCode | null): Promise<boolean> {
    const { numDeletedRows } = await this.#room.tables.in(tx).deleteFrom('early_receipt')
      .where('dispatch', '=', dispatch).where('digest', '=', digest).executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    if (refused !== null) await record(this.#room, tx, { kind: 'refused', subject: dispatch, fields: { code: refused, receiptDigest: digest } });
    return true;
  }

  #read(bytes: Uint8Array): EarlyReceipt {
    const { dispatch, kind, office } = receiptStatement.decode(receiptCodec.decode(bytes).statement);
    return { dispatch, kind, office: officeName(this.#room.view(), office), bytes };
  }
}

/** What waits about dispatches that are known here, in order. */
function waiting(db: Db<DispatchTables>) {
  return db.selectFrom('early_receipt').innerJoin('outgoing', 'outgoing.id', 'early_receipt.dispatch')
    .selectAll('early_receipt').select('outgoing.accepted').orderBy('dispatch').orderBy('digest');
}

/** Of a dispatch that was accepted here, where that office, by its name in the tables, is a recipient; else null. */
export async function headerFor({ tables, view }: Pick<Room, 'tables' | 'view'>, db: Snapshot, dispatch: Uint8Array, office: string): Promise<Header | null> {
  const row = await tables.in(db).selectFrom('outgoing').innerJoin('dispatch', 'dispatch.id', 'outgoing.id')
    .select('dispatch.header').where('outgoing.id', '=', dispatch).executeTakeFirst();
  if (row === undefined) return null;
  const header = headerCodec.decode(row.header);
  return header.to.some((to) => officeName(view(), to.office) === office) ? header : null;
}
