/**
 * What a peer's exchange station may bring in: dispatches of its own organisation under an agreement that counts now, and
 * receipts. Whatever else it offers is refused before it is looked at. Source: docs/protocol/federation.md §Links over the border.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { demandCrossings } from '#model/directories.ts';
import { envelope as envelopeCodec, header as headerCodec } from '#wire/envelope.ts';
import { note as noteCodec } from '#wire/receipt.ts';
import type { OfferedItem } from '../links/index.ts';
import type { Room } from './deps.ts';

/**
 * @throws DecodeError; Refusal `not-entitled` for a note that is no receipts, `organisation-unknown` for a dispatch of another
 *   organisation than the peer's, and those of demandCrossings
 */
export function demandMayEnter({ view, peers, clock }: Pick<Room, 'view' | 'peers' | 'clock'>, offered: Pick<OfferedItem, 'beyond' | 'kind' | 'head'>): void {
  const { beyond, kind, head } = offered;
  if (beyond === undefined) return;
  if (kind === 'note') {
    // Entries for our directory are proposed by ours.
    if (noteCodec.decode(head).kind !== 'receipts') throw new Refusal('not-entitled', { act: 'propose' });
    return;
  }
  const header = headerCodec.decode(envelopeCodec.decode(head).header);
  if (!equal(header.from.organisation, beyond)) throw new Refusal('organisation-unknown');
  demandCrossings(view(), peers(), header, clock.now());
}
