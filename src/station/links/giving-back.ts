/**
 * A neighbour that was restored is told which dispatches we took from its ended incarnation after the last number that it
 * knows: it has lost them, and its numbers must go on above them. Source: docs/protocol/frames.md §Restored.
 */
import { equal } from '#core/bytes.ts';
import { event as eventCodec, eventFields } from '#wire/event.ts';
import type { ReturnedItem } from './deps.ts';
import type { Talk } from './talk.ts';

const PAGE = 1_024;
const ITEMS_A_FRAME = 16;

export async function giveBack(talk: Talk, former: Uint8Array, formerSent: number): Promise<void> {
  const { room, peer } = talk;
  if (!(await room.channels.owesReturn(peer, former))) return;
  let waiting: ReturnedItem[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await talk.send({ kind: 'returned', items: waiting });
    waiting = [];
  };
  for (let from = 0; !talk.closed; from += PAGE) {
    const entries = await room.store.read((db) => room.ledger.entries(db, from, from + PAGE));
    for (const { kind, subject, bytes } of entries) {
      if (kind !== 'custody-taken' || subject === null) continue;
      const { peer: of, channel = 0, peerIncarnation, sealing = 0 } = eventFields.decode(eventCodec.decode(bytes).fields);
      const isLost = of === peer && channel > formerSent && peerIncarnation !== undefined && equal(peerIncarnation, former);
      const header = isLost ? await room.traffic().header(subject, sealing) : null;
      if (header === null) continue;
      waiting.push({ channel, header });
      if (waiting.length === ITEMS_A_FRAME) await flush();
    }
    if (entries.length < PAGE) break;
  }
  await flush();
  if (!talk.closed) await room.channels.gaveBack(peer, former);
}
