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
  if (answer.kind === 'custody') {
    await afford(1 + answer.receipts.length);
    // What nobody waited for costs its whole price, right though it is.
    room.budgets.of(peer).inOrder(1 + (await takeCustody(talk, item, answer)));
  } else {
    await afford(1);
    await takeRefusal(talk, item, answer);
  }
  room.crowded.settled(peer, answer.channel);
  return true;
}

/** @returns for how many offices */
function takeCustody({ room, peer }: Talk, item: QueuedItem, { channel, receipts }: FrameOf<'custody'>): Promise<number> {
  return room.traffic().delivered(item, peer, receipts, async (tx) => {
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
