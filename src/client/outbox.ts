/**
 * Signed dispatches that somebody asked to send while the station was out of reach: noted on the device, sealed, and sent
 * when the station is back. A draft is sent once, however often it is asked: the station answers a draft that was sent with
 * its number and dispatch. Source: docs/protocol/keyring.md §What waits to be sent.
 */
import type { NamedStore } from '#core/outside.ts';
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { isAway } from './away.ts';
import { type Accepted, sendDraft } from './outgoing.ts';
import type { Session } from './session.ts';
import { SealedSheet } from './sealed-sheet.ts';

export interface WaitingSend {
  /** 32 hexadecimal digits. */
  readonly draft: string;
  readonly office: string;
  readonly subject: string;
  /** When somebody asked. */
  readonly asked: number;
  /** Why it cannot be sent, though the station was reached: for a person to decide. Null: it only waits. */
  readonly refused: RefusalCode | null;
}

/** Longer is no outage but a mistake. */
export const OUTBOX_MAX = 256;
const SHEET = 'outbox';
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
   * @throws Refusal as sendDraft; `station-unreachable` where no more may wait
   */
  send(one: Pick<WaitingSend, 'draft' | 'office' | 'subject'>): Promise<Accepted | null> {
    return this.#turns.next(async () => {
      try {
        const accepted = await sendDraft(this.#session, one.draft);
        await this.#change((waiting) => waiting.filter(({ draft }) => draft !== one.draft));
        return accepted;
      } catch (error) {
        if (!isAway(error)) throw error;
        await this.#change((waiting) => {
          const others = waiting.filter(({ draft }) => draft !== one.draft);
          if (others.length >= OUTBOX_MAX) throw error;
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
      for (const { draft, refused } of this.#waiting) {
        if (refused !== null) continue;
        try {
          await sendDraft(this.#session, draft);
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

  /** Takes one out: it stays a signed draft at the station. */
  withdraw(draft: string): Promise<void> {
    return this.#turns.next(() => this.#change((waiting) => waiting.filter((one) => one.draft !== draft)));
  }

  /** Erases the key when what was asked is done. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#turns.next(() => this.#sheet.close());
  }

  /** Another window may have changed it meanwhile. */
  async #change(how: (waiting: readonly WaitingSend[]) => readonly WaitingSend[]): Promise<void> {
    await this.#look();
    const next = how(this.#waiting);
    if (next.length === 0) await this.#sheet.erase();
    else await this.#sheet.keep(JSON.stringify(next));
    this.#tell(next);
  }

  async #look(): Promise<void> {
    const kept = await this.#sheet.read();
    this.#tell(kept === null ? [] : JSON.parse(kept) as WaitingSend[]);
  }

  #tell(waiting: readonly WaitingSend[]): void {
    const isSame = JSON.stringify(waiting) === JSON.stringify(this.#waiting);
    this.#waiting = isSame ? this.#waiting : waiting;
    if (!isSame) for (const changed of this.#listeners) changed();
  }
}
