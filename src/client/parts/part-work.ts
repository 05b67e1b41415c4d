/**
 * Sealing and opening of files: the heavy part of a device's work, which may be done in this thread or, so that a page
 * never stands still, in another. Whoever does it gives the same bytes.
 */
import type { RandomSource } from '#core/clock.ts';
import type { FileSink } from '#core/outside.ts';
import type { CorePart } from '#wire/core.ts';
import type { CheckedPart } from '../dispatch/compose.ts';
import { receivePart } from './download.ts';
import type { Copying } from './part-copy.ts';
import { type CopiedPart, type MeasuredPart, measurePart } from './parts.ts';
import type { Watch } from '../watch.ts';
import { type Carrier, uploadPart } from './upload.ts';

/** Where a copy of a part is to stand, and what stands there of it. */
export interface CopyPlace extends Pick<Copying, 'key' | 'mark' | 'marked'> {
  readonly folder: string;
  readonly name: string;
}

export interface PartWork {
  /** As measurePart. @param copied where a sealed copy is kept, if the file can be read there */
  measure(checked: CheckedPart, watch?: Watch, copied?: CopyPlace): Promise<MeasuredPart>;
  /** As uploadPart. */
  upload(office: string, one: MeasuredPart | CopiedPart, watch?: Watch): Promise<void>;
  /** As receivePart. */
  receive(part: CorePart, key: Uint8Array, sink: FileSink | null, watch?: Watch): Promise<string | null>;
}

/** In this thread. */
export function ownPartWork(session: Carrier & { readonly random: RandomSource }): PartWork {
  return {
    measure: (checked, watch) => measurePart(session.crypto, session.random, checked, watch),
    upload: (office, one, watch) => uploadPart(session, office, one, watch),
    receive: (part, key, sink, watch) => receivePart(session, part, key, sink, watch),
  };
}
