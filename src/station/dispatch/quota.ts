/** How much of what an office sent may wait to leave this station: beyond it nothing more is taken, and no number given. */

import { Refusal } from '#core/refusals.ts';
import type { Snapshot } from '#station/kernel/store.ts';
import { PRECEDENCE_RANK, type Precedence } from '#wire/names.ts';
import type { Room } from './deps.ts';

const MEBIBYTE = 2 ** 20;
/** What is urgent may go beyond by a quarter: routine mail of an office keeps no telegram of its own from being taken. */
const URGENT_SHARE = 1.25;

/** Of a dispatch that is to be taken, with its parts. */
export interface Size {
  readonly precedence: Precedence;
  readonly bytes: number;
}

/** @throws Refusal `office-quota`, its details what waits and how much may */
export async function demandQuota(
  { outbox, limits }: Pick<Room, 'outbox' | 'limits'>, db: Snapshot, office: string, { precedence, bytes }: Size,
): Promise<void> {
  const waiting = await outbox.waitingOf(db, office);
  const share = PRECEDENCE_RANK[precedence] >= PRECEDENCE_RANK.immediate ? URGENT_SHARE : 1;
  const isWithin = waiting.copies < limits.officeCopiesMax * share && waiting.bytes + bytes <= limits.officeBytesMax * share;
  // What is larger than the quota alone goes alone.
  if (isWithin || waiting.copies === 0) return;
  throw new Refusal('office-quota', {
    office, copies: waiting.copies, most: limits.officeCopiesMax,
    mebibytes: Math.ceil(waiting.bytes / MEBIBYTE), mostMebibytes: Math.ceil(limits.officeBytesMax / MEBIBYTE),
  });
}
