/**
 * What is late, seen from the origin. Only the recipient's station decides arrival against expiry, so past its time a
 * dispatch without an outcome is "unknown, last custodian X" and never a non-delivery. Source: docs/protocol/receipts.md.
 */

import { DAY_MS, HOUR_MS, type Instant } from '#core/clock.ts';
import type { Header } from '#wire/envelope.ts';
import type { Room } from './deps.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';

/** One recipient of one dispatch of whom nothing final is known. */
export interface Unknown {
  readonly dispatch: Uint8Array;
  readonly office: string;
  readonly expires: Instant | null;
  /** The last station that signed for it; null where it is still here. */
  readonly lastCustodian: string | null;
  readonly custodySince: Instant | null;
  /** Why a neighbour would not take it, if so. */
  readonly refusal: string | null;
}

/** What the recipient's station says of what goes no further: late only where it is late for certain, the clock's uncertainty counts for the dispatch. */
export function kindAtEnd({ clock }: Pick<Room, 'clock'>, { expires }: Pick<Header, 'expires'>): 'arrived' | 'expired' {
  return expires !== undefined && clock.now() - clock.uncertaintyMs() > expires ? 'expired' : 'arrived';
}

const SWEEP_MS = HOUR_MS;
const UNKNOWN_MAX = 1_000;

export class Expiry {
  readonly #room: Room;
  readonly #numbers: Numbers;
  readonly #parts: Parts;

  constructor(room: Room, numbers: Numbers, parts: Parts) {
    this.#room = room;
    this.#numbers = numbers;
    this.#parts = parts;
  }

  /** Recipients without an outcome whose dispatch has expired by then, or has been refused, oldest first. */
  async unknown(by: Instant = this.#room.clock.now()): Promise<Unknown[]> {
    return this.#room.tables.read(async (db) => {
      const rows = await db.selectFrom('outgoing_recipient').innerJoin('outgoing', 'outgoing.id', 'outgoing_recipient.id')
        .select(['outgoing.id as dispatch', 'outgoing_recipient.office', 'expires', 'refusal'])
        .where('outcome', 'is', null)
        .where((all) => all.or([all('expires', '<=', by), all('refusal', 'is not', null)]))
        .orderBy('outgoing.ledger').limit(UNKNOWN_MAX).execute();
      const unknown: Unknown[] = [];
      for (const row of rows) {
        const { back } = await db.selectFrom('dispatch_stanza').select('back')
          .where('id', '=', row.dispatch).where('office', '=', row.office).orderBy('sealing', 'desc').limit(1).executeTakeFirstOrThrow();
        const last = back === 1 ? undefined : await db.selectFrom('receipt').select(['station', 'time'])
          .where('dispatch', '=', row.dispatch).where('office', '=', row.office).where('kind', '=', 'custody').where('station', '<>', this.#room.station)
          .orderBy('time', 'desc').limit(1).executeTakeFirst();
        unknown.push({ ...row, lastCustodian: last?.station ?? null, custodySince: last?.time ?? null });
      }
      return unknown;
    });
  }

  /** The hourly job: voids numbers and uploads that were left behind. @returns when to run again */
  async sweep(): Promise<Instant> {
    const now = this.#room.clock.now();
    await this.#numbers.voidUnused(now);
    await this.#parts.dropAbandoned(now - this.#room.limits.stagingDays * DAY_MS);
    return now + SWEEP_MS;
  }
}
