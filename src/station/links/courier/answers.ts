/** What a neighbour answered by courier to what we sent, by whatever carrier that went. Source: docs/protocol/bundles.md §Reading. */
import { equal } from '#core/bytes.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS } from '../budget.ts';
import type { QueuedItem } from '../queue.ts';
import { type Answer, settle } from '../settling.ts';
import { afford, type Talk } from '../talk.ts';

/**
 * Takes part in the measure behind what is urgent on a line: it has lain in somebody's pocket.
 * @returns whether something waited for it
 * @throws Refusal as `settle`
 */
export async function takeAnswer(talk: Talk, answer: Answer): Promise<boolean> {
  await afford(talk, UNITS.lookUp, PRECEDENCE_RANK.routine);
  const item = await waitingItem(talk, answer);
  if (item !== null) await settle(talk, item, answer, PRECEDENCE_RANK.routine);
  return item !== null;
}

/** A number says nothing without the item: after a new incarnation it may stand for another. */
async function waitingItem({ room, peer }: Talk, { channel, id }: Answer): Promise<QueuedItem | null> {
  const item = await room.queue.waitingAs(peer, channel);
  return item !== null && equal(item.id, id) ? item : null;
}
