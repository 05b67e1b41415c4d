/**
 * When what could not be taken from a neighbour, or sent to it, is tried again: on a new connection, after longer each time,
 * for a full disk stays full for hours and everything is offered anew. Source: docs/protocol/frames.md §Put off.
 */
import { type Clock, type Instant, MINUTE_MS } from '#core/clock.ts';
import type { RefusalCode } from '#core/refusals.ts';

/** What is urgent waits so long every time. */
export const FIRST_MS = 30_000;
const MS_MAX = 10 * MINUTE_MS;

export interface Retry {
  /** Why it could not be. */
  readonly code: RefusalCode;
  /** How often it was put off by now. */
  readonly times: number;
  /** When it is tried again. */
  readonly at: Instant;
}

export class Retries {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #byPeer = new Map<string, Retry>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @returns after how many milliseconds to connect again */
  later(peer: string, code: RefusalCode): number {
    const times = (this.#byPeer.get(peer)?.times ?? 0) + 1;
    const delayMs = Math.min(MS_MAX, FIRST_MS * 2 ** Math.min(times - 1, 10));
    this.#byPeer.set(peer, { code, times, at: this.#clock.now() + delayMs });
    return delayMs;
  }

  /** Something urgent was put off too. @returns after how many milliseconds to connect again; how often it was tried stays */
  soon(peer: string, code: RefusalCode): number {
    const times = this.#byPeer.get(peer)?.times ?? 1;
    this.#byPeer.set(peer, { code, times, at: this.#clock.now() + FIRST_MS });
    return FIRST_MS;
  }

  /** All went well, or what stood in the way may have changed. */
  over(peer: string): void {
    this.#byPeer.delete(peer);
  }

  of(peer: string): Retry | null {
    return this.#byPeer.get(peer) ?? null;
  }
}
