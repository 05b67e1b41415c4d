/**
 * So many at a time, the rest in order of precedence, then of asking. The last places are kept for what is more urgent,
 * so that a telegram never waits for a file to end.
 */
import { assert, Refusal } from '#core/refusals.ts';
import type { Release } from '#station/kernel/claims.ts';

/** Places that each higher precedence has for itself. */
const KEPT_PER_RANK = 4;
const RANK_MAX = 4;

interface Waiting {
  readonly rank: number;
  readonly places: number;
  readonly turn: PromiseWithResolvers<Release>;
}

export class Slots {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  #used = 0;
  #isClosed = false;

  /** @param most more than 12 */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param places at most what is there for the least urgent @throws Refusal `cancelled` when closed first */
  take(rank: number, places = 1): Promise<Release> {
    assert(places <= this.#mostFor(1), 'nobody asks for more places than there are');
    const turn = Promise.withResolvers<Release>();
    if (this.#isClosed) turn.reject(new Refusal('cancelled'));
    else this.#waiting.push({ rank, places, turn });
    this.#next();
    return turn.promise;
  }

  /** Nobody gets a place any more. */
  close(): void {
    this.#isClosed = true;
    for (const { turn } of this.#waiting.splice(0)) turn.reject(new Refusal('cancelled'));
  }

  #mostFor(rank: number): number {
    return this.#most - KEPT_PER_RANK * (RANK_MAX - rank);
  }

  #next(): void {
    for (let first = this.#mostUrgent(); first !== null; first = this.#mostUrgent()) {
      if (this.#used + first.places > this.#mostFor(first.rank)) return;
      this.#waiting.splice(this.#waiting.indexOf(first), 1);
      this.#used += first.places;
      first.turn.resolve(this.#releaseOf(first.places));
    }
  }

  #mostUrgent(): Waiting | null {
    let best: Waiting | null = null;
    for (const one of this.#waiting) if (best === null || one.rank > best.rank) best = one;
    return best;
  }

  #releaseOf(places: number): Release {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#used -= places;
      this.#next();
    };
  }
}
