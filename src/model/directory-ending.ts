/** When something ends, and when it may be ended again. Source: docs/protocol/directory.md, docs/decisions/0053, 0153. */

import type { Instant } from '#core/clock.ts';
import type { Ending } from '#model/directory-view.ts';
import { mayBeKnown } from '#model/exposure.ts';

/** What an entry of that index and time says of whatever it ends. */
export function endingBy({ index, created }: { readonly index: number; readonly created: Instant }, endReason: Ending['endReason']): Ending {
  const isExposing = mayBeKnown(endReason);
  return { endedBy: index, endedAt: created, endReason, exposedAt: isExposing ? created : null, exposedBy: isExposing ? index : null };
}

/**
 * What is in force, and what was ended as of later than this entry says: an end dated ahead would else end nothing for a while.
 * And what others may have since sooner than was known: who is known to have left can still be robbed.
 */
export function mayEnd(record: Ending, ending: Ending): boolean {
  return isSooner(ending.endedAt, record.endedAt) || isSooner(ending.exposedAt, record.exposedAt);
}

/** What stands then, of what goes with another thing: what had ended by then is not said to be in others' hands by that. */
export function endsWith(record: Ending, ending: Ending): boolean {
  return isSooner(ending.endedAt, record.endedAt);
}

/**
 * The earlier time counts, with its reason, and the earlier time since which others may have it, whose reason stands before
 * any that says nothing of others; the entry that ended it stays the first.
 */
export function endingOf(record: Ending, ending: Ending): Ending {
  const [isEarlier, isExposing] = [isSooner(ending.endedAt, record.endedAt), isSooner(ending.exposedAt, record.exposedAt)];
  const exposedAt = isExposing ? ending.exposedAt : record.exposedAt;
  return {
    endedBy: record.endedBy ?? ending.endedBy,
    endedAt: isEarlier ? ending.endedAt : record.endedAt,
    endReason: (exposedAt === null ? isEarlier : isExposing) ? ending.endReason : record.endReason,
    exposedAt,
    exposedBy: record.exposedBy ?? ending.exposedBy,
  };
}

function isSooner(one: Instant | null, than: Instant | null): boolean {
  return one !== null && (than === null || one < than);
}

/**
 * Whether it counts at that instant, however it stands afterwards: what ends only later may be ended sooner.
 *
 * Of an end that was dated ahead two questions have two answers until it comes. This one is asked where something is judged as
 * of an instant (what a person may, whose signature counts), and where it is to be ended, declared stolen or shown as standing.
 * `endedBy === null` is asked where an entry is to build on it: a holder, a delegation, a position written anew, a link. That
 * the log refuses from the entry on that ended it, whatever time it gives.
 */
export function lasts({ endedAt }: Pick<Ending, 'endedAt'>, at: Instant): boolean {
  return endedAt === null || at < endedAt;
}
