/** Simulated time: nothing waits, the next thing that is due happens. */
import type { Clock, Instant } from '#core/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Null once it was taken back. */
  wake: (() => void) | null;
}

/** 2027-01-15T08:00:00Z. */
export const SIMULATION_START: Instant = Date.UTC(2027, 0, 15, 8);

export const LOOK_MS = 5_000;

export class SimulatedTime {
  readonly #settled: () => Promise<void>;
  #now = 0;
  #order = 0;
  /** A heap: the next that is due is first. */
  readonly #timers: Timer[] = [];

  /** @param settle resolves when nothing more happens by itself; only where something real is asked is it more than a turn */
  constructor(settle: () => Promise<void> = settled) {
    this.#settled = settle;
  }

  get elapsedMs(): number {
    return this.#now;
  }

  after(delayMs: number, wake: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, wake };
    this.#push(timer);
    return () => {
      timer.wake = null;
    };
  }

  /** Resolves at the first look at which it is so, of which one is now. */
  async until(isSo: () => boolean, lookMs = LOOK_MS): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => void this.after(lookMs, resolve));
  }

  /**
   * A station's clock, which may be off, by more as time goes, and whose timers die with the station.
   * @param uncertaintyMs how far it may be off by its own word, which may be wrong
   */
  clock(offsetMs: number | (() => number), isAlive: () => boolean, uncertaintyMs = 0): Clock {
    const offset = typeof offsetMs === 'number' ? () => offsetMs : offsetMs;
    return {
      now: () => SIMULATION_START + Math.floor(this.#now + offset()),
      uncertaintyMs: () => uncertaintyMs,
      monotonicMs: () => this.#now,
      after: (delayMs, wake) => this.after(delayMs, () => void (isAlive() && wake())),
    };
  }

  /** Lets time pass until nothing is due any more before `untilMs`, or `done` says so. */
  async run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.#settled();
      if (done()) return;
      const wake = this.#take(untilMs);
      if (wake === null) break;
      wake();
    }
    this.#now = Math.max(this.#now, untilMs);
  }

  /** Time goes on to the next timer that is due by then. */
  #take(untilMs: number): (() => void) | null {
    for (let next = this.#timers[0]; next !== undefined && (next.wake === null || next.at <= untilMs); next = this.#timers[0]) {
      this.#pop();
      if (next.wake === null) continue;
      this.#now = Math.max(this.#now, next.at);
      return next.wake;
    }
    return null;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let place = heap.push(timer) - 1;
    for (let above = (place - 1) >> 1; place > 0 && isBefore(timer, heap[above]!); above = (place - 1) >> 1) {
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/**
 * Everything in a simulated world waits for promises only, so one turn of the event loop lets all of it happen that
 * can happen now, always in the same order.
 */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
