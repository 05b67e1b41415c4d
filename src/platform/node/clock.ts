/** Time on Node: the machine's clock, its monotonic counter and its timers. */
import type { Clock } from '#core/clock.ts';

/** A minute: an office machine that nobody said anything about. */
const UNCERTAINTY_MS_UNTOLD = 60_000;
/** Node fires a longer timer at once instead of late. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * A clock whose error somebody vouches for.
 * @param uncertaintyMs how far the machine's time may be off, from its time source
 */
export function nodeClockWithin(uncertaintyMs: number): Clock {
  return {
    now: () => Date.now(),
    uncertaintyMs: () => uncertaintyMs,
    monotonicMs: () => performance.now(),
    after,
  };
}

export const nodeClock: Clock = nodeClockWithin(UNCERTAINTY_MS_UNTOLD);

/** Runs `wake` after `delayMs`, in several timers where one is too short. */
function after(delayMs: number, wake: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (restMs: number): void => {
    const stepMs = Math.min(restMs, TIMER_MS_MAX);
    timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : wake()), stepMs);
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}
