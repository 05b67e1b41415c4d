/** Simulated time: nothing waits, the next thing that is due happens. */
import type { Clock, Instant } from '#core/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** 2027-01-15T08:00:00Z. */
export const SIMULATION_START: Instant = Date.UTC(2027, 0, 15, 8);

export class SimulatedTime {
  readonly #settled: () => Promise<void>;
  #now = 0;
  #order = 0;
  #timers: Timer[] = [];

  /** @param settle resolves when nothing more happens by itself; only where something real is asked is it more than a turn */
  constructor(settle: () => Promise<void> = settled) {
    this.#settled = settle;
  }

  get elapsedMs(): number {
    return this.#now;
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** A station's clock, which may be off, and whose timers die with the station. */
  clock(offsetMs: number, isAlive: () => boolean): Clock {
    return {
      now: () => SIMULATION_START + this.#now + offsetMs,
      uncertaintyMs: () => Math.abs(offsetMs),
      monotonicMs: () => this.#now,
      after: (delayMs, wake) => this.after(delayMs, () => void (isAlive() && wake())),
    };
  }

  /** Lets time pass until nothing is due any more before `untilMs`, or `done` says so. */
  async run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.#settled();
      if (done()) return;
      const next = this.#take(untilMs);
      if (next === null) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  #take(untilMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (next === null || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    if (next === null || next.at > untilMs) return null;
    this.#timers = this.#timers.filter((one) => one !== next);
    return next;
  }
}

/**
 * Everything in a simulated world waits for promises only, so one turn of the event loop lets all of it happen that
 * can happen now, always in the same order.
 */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
