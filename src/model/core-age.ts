/** How old a core may be when it is sealed: a draft waits for people, a clock may be wrong by a day. */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';

/** @throws Refusal `date-out-of-range` where the core is more than 30 days older or a day newer than its sealing */
export function demandFresh(created: Instant, sealed: Instant): void {
  const isFresh = created >= sealed - LIMITS.draftAgeMs && created <= sealed + LIMITS.clockAheadMs;
  if (!isFresh) throw new Refusal('date-out-of-range', { field: 'created' });
}

/**
 * Nobody signs for a time that has not come: rights are judged at the time a signature names, and one that begins next
 * month does not count today.
 * @throws Refusal `date-out-of-range` where the time is more than a day after the sealing
 */
export function demandCome(time: Instant, sealed: Instant, field: string): void {
  if (time > sealed + LIMITS.clockAheadMs) throw new Refusal('date-out-of-range', { field });
}
