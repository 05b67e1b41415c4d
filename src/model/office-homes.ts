/**
 * Where an office lived: an office moves from station to station, and what the old one said while it was home stays
 * right. Source: docs/protocol/directory.md §Offices that move.
 */

import { DAY_MS, type Instant } from '#core/clock.ts';
import type { OfficeVersion } from '#model/directory-tables.ts';

/** As long as a dispatch may be under way: a station that is cut off works on as it last heard. */
export const MOVE_KNOWN_MS = 30 * DAY_MS;
/** A new home may have a clock that is behind the registrar's, and what it said with that time it says for ever. */
const CLOCK_BEHIND_MS = 30 * DAY_MS;

/** Whether the office came to where it lives from elsewhere, then or later. */
export function hasMovedSince(versions: readonly OfficeVersion[], at: Instant): boolean {
  return versions.some(({ station, since }, i) => i > 0 && station !== versions[i - 1]!.station && since >= at);
}

/** Stations that spoke for the office at that instant. */
export function homesAt(versions: readonly OfficeVersion[], at: Instant): string[] {
  return versions
    .filter((version, i) => {
      const hasBegun = version.since - CLOCK_BEHIND_MS <= at || i === 0;
      const next = versions.slice(i + 1).find(({ station }) => station !== version.station);
      return hasBegun && (next === undefined || at < next.since + MOVE_KNOWN_MS);
    })
    .map(({ station }) => station);
}
