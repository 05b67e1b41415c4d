/** What a neighbour answered by courier to what we sent, by whatever carrier that went. Source: docs/protocol/bundles.md §Reading. */
import { equal } from '#core/bytes.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS } from '../budget.ts';
import type { QueuedItem } from '../queue.ts';
import { type Answer, settle } from '../settling.ts';
import type { Talk } from '../talk.ts';

/**
 * Takes part in the measure behind what is urgent on a line: it has lain in somebody's pocket.
 * @returns whether something waited for it
 * @throws Refusal as `settle`
 */
export async function takeAnswer(talk: Talk, answer: Answer): Promise<boolean> {
  const { room, peer } = talk;
  const affords = async (units: number): Promise<void> => void (await room.budgets.of(peer).take(units, PRECEDENCE_RANK.routine, () => talk.closed));
  await affords(UNITS.lookUp);
  const item = await waitingItem(talk, answer);
  if (item !== null) await settle(talk, item, answer, affords);
  return item !== null;
}

/** A number says nothing without the item: after a new incarnation it may stand for another. */
async function waitingItem({ room, peer }: Talk, { channel, id }: Answer): Promise<QueuedItem | null> {
  const item = await room.queue.waitingAs(peer, channel);
  return item !== null && equal(item.id, id) ? item : null;
}
