/** What waits neither for a long put-off nor for room that routine mail holds: IMMEDIATE and FLASH. Source: docs/protocol/frames.md §Put off. */
import { PRECEDENCE_RANK } from '#wire/names.ts';

export function isUrgent(rank: number): boolean {
  return rank >= PRECEDENCE_RANK.immediate;
}
