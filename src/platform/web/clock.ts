/** Time in a page or worker: the device's clock, its monotonic counter and its timers. */
import type { Clock } from '#core/clock.ts';

/** A minute: a person's device that nobody said anything about. */
const UNCERTAINTY_MS = 60_000;
/** Browsers fire a longer timer at once instead of late. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const webClock: Clock = {
  now: () => Date.now(),
  uncertaintyMs: () => UNCERTAINTY_MS,
  monotonicMs: () => performance.now(),
  after,
};

/** Runs `wake` after `delayMs`, in several timers where one is too short. */
function after(delayMs: number, wake: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (restMs: number): void => {
    const stepMs = Math.min(restMs, TIMER_MS_MAX);
    timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : wake()), stepMs);
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}
