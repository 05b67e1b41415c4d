/**
 * Signed dispatches that somebody asked to send while the station was out of reach: noted on the device, sealed, and sent
 * when the station is back. A draft is sent once, however often it is asked: the station answers a draft that was sent with
 * its number and dispatch. Source: docs/protocol/keyring.md §What waits to be sent.
 */
import { DAY_MS } from '#core/clock.ts';
import type { NamedStore } from '#core/outside.ts';
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { isAway } from '../away.ts';
import { type Accepted, sendDraft } from './outgoing.ts';
import type { Session } from '../session.ts';
import { SealedSheet } from '../sealed-sheet.ts';

export interface WaitingSend {
  /** 32 hexadecimal digits. */
  readonly draft: string;
  /** Digest of the core that was ordered sent, in hexadecimal: another under the same id is not sent. */
  readonly core: string;
  readonly office: string;
  readonly subject: string;
  /** When somebody asked. */
  readonly asked: number;
  /** Why it cannot be sent, though the station was reached: for a person to decide. Null: it only waits. */
  readonly refused: RefusalCode | null;
}

/** What somebody orders. */
export type Order = Pick<WaitingSend, 'draft' | 'core' | 'office' | 'subject'>;

/** Longer is no outage but a mistake. */
export const OUTBOX_MAX = 256;
/** Afterwards a person is asked: what was right to send yesterday may not be today. */
export const ORDER_MS_MAX = DAY_MS;
const SHEET = 'outbox';

/** As it is kept. The count is the ring's when it was written: whoever puts an older sheet back cannot put back the ring unseen. */
interface Kept {
  readonly withdrawals: number;
  readonly waiting: readonly WaitingSend[];
}

export class Outbox {
  readonly #session: Session;
  readonly #sheet: SealedSheet;
  readonly #listeners = new Set<() => void>();
  #waiting: readonly WaitingSend[] = [];
  readonly #turns = new Turns();

  private constructor(session: Session, store: NamedStore) {
    this.#session = session;
    this.#sheet = new SealedSheet(session, store, SHEET);
  }

  /** What waits on this device. */
  static async open(session: Session, store: NamedStore): Promise<Outbox> {
    const outbox = new Outbox(session, store);
    await outbox.#look();
    return outbox;
  }

  get waiting(): readonly WaitingSend[] {
    return this.#waiting;
  }

  /** @returns ends it */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /**
   * Sends a signed draft, or notes it on the device where the station is out of reach.
   * @returns null where it waits
   * @throws Refusal as sendDraft; `outbox-full` (count) where it is out of reach and no more may wait
   */
  send(one: Order): Promise<Accepted | null> {
    return this.#turns.next(async () => {
      try {
        const accepted = await sendDraft(this.#session, one.draft, one.core);
        await this.#change((waiting) => waiting.filter(({ draft }) => draft !== one.draft));
        return accepted;
      } catch (error) {
        if (!isAway(error)) throw error;
        await this.#change((waiting) => {
          const others = waiting.filter(({ draft }) => draft !== one.draft);
          if (others.length >= OUTBOX_MAX) throw new Refusal('outbox-full', { count: others.length }, { cause: error });
          return [...others, { ...one, asked: this.#session.clock.now(), refused: null }];
        });
        return null;
      }
    });
  }

  /** Sends what waits, in the order in which it was asked, until the station is out of reach again. @returns how many were sent */
  sendWaiting(): Promise<number> {
    return this.#turns.next(async () => {
      await this.#look();
      let sent = 0;
      for (const { draft, core, asked, refused } of this.#waiting) {
        if (refused !== null) continue;
        try {
          if (Math.abs(this.#session.clock.now() - asked) > ORDER_MS_MAX) throw new Refusal('order-lapsed');
          await sendDraft(this.#session, draft, core);
          sent++;
          await this.#change((waiting) => waiting.filter((one) => one.draft !== draft));
        } catch (error) {
          if (isAway(error) || !(error instanceof Refusal)) break;
          const { code } = error;
          await this.#change((waiting) => waiting.map((one) => (one.draft === draft ? { ...one, refused: code } : one)));
        }
      }
      return sent;
    });
  }

  /**
   * Takes one out: it stays a signed draft at the station. The ring counts it before the sheet is written, so that no copy of an
   * earlier sheet is sent from; where only the ring was written, a person is asked about all that waits.
   */
  withdraw(draft: string): Promise<void> {
    return this.#turns.next(async () => {
      await this.#look();
      await this.#session.ring.change((contents) => ({ ...contents, withdrawals: (contents.withdrawals ?? 0) + 1 }));
      await this.#write(this.#waiting.filter((one) => one.draft !== draft));
    });
  }

  /** Erases the key when what was asked is done. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#turns.next(() => this.#sheet.close());
  }

  /** Another window may have changed it meanwhile. */
  async #change(how: (waiting: readonly WaitingSend[]) => readonly WaitingSend[]): Promise<void> {
    await this.#look();
    await this.#write(how(this.#waiting));
  }

  async #write(waiting: readonly WaitingSend[]): Promise<void> {
    const kept: Kept = { withdrawals: this.#withdrawals, waiting };
    if (waiting.length === 0) await this.#sheet.erase();
    else await this.#sheet.keep(JSON.stringify(kept));
    this.#tell(waiting);
  }

  /** Of a sheet that is older than the last withdrawal nothing is sent before a person has looked. */
  async #look(): Promise<void> {
    const text = await this.#sheet.read();
    if (text === null) return this.#tell([]);
    await this.#session.ring.refresh();
    const { withdrawals, waiting } = readKept(text);
    const isNewest = withdrawals === this.#withdrawals;
    this.#tell(isNewest ? waiting : waiting.map((one) => ({ ...one, refused: one.refused ?? 'order-put-back' })));
  }

  get #withdrawals(): number {
    return this.#session.ring.contents.withdrawals ?? 0;
  }

  #tell(waiting: readonly WaitingSend[]): void {
    const isSame = JSON.stringify(waiting) === JSON.stringify(this.#waiting);
    this.#waiting = isSame ? this.#waiting : waiting;
    if (!isSame) for (const changed of this.#listeners) changed();
  }
}

/** Orders of an earlier form name no core: a person is asked. */
function readKept(text: string): Kept {
  const read = JSON.parse(text) as Kept | readonly Omit<WaitingSend, 'core'>[];
  if (!Array.isArray(read)) return read as Kept;
  return { withdrawals: 0, waiting: read.map((one: Omit<WaitingSend, 'core'>) => ({ ...one, core: '', refused: one.refused ?? 'order-lapsed' })) };
}
