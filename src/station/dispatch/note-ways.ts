/**
 * Ways of notes: what comes back to a station that had passed it on goes on from there, as a dispatch does (taken-back.ts), and
 * what a neighbour refused for a reason that may pass is offered again.
 * Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md.
 */

import { Refusal } from '#core/refusals.ts';
import { nameOf, type Own } from '#model/foreign-names.ts';
import type { Db, Snapshot, Transaction } from '#station/kernel/store.ts';
import { type Note, note as noteCodec } from '#wire/receipt.ts';
import type { ItemName, OfferedItem } from '../links/index.ts';
import type { Room } from './deps.ts';
import { GIVEN_UP_MS, mayPass, PASSING, type Which } from './retry.ts';
import type { DispatchTables } from './tables.ts';
import { goesRound } from './taken-back.ts';
import { hopToStation, mayAnswer } from './ways.ts';

export type NoteRow = DispatchTables['note'];

type Offer = Pick<OfferedItem, 'from' | 'hops' | 'beyond'>;

/** The station that a note is for, by its name in the tables. */
export function destinationOf(own: Own, { organisation, toOrganisation, to }: Note): string {
  return nameOf(own, toOrganisation ?? organisation, to);
}

/**
 * Whether a note that went on from here comes back: it has gone further than it had here, or was let go of here, so that another's copy may
 * be the only one. One that was for this station never does.
 */
export function noteComesBack({ bytes, hops, refusal }: Pick<NoteRow, 'bytes' | 'hops' | 'refusal'>, offered: Pick<Offer, 'hops' | 'beyond'>): boolean {
  const isLetGo = refusal !== null && !mayPass(refusal);
  return offered.beyond === undefined && bytes !== null && (isLetGo || offered.hops + 1 > hops);
}

/** Whether its bytes are here, to be sent on: not of one that was for this station. */
export async function isKept(db: Db<DispatchTables>, { id }: Pick<NoteRow, 'id'>): Promise<boolean> {
  return (await db.selectFrom('note').select('id').where('id', '=', id).where('bytes', 'is not', null).executeTakeFirst()) !== undefined;
}

/** Queues a note towards one neighbour. It counts against no office: stations write them of themselves. */
export async function queueNote({ outbox }: Pick<Room, 'outbox'>, tx: Transaction, { id, precedence }: Pick<NoteRow, 'id' | 'precedence'>, peer: string): Promise<void> {
  await outbox.enqueue(tx, { kind: 'note', id, sealing: 0, precedence, peer, owner: null });
}

export class NoteWays {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** @param peer the way that is now @throws Refusal `no-route` where it goes round in a ring, or a neighbour that stands has not answered for it */
  async demandMayGoOn(db: Snapshot, { id, next, since, bytes }: NoteRow, offer: Offer, peer: string): Promise<void> {
    if (next === null || bytes === null) return;
    const isUnderWay = mayAnswer(this.#room, next) && (await this.#room.outbox.isUnderWay(db, { kind: 'note', id, sealing: 0 }, next));
    const isRing = next === peer && next !== offer.from && goesRound(this.#room, offer, { hopLimit: noteCodec.decode(bytes).hopLimit, since });
    if (isUnderWay || isRing) throw new Refusal('no-route', { station: next });
  }

  /** Sends on what came back. @throws Refusal as `demandMayGoOn` */
  async takeBack(tx: Transaction, row: NoteRow, offer: Offer, peer: string): Promise<void> {
    const { id, next } = row;
    await this.demandMayGoOn(tx, row, offer, peer);
    if (next !== null && next !== peer) await this.#room.outbox.withdraw(tx, { kind: 'note', id, sealing: 0 }, next, !mayAnswer(this.#room, next));
    await this.#room.tables.in(tx).updateTable('note').set({ hops: offer.hops + 1, next: peer, refusal: null, since: this.#room.clock.now() }).where('id', '=', id).execute();
    await queueNote(this.#room, tx, row, peer);
  }

  /** @returns whether it waits on for a way, in the commit in which it was refused */
  async refused(tx: Transaction, { id }: ItemName, code: string): Promise<boolean> {
    await this.#room.tables.in(tx).updateTable('note').set({ refusal: code }).where('id', '=', id).execute();
    return mayPass(code);
  }

  /** Queues what was refused, and has a way. @param which of one neighbour, where that is said: notes that were given back are among all */
  async again(which: Which = 'all'): Promise<void> {
    const { tables, view, clock } = this.#room;
    const rows = await tables.read((db) => {
      const refused = db.selectFrom('note').selectAll().where('refusal', 'in', PASSING).where('taken', '>', clock.now() - GIVEN_UP_MS);
      return (typeof which === 'string' ? refused : refused.where('next', '=', which.by)).execute();
    });
    for (const { id, bytes, precedence } of rows) {
      const peer = bytes === null ? null : hopToStation(this.#room, destinationOf(view(), noteCodec.decode(bytes)));
      if (peer === null) continue;
      await tables.commit(async (tx) => {
        const { numUpdatedRows } = await tables.in(tx).updateTable('note').set({ next: peer, refusal: null }).where('id', '=', id).where('refusal', 'in', PASSING).executeTakeFirst();
        if (numUpdatedRows > 0n) await queueNote(this.#room, tx, { id, precedence }, peer);
      });
    }
  }
}
