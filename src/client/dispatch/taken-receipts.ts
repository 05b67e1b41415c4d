/** Receipts as a station shows them in a trace, of which nothing is verified yet. */
import type { z } from 'zod';
import { fromBase64url } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { traceAnswer } from '#wire/api/dispatch.ts';

export interface TakenReceipt {
  readonly bytes: Uint8Array;
  /** When the reader's own station had it, by its word: a seal's receipt counts by that where others have had the seal since. */
  readonly taken: Instant | null;
}

/** @throws Refusal `cbor-malformed` */
export function takenReceipts({ receipts, taken = [] }: Pick<z.output<typeof traceAnswer>, 'receipts' | 'taken'>): TakenReceipt[] {
  return receipts.map((text, index) => ({ bytes: bytesOf(text), taken: taken[index] ?? null }));
}

/** What a station gave as text. @throws Refusal `cbor-malformed` */
export function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('cbor-malformed', { field: 'answer' });
  return bytes;
}
