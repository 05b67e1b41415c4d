/**
 * A neighbour whose directory is behind refuses what it does not know yet. Such a refusal is no outcome: the copy stays,
 * and is queued again when the directory has grown here, which is when it has likely grown there, when a neighbour has been
 * shown more of what it asked for (what that one refused), and every hour; what was given back sooner. Long after it expired it is not.
 */

import { DAY_MS, HOUR_MS, SECOND_MS } from '#core/clock.ts';
import type { Db, Transaction } from '#station/kernel/store.ts';
import type { Room } from './deps.ts';
import type { Holding } from './holding.ts';
import { isResealed } from './receipts.ts';
import type { DispatchTables } from './tables.ts';
import { hopToOffice } from './ways.ts';

/** What is written beside a stanza for which there is no neighbour. */
export const NO_WAY = 'no-route';
export const PASSING = ['office-unknown', 'station-unknown', 'organisation-unknown', 'directory-behind', NO_WAY];
/** What is refused by an older directory and taken by a newer one: an office that moved, a station with new keys, terms that changed. */
const HANGS_ON_DIRECTORY = [
  'header-forged', 'signature-wrong', 'not-entitled', 'suite-refused', 'not-addressed-here', 'agreement-missing', 'office-not-agreed', 'precedence-not-permitted',
];
const AT_ONCE = 256;
const SOON_MS = 15 * SECOND_MS;
/** After a dispatch expired, or a note came: nobody waits for it any more. */
export const GIVEN_UP_MS = 90 * DAY_MS;

/** Whether what was refused may be taken later, because it hangs on the neighbour's directory or routes. */
export function mayPass(code: string): boolean {
  return PASSING.includes(code);
}

/** Whether the same head may be judged otherwise by a newer directory of its origin. */
export function hangsOnDirectory(code: string): boolean {
  return HANGS_ON_DIRECTORY.includes(code);
}

/** Writes a refusal beside the stanzas of these offices, and where the office sees what became of its dispatch. */
export async function rememberRefusal(
  { tables }: Pick<Room, 'tables'>, tx: Transaction, { id, sealing }: { id: Uint8Array; sealing: number },
  offices: readonly string[], code: string,
): Promise<void> {
  const db = tables.in(tx);
  for (const office of offices) {
    await db.updateTable('dispatch_stanza').set({ refusal: code })
      .where('id', '=', id).where('sealing', '=', sealing).where('office', '=', office).execute();
    await showRefusal(db, { id, sealing, office }, code);
  }
}

/** It goes on, or has arrived. */
export async function forgetRefusal(db: Db<DispatchTables>, place: Pick<StanzaPlace, 'id' | 'sealing' | 'office'>): Promise<void> {
  const { id, sealing, office } = place;
  await db.updateTable('dispatch_stanza').set({ refusal: null }).where('id', '=', id).where('sealing', '=', sealing).where('office', '=', office).execute();
  await showRefusal(db, place, null);
}

/** Of the newest sealing for that office: what becomes of an earlier one decides nothing any more. */
async function showRefusal(db: Db<DispatchTables>, { id, sealing, office }: Pick<StanzaPlace, 'id' | 'sealing' | 'office'>, refusal: string | null): Promise<void> {
  if (await isResealed(db, id, office, sealing)) return;
  await db.updateTable('outgoing_recipient').set({ refusal }).where('id', '=', id).where('office', '=', office).execute();
}

type StanzaPlace = Pick<DispatchTables['dispatch_stanza'], 'id' | 'sealing' | 'position' | 'office' | 'previous' | 'again'>;

/** What goes no further, because its office has moved here. */
interface EndOfWay {
  lives(office: string): boolean;
  arrive(stanzas: readonly StanzaPlace[]): Promise<number>;
}

export type Which = 'all' | 'given-back' | { readonly by: string };

export class Retry {
  readonly #room: Room;
  readonly #holding: Holding;
  readonly #movedHere: EndOfWay;

