/**
 * Sealing and opening of files: the heavy part of a device's work, which may be done in this thread or, so that a page
 * never stands still, in another. Whoever does it gives the same bytes.
 */
import type { RandomSource } from '#core/clock.ts';
import type { FileSink } from '#core/outside.ts';
import type { CorePart } from '#wire/core.ts';
import type { CheckedPart } from './compose.ts';
import { receivePart } from './download.ts';
import { type MeasuredPart, measurePart, type Watch } from './parts.ts';
import { type Carrier, uploadPart } from './upload.ts';

export interface PartWork {
  /** As measurePart. */
  measure(checked: CheckedPart, watch?: Watch): Promise<MeasuredPart>;
  /** As uploadPart. */
  upload(office: string, measured: MeasuredPart, watch?: Watch): Promise<void>;
  /** As receivePart. */
  receive(part: CorePart, key: Uint8Array, sink: FileSink | null, watch?: Watch): Promise<string | null>;
}

/** In this thread. */
export function ownPartWork(session: Carrier & { readonly random: RandomSource }): PartWork {
  return {
    measure: (checked, watch) => measurePart(session.crypto, session.random, checked, watch),
    upload: (office, measured, watch) => uploadPart(session, office, measured, watch),
    receive: (part, key, sink, watch) => receivePart(session, part, key, sink, watch),
  };
}
