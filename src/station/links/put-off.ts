/**
 * What could not be moved on one connection: when it ends for that, so that a new one tries again, and when what earlier
 * connections put off is over. Source: docs/protocol/frames.md §Put off.
 */
import type { RefusalCode } from '#core/refusals.ts';
import { FIRST_MS } from './retries.ts';
import type { Talk } from './talk.ts';
import { isUrgent } from './urgent.ts';

export class PutOff {
  readonly #talk: Pick<Talk, 'room' | 'peer' | 'hello' | 'closed' | 'fail'>;
  readonly #isIdle: () => boolean;
  /** While room is looked for. */
  #stopLooking: (() => void) | null = null;
  /** Free bytes at which the least of what found no room may have it. */
  #wanted = Number.POSITIVE_INFINITY;
  #timer: { readonly dueMs: number; readonly cancel: () => void } | null = null;
  /** Whether the peer has compared its numbers with ours on this connection. */
  #wasChecked = false;

  /** @param isIdle whether nothing moves on the connection, either way */
  constructor(talk: Pick<Talk, 'room' | 'peer' | 'hello' | 'closed' | 'fail'>, isIdle: () => boolean) {
    this.#talk = talk;
    this.#isIdle = isIdle;
  }

  /** @param missing bytes to be freed before it has room, where a disk was full; null where that was not it */
  later(code: RefusalCode, rank: number, missing: number | null): void {
    const { room: { retries, clock }, peer, closed } = this.#talk;
    if (closed) return;
    if (this.#timer === null) this.#endIn(retries.later(peer, code));
    if (isUrgent(rank) && this.#timer!.dueMs - clock.monotonicMs() > FIRST_MS) this.#endIn(retries.soon(peer, code));
    if (missing !== null) this.#awaitRoom(missing);
  }

  /** What the directory says now may be what was missing: as soon as the first time. */
  sooner(): void {
    const { room: { retries }, peer } = this.#talk;
    const put = retries.of(peer);
    if (this.#timer === null || put === null) return;
    this.#forgetTimer();
    retries.over(peer);
    this.later(put.code, 0, null);
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
    this.#forgetTimer();
    this.#stopLooking?.();
    this.#stopLooking = null;
  }

  /** Whoever makes room waits for what comes, and not for what a number of tries has grown to: what needs the least goes first. */
  #awaitRoom(missing: number): void {
    const free = this.#talk.room.freeBytes?.();
    if (free === undefined) return;
    this.#wanted = Math.min(this.#wanted, free + missing);
    if (this.#stopLooking === null) this.#look();
  }

  #look(): void {
    const { clock, freeBytes } = this.#talk.room;
    this.#stopLooking = clock.after(FIRST_MS, () => {
      if (freeBytes!() >= this.#wanted) this.#talk.fail('room-again', null);
      else this.#look();
    });
  }

  #forgetTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
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
