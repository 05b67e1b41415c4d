/** What a neighbour answered by courier to what we sent, by whatever carrier that went. Source: docs/protocol/bundles.md §Reading. */
import { equal } from '#core/bytes.ts';
import type { FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS } from '../budget.ts';
import type { QueuedItem } from '../queue.ts';
import type { Talk } from '../talk.ts';

/**
 * Takes part in the measure behind what is urgent on a line: it has lain in somebody's pocket.
 * @returns whether something waited for it
 * @throws Refusal `receipt-forged`, and the item stays queued; `too-many-attempts`, `cancelled`
 */
export async function takeAnswer(talk: Talk, answer: FrameOf<'custody'> | FrameOf<'refuse'>): Promise<boolean> {
  const { room, peer } = talk;
  const afford = (units: number): Promise<void> => room.budgets.of(peer).take(units, PRECEDENCE_RANK.routine, () => talk.closed);
  await afford(UNITS.lookUp);
  const item = await waitingItem(talk, answer);
  if (item === null) return false;
  const units = answer.kind === 'custody' ? 1 + answer.receipts.length : 1;
  await afford(units);
  if (answer.kind === 'custody') await takeCustody(talk, item, answer);
  else await takeRefusal(talk, item, answer);
  if (answer.kind === 'custody') room.budgets.of(peer).inOrder(units);
  room.crowded.settled(peer, answer.channel);
  return true;
}

async function takeCustody({ room, peer }: Talk, item: QueuedItem, { channel, receipts }: FrameOf<'custody'>): Promise<void> {
  await room.traffic().delivered(item, peer, receipts, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    if (isFirst) await room.record(tx, 'custody-received', item.id, { peer, channel, sealing: item.sealing });
  });
}

async function takeRefusal({ room, peer }: Talk, item: QueuedItem, { channel, code }: FrameOf<'refuse'>): Promise<void> {
  room.say('item-refused', { peer, channel, code });
  await room.traffic().refused(item, peer, code, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    if (isFirst) await room.record(tx, 'refused', item.id, { peer, code, ...(item.sealing > 0 && { sealing: item.sealing }) });
  });
}

/** A number says nothing without the item: after a new incarnation it may stand for another. */
async function waitingItem({ room, peer }: Talk, { channel, id }: FrameOf<'custody'> | FrameOf<'refuse'>): Promise<QueuedItem | null> {
  const item = await room.queue.waitingAs(peer, channel);
  return item !== null && equal(item.id, id) ? item : null;
}
