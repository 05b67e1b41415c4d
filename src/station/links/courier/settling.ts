/** What a neighbour answered by courier to what we sent, by whatever carrier that went. Source: docs/protocol/bundles.md §Reading. */
import { equal } from '#core/bytes.ts';
import type { FrameOf } from '#wire/frames.ts';
import type { QueuedItem } from '../queue.ts';
import type { Talk } from '../talk.ts';

/** @returns whether something waited for it @throws Refusal `receipt-forged`, and the item stays queued */
export async function takeCustody(talk: Talk, { channel, id, receipts }: FrameOf<'custody'>): Promise<boolean> {
  const { room, peer } = talk;
  const item = await waitingItem(talk, channel, id);
  if (item === null) return false;
  await room.traffic().delivered(item, peer, receipts, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    if (isFirst) await room.record(tx, 'custody-received', item.id, { peer, channel, sealing: item.sealing });
  });
  room.crowded.settled(peer, channel);
  return true;
}

/** @returns whether something waited for it */
export async function takeRefusal(talk: Talk, { channel, id, code }: FrameOf<'refuse'>): Promise<boolean> {
  const { room, peer } = talk;
  const item = await waitingItem(talk, channel, id);
  if (item === null) return false;
  room.say('item-refused', { peer, channel, code });
  await room.traffic().refused(item, peer, code, async (tx) => {
    const isFirst = await room.queue.settle(tx, peer, item);
    if (isFirst) await room.record(tx, 'refused', item.id, { peer, code, ...(item.sealing > 0 && { sealing: item.sealing }) });
  });
  room.crowded.settled(peer, channel);
  return true;
}

/** A number says nothing without the item: after a new incarnation it may stand for another. */
async function waitingItem({ room, peer }: Talk, channel: number, id: Uint8Array): Promise<QueuedItem | null> {
  const item = await room.queue.waitingAs(peer, channel);
  return item !== null && equal(item.id, id) ? item : null;
}
