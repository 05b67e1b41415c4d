/**
 * Places for receipts that wait: each neighbour has its own, and those about dispatches that a restored folder has forgotten
 * take none of those about dispatches that it knows. Source: docs/decisions/0112, 0145.
 */
import type { Db } from '#station/kernel/store.ts';
import type { DispatchTables } from './tables.ts';

/** An honest office says a handful of words about a dispatch. */
const OF_OFFICE_MAX = 16;
/** Of one neighbour about all dispatches that are known here; some 20 MB. */
const OF_KNOWN_MAX = 4_096;
/** The same about all that are not; anybody can make up what they are about. */
const OF_FORGOTTEN_MAX = 1_024;
/** Of these offices about one dispatch: as many as it may have gone to, each with some words. */
const OFFICES_EACH_MAX = 256;

interface Wanted {
  readonly dispatch: Uint8Array;
  /** By its name in the tables. */
  readonly office: string;
  readonly isKnown: boolean;
}

/** What waits of one neighbour, counted once for all that a note brings. */
export class EarlyPlaces {
  readonly #db: Db<DispatchTables>;
  readonly #peer: string;
  readonly #taken: { known: number; forgotten: number };

  static async of(db: Db<DispatchTables>, peer: string): Promise<EarlyPlaces> {
    const { known, all } = await db.selectFrom('early_receipt').leftJoin('outgoing', 'outgoing.id', 'early_receipt.dispatch')
      .select(({ fn }) => [fn.count<number>('outgoing.id').as('known'), fn.countAll<number>().as('all')])
      .where('peer', '=', peer).executeTakeFirstOrThrow();
    return new EarlyPlaces(db, peer, { known: Number(known), forgotten: Number(all) - Number(known) });
  }

  private constructor(db: Db<DispatchTables>, peer: string, taken: { known: number; forgotten: number }) {
    this.#db = db;
    this.#peer = peer;
    this.#taken = taken;
  }

  async hasRoom({ dispatch, office, isKnown }: Wanted): Promise<boolean> {
    if (isKnown ? this.#taken.known >= OF_KNOWN_MAX : this.#taken.forgotten >= OF_FORGOTTEN_MAX) return false;
    const about = this.#db.selectFrom('early_receipt').select(({ fn }) => fn.countAll<number>().as('count'))
      .where('peer', '=', this.#peer).where('dispatch', '=', dispatch);
    const { count: ofOffice } = await about.where('office', '=', office).executeTakeFirstOrThrow();
    if (Number(ofOffice) >= OF_OFFICE_MAX) return false;
    if (isKnown || Number(ofOffice) > 0) return true;
    const { offices } = await this.#db.selectFrom('early_receipt').select(({ fn }) => fn.count<number>('office').distinct().as('offices'))
      .where('peer', '=', this.#peer).where('dispatch', '=', dispatch).executeTakeFirstOrThrow();
    return Number(offices) < OFFICES_EACH_MAX;
  }

  take({ isKnown }: Wanted): void {
    this.#taken[isKnown ? 'known' : 'forgotten'] += 1;
  }
}
