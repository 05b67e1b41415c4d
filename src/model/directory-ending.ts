/** When something ends, and when it may be ended again. Source: docs/protocol/directory.md, docs/decisions/0053. */

import type { Instant } from '#core/clock.ts';
import type { Ending } from '#model/directory-view.ts';

/** What is in force, and what was ended as of later than this entry says: an end dated ahead would else end nothing for a while. */
export function mayEnd(record: Ending, ending: Ending): boolean {
  return record.endedAt === null || ending.endedAt! < record.endedAt;
}

/** The earlier time counts, with its reason; the entry that ended it stays the first. */
export function endingOf(record: Ending, ending: Ending): Ending {
  return { ...ending, endedBy: record.endedBy ?? ending.endedBy };
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
