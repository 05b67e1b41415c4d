/**
 * What could not be moved on one connection: when it ends for that, so that a new one tries again, and when what earlier
 * connections put off is over. Source: docs/protocol/frames.md §Put off.
 */
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { FIRST_MS } from './retries.ts';
import type { Talk } from './talk.ts';
import { isUrgent } from './urgent.ts';

export class PutOff {
  readonly #talk: Pick<Talk, 'room' | 'peer' | 'hello' | 'closed' | 'fail'>;
  readonly #isIdle: () => boolean;
  #stopLooking = (): void => {};
  #timer: { readonly dueMs: number; readonly cancel: () => void } | null = null;
  /** Whether the peer has compared its numbers with ours on this connection. */
  #wasChecked = false;

  /** @param isIdle whether nothing moves on the connection, either way */
  constructor(talk: Pick<Talk, 'room' | 'peer' | 'hello' | 'closed' | 'fail'>, isIdle: () => boolean) {
    this.#talk = talk;
    this.#isIdle = isIdle;
  }

  /** @param bytes that found no room, where it was a full disk */
  later(code: RefusalCode, rank: number, bytes: number): void {
    const { room: { retries, clock }, peer } = this.#talk;
    if (this.#timer === null) this.#endIn(retries.later(peer, code));
    if (isUrgent(rank) && this.#timer!.dueMs - clock.monotonicMs() > FIRST_MS) this.#endIn(retries.soon(peer, code));
    if (code === 'disk-full' && !this.#hasRoom(bytes)) this.#awaitRoom(bytes);
  }

  /** What the directory says now may be what was missing: as soon as the first time. */
  sooner(): void {
    const { room: { retries }, peer } = this.#talk;
    const put = retries.of(peer);
    if (this.#timer === null || put === null) return;
    this.stop();
    retries.over(peer);
    this.later(put.code, 0, 0);
  }

  checked(): Promise<void> {
    this.#wasChecked = true;
    return this.atRest();
  }

  /** Nothing was put off here, and nothing is left that the peer had numbered before: on a slow link an offer may be long under way. */
  async atRest(): Promise<void> {
    const { room: { retries, channels }, peer, hello } = this.#talk;
    if (retries.of(peer) === null || !this.#isAtRest) return;
    const state = await channels.state(peer);
    if (this.#isAtRest && (state?.lastReceived ?? 0) >= hello.lastSent) retries.over(peer);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#stopLooking();
  }

  /**
   * Whoever makes room waits for what comes, and not for what a number of tries has grown to. Only where the disk was seen to
   * be full: what it has room for was refused for another reason, and would be again.
   */
  #awaitRoom(bytes: number): void {
    this.#stopLooking();
    this.#stopLooking = this.#talk.room.clock.after(FIRST_MS, () => {
      if (this.#hasRoom(bytes)) this.#talk.fail('room-again', null);
      else this.#awaitRoom(bytes);
    });
  }

  #hasRoom(bytes: number): boolean {
    try {
      this.#talk.room.demandRoom?.(bytes);
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  }

  get #isAtRest(): boolean {
    return !this.#talk.closed && this.#wasChecked && this.#timer === null && this.#isIdle();
  }

  #endIn(delayMs: number): void {
    const { clock } = this.#talk.room;
    this.#timer?.cancel();
    const cancel = clock.after(delayMs, () => this.#talk.fail('tried-again', null));
    this.#timer = { dueMs: clock.monotonicMs() + delayMs, cancel };
  }
}
