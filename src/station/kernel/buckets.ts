/**
 * Budgets that refill by time, one for each name, so that whoever spends one spends nobody else's. A full one takes no
 * memory: kept is only when each will be full again. On the monotonic clock.
 */
import type { Clock } from '#core/clock.ts';

export interface Measure {
  /** Of a full bucket. */
  readonly most: number;
  /** Until one more is in it. */
  readonly refillMs: number;
}

/** Entries after which those that are full again are looked for. */
const SWEEP_SIZE = 256;

export class Buckets {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #measure: Measure;
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonicMs'>, measure: Measure) {
    this.#clock = clock;
    this.#measure = measure;
  }

  /** @returns 0 where there is something in it; else milliseconds until there is */
  waitMs(name: string): number {
    const { most, refillMs } = this.#measure;
    return Math.max(0, (this.#fullAt.get(name) ?? 0) - this.#clock.monotonicMs() - (most - 1) * refillMs);
  }

  /** Takes one. @returns as waitMs; where that is not 0, nothing was taken */
  take(name: string): number {
    const waitMs = this.waitMs(name);
    if (waitMs > 0) return waitMs;
    const now = this.#clock.monotonicMs();
    if (this.#fullAt.size >= SWEEP_SIZE) for (const [other, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(other);
    this.#fullAt.set(name, Math.max(now, this.#fullAt.get(name) ?? 0) + this.#measure.refillMs);
    return 0;
  }
}
