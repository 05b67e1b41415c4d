/**
 * Deliveries: one for each dispatch and office, whichever way and how often it came. A later sealing takes the place of one
 * that the office could not open, and of no other. Source: docs/protocol/envelope.md §Sealing again.
 */

import type { Transaction } from '#station/kernel/store.ts';
import type { ReceiptStatement } from '#wire/receipt.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';

/** What this station said of a stanza that goes no further. */
type Said = Pick<ReceiptStatement, 'dispatch' | 'sealing' | 'kind' | 'office' | 'time'>;

export class Deliveries {
  readonly #room: Pick<Room, 'tables' | 'ledger'>;

  constructor(room: Pick<Room, 'tables' | 'ledger'>) {
    this.#room = room;
  }

  /**
   * @param previous the neighbour that brought it; null where it was sent from here
   * @param again it may have come before, in an incarnation of this station that ended or where its office lived then
   */
  async deliver(tx: Transaction, said: Said, previous: string | null, again: boolean): Promise<void> {
    const { dispatch: id, office, sealing, kind, time } = said;
    const db = this.#room.tables.in(tx);
    const known = await db.selectFrom('delivery').select(['state', 'sealing'])
      .where('id', '=', id).where('office', '=', office.office).executeTakeFirst();
    if (known !== undefined) {
      const isOpening = known.state === 'unreadable' && kind === 'arrived' && sealing > known.sealing;
      return isOpening ? this.#replace(tx, said, previous) : undefined;
    }
    const state = kind === 'expired' ? 'expired' : 'arrived';
    const fields = { office, sealing, ...(previous === null ? {} : { peer: previous }) };
    const ledger = await record(this.#room, tx, { kind: state, subject: id, fields });
    await db.insertInto('delivery').values({ id, office: office.office, sealing, state, time, ledger, suspected: again ? 1 : 0 }).execute();
    // Once: a delivery has one row. What the office did before is known to its people, its paper and the origin.
    if (again) await record(this.#room, tx, { kind: 'suspected', subject: id, fields });
  }

  /** An office just said that it cannot open what it has: a later sealing that is here already takes its place. */
  async unreadable(tx: Transaction, { dispatch: id, office, sealing }: Said): Promise<void> {
    const db = this.#room.tables.in(tx);
    const later = await db.selectFrom('dispatch_stanza')
      .innerJoin('receipt', (on) => on.onRef('receipt.dispatch', '=', 'dispatch_stanza.id').onRef('receipt.sealing', '=', 'dispatch_stanza.sealing')
        .onRef('receipt.office', '=', 'dispatch_stanza.office').on('receipt.kind', '=', 'arrived'))
      .select(['dispatch_stanza.sealing', 'dispatch_stanza.previous', 'receipt.time'])
      .where('dispatch_stanza.id', '=', id).where('dispatch_stanza.office', '=', office.office).where('dispatch_stanza.next', 'is', null)
      .where('dispatch_stanza.sealing', '>', sealing).orderBy('dispatch_stanza.sealing', 'desc').limit(1).executeTakeFirst();
    if (later === undefined) return;
    await this.#replace(tx, { dispatch: id, office, sealing: later.sealing, kind: 'arrived', time: later.time }, later.previous);
  }

  /** Its place in the register, and its number where it has one, stay: it is the same dispatch. */
  async #replace(tx: Transaction, { dispatch: id, office, sealing }: Said, previous: string | null): Promise<void> {
    const db = this.#room.tables.in(tx);
    await db.deleteFrom('arrival_stanza').where('id', '=', id).where('office', '=', office.office).execute();
    await db.updateTable('delivery').set({ sealing, state: 'arrived' }).where('id', '=', id).where('office', '=', office.office).execute();
    const fields = { office, sealing, ...(previous === null ? {} : { peer: previous }) };
    await record(this.#room, tx, { kind: 'redelivered', subject: id, fields });
  }
}