  constructor(room: Room, holding: Holding, movedHere: EndOfWay) {
    this.#room = room;
    this.#holding = holding;
    this.#movedHere = movedHere;
  }

  /**
   * Queues again what was refused for a reason that may have passed, or has it arrive: all of it, some at a time.
   * @param which only what goes back to who brought it, or one neighbour refused, where that is said
   * @returns how many stanzas
   */
  async again(which: Which = 'all'): Promise<number> {
    let queued = 0;
    for (let last: StanzaPlace | undefined; ;) {
      const rows = await this.#room.tables.read((db) => after(db, last, which));
      last = rows.at(-1);
      if (last === undefined) return queued;
      const here = rows.filter(({ office }) => this.#movedHere.lives(office));
      if (here.length > 0) queued += await this.#movedHere.arrive(here);
      const reachable = rows.filter(({ office }) => hopToOffice(this.#room, office) !== null);
      if (reachable.length === 0) continue;
      queued += await this.#room.tables.commit(async (tx) => {
        for (const row of reachable) await this.#queue(tx, row);
        return reachable.length;
      });
    }
  }

  async #queue(tx: Transaction, row: StanzaPlace): Promise<void> {
    const { id, sealing, office, position } = row;
    const db = this.#room.tables.in(tx);
    const peer = hopToOffice(this.#room, office);
    const head = await this.#holding.head(tx, id, sealing);
    if (head === null || peer === null || this.#room.clock.now() > (head.header.expires ?? Infinity) + GIVEN_UP_MS) return;
    // Since it was looked up a neighbour may have refused it for good.
    const still = await db.selectFrom('dispatch_stanza').select('position').where('refusal', 'in', PASSING)
      .where('id', '=', id).where('sealing', '=', sealing).where('position', '=', position).executeTakeFirst();
    if (still === undefined) return;
    await forgetRefusal(db, row);
    await this.#holding.sendBy(tx, { id, sealing }, head, peer, [office]);
  }
}

/** In the order of the table's key, behind the last one seen: what has no way yet is passed, not taken again and again. */
function after(db: Db<DispatchTables>, last: StanzaPlace | undefined, which: Which): Promise<StanzaPlace[]> {
  let query = db.selectFrom('dispatch_stanza').select(['id', 'sealing', 'position', 'office', 'previous', 'again']).where('refusal', 'in', PASSING);
  if (typeof which === 'object') query = query.where('next', '=', which.by);
  if (which === 'given-back') query = query.where(({ eb, ref, or }) => or([eb('next', '=', ref('previous')), eb('back', '=', 1)]));
  if (last !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('id', 'sealing', 'position'), '>', tuple(last.id, last.sealing, last.position)));
  }
  return query.orderBy('id').orderBy('sealing').orderBy('position').limit(AT_ONCE).execute();
}

/**
 * Whoever brought what is given back mostly hears a moment later than we that ways have changed, and refuses it until then: it is tried
 * after a pause that doubles, up to an hour, and begins anew when the directory has grown here. The pause is one for all that was refused:
 * with one for each dispatch, a neighbour that refuses all that comes would have everything offered again without a pause, three events each.
 */
export class Soon {
  readonly #room: Pick<Room, 'clock' | 'view' | 'store'>;
  readonly #again: () => void;
  #pauseMs = SOON_MS;
  #size = 0;
  #isWaiting = false;

  constructor(room: Pick<Room, 'clock' | 'view' | 'store'>, again: () => void) {
    this.#room = room;
    this.#again = again;
  }

  refused(): void {
    const { size } = this.#room.view().point;
    if (size !== this.#size) [this.#size, this.#pauseMs] = [size, SOON_MS];
    if (this.#isWaiting || this.#pauseMs > HOUR_MS) return;
    this.#isWaiting = true;
    this.#room.clock.after(this.#pauseMs, () => {
      this.#isWaiting = false;
      if (this.#room.store.state === 'open') this.#again();
    });
    this.#pauseMs *= 2;
  }
}
