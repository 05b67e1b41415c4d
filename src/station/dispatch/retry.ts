/**
 * A neighbour whose directory is behind refuses what it does not know yet. Such a refusal is no outcome: the copy stays,
 * and is queued again when the directory has grown here, which is when it has likely grown there.
 */

import type { Transaction } from '#station/kernel/store.ts';
import type { Room } from './deps.ts';
import type { Holding } from './holding.ts';
import { precedenceOf } from './receipts.ts';
import type { DispatchTables } from './tables.ts';

const PASSING = ['office-unknown', 'station-unknown', 'no-route'];
const AT_ONCE = 256;

/** Whether what was refused may be taken later, because it hangs on the neighbour's directory or routes. */
export function mayPass(code: string): boolean {
  return PASSING.includes(code);
}

type StanzaPlace = Pick<DispatchTables['dispatch_stanza'], 'id' | 'sealing' | 'office' | 'previous'>;

export class Retry {
  readonly #room: Room;
  readonly #holding: Holding;

  constructor(room: Room, holding: Holding) {
    this.#room = room;
    this.#holding = holding;
  }

  /** Queues again what was refused for a reason that may have passed. @returns how many stanzas */
  async again(): Promise<number> {
    return this.#room.tables.commit(async (tx) => {
      const rows = await tx.selectFrom('dispatch_stanza').select(['id', 'sealing', 'office', 'previous'])
        .where('refusal', 'in', PASSING).limit(AT_ONCE).execute();
      for (const row of rows) await this.#queue(tx, row);
      return rows.length;
    });
  }

  /** Towards the neighbour through which the office is reached now; where there is none, it waits on. */
  async #queue(tx: Transaction, { id, sealing, office, previous }: StanzaPlace): Promise<void> {
    const db = this.#room.tables.in(tx);
    const home = this.#room.view().office(office)?.station;
    const peer = home === undefined ? null : this.#room.outbox.nextHop(home);
    const head = await this.#holding.head(tx, id, sealing);
    if (head === null || peer === null || peer === previous) return;
    await db.updateTable('dispatch_stanza').set({ next: peer, refusal: null })
      .where('id', '=', id).where('sealing', '=', sealing).where('office', '=', office).execute();
    await db.updateTable('outgoing_recipient').set({ refusal: null }).where('id', '=', id).where('office', '=', office).execute();
    const precedence = precedenceOf(head.header, [office]);
    await this.#room.outbox.enqueue(tx, { kind: 'dispatch', id, sealing, precedence, peer });
  }
}
