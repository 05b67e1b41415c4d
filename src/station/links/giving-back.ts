/**
 * A neighbour that was restored is told which dispatches we took from its ended incarnation after the last number that it
 * knows: it has lost them, and its numbers must go on above them. Its own sealing goes along, which shows that it sent them.
 * Source: docs/protocol/frames.md §Restored.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { event as eventCodec, eventFields } from '#wire/event.ts';
import type { FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS, unitsOf } from './budget.ts';
import { afford, type Talk } from './talk.ts';
import type { SealedHeader } from './traffic.ts';

const PAGE = 1_024;
const ITEMS_A_FRAME = 16;

export async function giveBack(talk: Talk, former: Uint8Array, formerSent: number): Promise<void> {
  const { room, peer } = talk;
  if (!(await room.channels.owesReturn(peer, former))) return;
  let waiting: (SealedHeader & { readonly channel: number })[] = [];
  const flush = async (): Promise<void> => {
    const items = waiting.map(({ channel, header }) => ({ channel, header }));
    if (items.length > 0) await talk.send({ kind: 'returned', items, sealings: waiting.map(({ sealing }) => sealing) });
    waiting = [];
  };
  for (let from = 0; !talk.closed; from += PAGE) {
    // All of our ledger, at the neighbour's word that it has lost something, on each connection until it is through.
    await afford(talk, UNITS.page, PRECEDENCE_RANK.routine);
    const entries = await room.store.read((db) => room.ledger.entries(db, from, from + PAGE));
    for (const { kind, subject, bytes } of entries) {
      if (kind !== 'custody-taken' || subject === null) continue;
      const { peer: of, channel = 0, peerIncarnation, sealing = 0 } = eventFields.decode(eventCodec.decode(bytes).fields);
      const isLost = of === peer && channel > formerSent && peerIncarnation !== undefined && equal(peerIncarnation, former);
      const sealed = isLost ? await room.traffic().header(subject, sealing) : null;
      if (sealed === null) continue;
      waiting.push({ channel, ...sealed });
      if (waiting.length === ITEMS_A_FRAME) await flush();
    }
    if (entries.length < PAGE) break;
  }
  await flush();
  if (!talk.closed) await room.channels.gaveBack(peer, former);
}

/** Resolves when it is looked at: the connection waits, so that what nobody can afford yet does not heap up. @throws DecodeError */
export async function takeBack(talk: Talk, { items, sealings }: FrameOf<'returned'>): Promise<void> {
  const { room, peer } = talk;
  if (sealings !== undefined && sealings.length !== items.length) throw new DecodeError('returned.sealings', 0, 'not one of each');
  const units = items.reduce((sum, { header }) => sum + 1 + unitsOf(header.length), 0);
  await afford(talk, units);
  const given = items.map(({ channel, header }, index) => ({ channel, header, sealing: sealings?.[index] ?? null }));
  const count = await room.givenBack?.(peer, given) ?? 0;
  if (count > 0) room.say('returned-unshown', { peer, count });
}
