/**
 * Receipts that come home before the directory by which they are judged (a seal that was made yesterday, an office that has
 * moved, at a peer or here), or, in a folder that was restored, before the dispatch itself, which its device has accepted
 * again. They are kept, count for nothing, and are judged again whenever a directory has grown, or the dispatch is there.
 * Source: docs/protocol/receipts.md.
 */

import { DAY_MS, type Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { officeName } from '#model/foreign-names.ts';
import { mayBeLearned } from '#model/receipts.ts';
import type { Db, Snapshot, Transaction } from '#station/kernel/store.ts';
import { type Header, header as headerCodec } from '#wire/envelope.ts';
import { receipt as receiptCodec, type ReceiptKind, receiptStatement } from '#wire/receipt.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';
import { precedenceOf, type CheckedReceipt, type Receipts } from './receipts.ts';
import type { DispatchTables } from './tables.ts';

/** An honest office says a handful of words about a dispatch. Each neighbour has its own places: another way's words stay. */
const EARLY_PER_OFFICE_MAX = 16;
/** Of one neighbour about all dispatches; some 20 MB. */
const EARLY_PER_PEER_MAX = 4_096;
/** Of a dispatch that was accepted longer ago nothing waits; nor of one that is not known here, and of which none came since. */
const WAIT_DAYS = 90;
const AT_ONCE = 256;

export interface EarlyReceipt {
  readonly dispatch: Uint8Array;
  readonly kind: ReceiptKind;
  /** By its name in the tables. */
  readonly office: string;
  readonly bytes: Uint8Array;
}

type Waiting = DispatchTables['early_receipt'];

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
    const db = this.#room.tables.in(tx);
    let tooMany = 0;
    for (const { dispatch, kind, office, bytes } of receipts) {
      if (!(await this.#mayCount(tx, dispatch, office))) continue;
      if (!(await hasRoom(db, { dispatch, office, peer }))) {
        tooMany += 1;
        continue;
      }
      const digest = this.#room.provider.hash.sha256(bytes);
      const { numInsertedOrUpdatedRows } = await db.insertInto('early_receipt').values({ dispatch, digest, office, bytes, peer })
        .onConflict((on) => on.doNothing()).executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 1n) continue;
      const { office: about } = receiptStatement.decode(receiptCodec.decode(bytes).statement);
      await record(this.#room, tx, { kind: 'receipt-early', subject: dispatch, fields: { office: about, receipt: kind, receiptDigest: digest, peer } });
    }
    return tooMany;
  }

  /** What this folder knows of, or, where it goes on after another that it is a copy of, does not know of: that other may have accepted it. */
  async #mayCount(tx: Transaction, dispatch: Uint8Array, office: string): Promise<boolean> {
    if ((await headerFor(this.#room, tx, dispatch, office)) !== null) return true;
    return hasLost(this.#room) && (await this.#acceptedAt(tx, dispatch)) === null;
  }

  async #acceptedAt(tx: Transaction, dispatch: Uint8Array): Promise<Instant | null> {
    const row = await this.#room.tables.in(tx).selectFrom('outgoing').select('accepted').where('id', '=', dispatch).executeTakeFirst();
    return row?.accepted ?? null;
  }

  /** When a receipt about it was last kept, by the ledger. */
  async #lastCame(tx: Transaction, dispatch: Uint8Array): Promise<Instant> {
    const came = (await this.#room.ledger.entriesAbout(tx, dispatch)).filter(({ kind }) => kind === 'receipt-early');
    return came.at(-1)?.time ?? 0;
  }

  /** Judges all that wait once more. @returns how many count now */
  async again(): Promise<number> {
    let counted = 0;
    for (let last: Pick<Waiting, 'dispatch' | 'digest'> | undefined; ;) {
      const rows = await this.#room.tables.read((db) => {
        let query = db.selectFrom('early_receipt').selectAll();
        if (last !== undefined) {
          const { dispatch, digest } = last;
          query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('dispatch', 'digest'), '>', tuple(dispatch, digest)));
        }
        return query.orderBy('dispatch').orderBy('digest').limit(AT_ONCE).execute();
      });
      last = rows.at(-1);
      if (last === undefined) return counted;
      counted += await this.#settleAll(rows);
    }
  }

  /** Judges what waited for this very dispatch, which was accepted now. */
  async about(dispatch: Uint8Array): Promise<void> {
    if (!hasLost(this.#room)) return;
    await this.#settleAll(await this.#room.tables.read((db) => db.selectFrom('early_receipt').selectAll().where('dispatch', '=', dispatch).execute()));
  }

  async #settleAll(rows: readonly Waiting[]): Promise<number> {
    let counted = 0;
    for (const row of rows) if (await this.#settle(row)) counted += 1;
    return counted;
  }

  /** @returns whether it counts now */
  async #settle({ dispatch, digest, office, bytes }: Waiting): Promise<boolean> {
    const judged = await this.judge(bytes);
    const { tables, clock } = this.#room;
    return tables.commit(async (tx) => {
      const accepted = await this.#acceptedAt(tx, dispatch);
      const isLate = clock.now() - (accepted ?? (await this.#lastCame(tx, dispatch))) > WAIT_DAYS * DAY_MS;
      if (judged !== null && !isLate && ('early' in judged || accepted === null)) return false;
      await tables.in(tx).deleteFrom('early_receipt').where('dispatch', '=', dispatch).where('digest', '=', digest).execute();
      const header = judged !== null && 'good' in judged ? await headerFor(this.#room, tx, dispatch, office) : null;
      if (judged === null || !('good' in judged) || header === null) {
        await record(this.#room, tx, { kind: 'refused', subject: dispatch, fields: { code: 'receipt-forged', receiptDigest: digest } });
        return false;
      }
      await this.#receipts.takeIn(tx, judged.good, null, precedenceOf(this.#room.view(), header, [office]));
      return true;
    });
  }

  #read(bytes: Uint8Array): EarlyReceipt {
    const { dispatch, kind, office } = receiptStatement.decode(receiptCodec.decode(bytes).statement);
    return { dispatch, kind, office: officeName(this.#room.view(), office), bytes };
  }
}

/** Whether this folder was restored: then it may not know what its station accepted. */
function hasLost({ former }: Pick<Room, 'former'>): boolean {
  return former !== undefined && former !== null;
}

async function hasRoom(db: Db<DispatchTables>, { dispatch, office, peer }: { dispatch: Uint8Array; office: string; peer: string }): Promise<boolean> {
  const waiting = db.selectFrom('early_receipt').select(({ fn }) => fn.countAll<number>().as('count')).where('peer', '=', peer);
  const { count: ofOffice } = await waiting.where('dispatch', '=', dispatch).where('office', '=', office).executeTakeFirstOrThrow();
  if (Number(ofOffice) >= EARLY_PER_OFFICE_MAX) return false;
  const { count: ofPeer } = await waiting.executeTakeFirstOrThrow();
  return Number(ofPeer) < EARLY_PER_PEER_MAX;
}

/** Of a dispatch that was accepted here, where that office, by its name in the tables, is a recipient; else null. */
export async function headerFor({ tables, view }: Pick<Room, 'tables' | 'view'>, db: Snapshot, dispatch: Uint8Array, office: string): Promise<Header | null> {
  const row = await tables.in(db).selectFrom('outgoing').innerJoin('dispatch', 'dispatch.id', 'outgoing.id')
    .select('dispatch.header').where('outgoing.id', '=', dispatch).executeTakeFirst();
  if (row === undefined) return null;
  const header = headerCodec.decode(row.header);
  return header.to.some((to) => officeName(view(), to.office) === office) ? header : null;
}
