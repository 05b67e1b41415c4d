/** When others' receipts of a dispatch were first written down here: this station's word of them, by its ledger. */
import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { Snapshot } from '#station/kernel/store.ts';
import { event, eventFields } from '#wire/event.ts';
import type { Room } from './deps.ts';

/** By their digests in hexadecimal. */
export async function takenOf({ ledger }: Pick<Room, 'ledger'>, db: Snapshot, dispatch: Uint8Array): Promise<Map<string, Instant>> {
  const taken = new Map<string, Instant>();
  for (const { time, bytes } of await ledger.entriesAbout(db, dispatch, 'receipt')) {
    const { receiptDigest } = eventFields.decode(event.decode(bytes).fields);
    if (receiptDigest !== undefined && !taken.has(hex(receiptDigest))) taken.set(hex(receiptDigest), time);
  }
  return taken;
}
