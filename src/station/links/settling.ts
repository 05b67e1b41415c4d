/** What a neighbour answers to what we sent, by whatever carrier it comes: custody, or no. Source: docs/protocol/frames.md §Custody, §Refused. */
import type { FrameOf } from '#wire/frames.ts';
import type { QueuedItem } from './queue.ts';
import { afford, type Talk } from './talk.ts';
import type { OfferedCopy } from './traffic.ts';

export type Answer = FrameOf<'custody'> | FrameOf<'refuse'>;

type WaitingCopy = QueuedItem & OfferedCopy;

/**
 * Takes the item off the queue, once, with all that its owner makes of the answer.
 * @param rank in which it takes part in the neighbour's measure
 * @throws Refusal `receipt-forged`, and the item stays queued; `too-many-attempts` and `cancelled` of its measure
 */
export async function settle(talk: Pick<Talk, 'room' | 'peer' | 'closed'>, item: WaitingCopy, answer: Answer, rank: number): Promise<void> {
  const { room, peer } = talk;
  if (answer.kind === 'custody') {
    await afford(talk, 1 + answer.receipts.length, rank);
    // What nobody waited for costs its whole price, right though it is.
    room.budgets.of(peer).inOrder(1 + (await takeCustody(talk, item, answer)));
  } else {
    await afford(talk, 1, rank);
    await takeRefusal(talk, item, answer);
  }
  if (room.crowded.settled(peer, answer.channel)) room.say('room-again-there', { peer });
}

/** @returns for how many offices */
function takeCustody({ room, peer }: Pick<Talk, 'room' | 'peer'>, item: WaitingCopy, { channel, receipts }: FrameOf<'custody'>): Promise<number> {
  return room.traffic().delivered(item, peer, receipts, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    if (isFirst) await room.record(tx, 'custody-received', item.id, { peer, channel, sealing: item.sealing });
  });
}

/** Who judged by an older directory than is known here has no last word. */
async function takeRefusal({ room, peer }: Pick<Talk, 'room' | 'peer'>, item: WaitingCopy, { channel, code: said, directory }: FrameOf<'refuse'>): Promise<void> {
  // It said custody by a stick meanwhile, or the item goes another way by now.
  if ((await room.queue.waitingAs(peer, channel)) === null) return;
  const code = await room.traffic().refusalOf(item, peer, said, directory ?? null);
  room.say('item-refused', { peer, channel, code });
  await room.traffic().refused(item, peer, code, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    // It may have gone another way since it was looked for.
    if (isFirst) await room.record(tx, 'refused', item.id, { peer, code, ...(item.sealing > 0 && { sealing: item.sealing }) });
    return isFirst;
  });
}
