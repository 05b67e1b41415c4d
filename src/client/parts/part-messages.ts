/**
 * What a page and its worker for files say to each other. Everything survives the structured clone; keys travel by it and
 * are erased by the worker when the job ends.
 */
import type { SourceFile } from '#core/outside.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import type { CorePart } from '#wire/core.ts';
import type { CopyMark } from './part-copy.ts';
import type { CopyPlace } from './part-work.ts';
import type { MeasuredPart } from './parts.ts';

/** One end of a channel: a worker, the inside of one, or a message port. */
export interface MessageEnd {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** One listener. */
  listen(heard: (message: unknown) => void): void;
}

/** A file that a worker can read by itself. */
export interface BlobFile extends SourceFile {
  readonly blob: Blob;
}

export type PartJob =
  | { readonly kind: 'measure'; readonly blob: Blob; readonly name: string; readonly mediaType: string; readonly copied: Omit<CopyPlace, 'marked'> | null }
  | { readonly kind: 'upload'; readonly base: string; readonly token: string; readonly office: string; readonly blob: Blob; readonly key: Uint8Array; readonly part: CorePart; readonly leaves: Uint8Array }
  /** From a copy: without the key. */
  | { readonly kind: 'bring'; readonly base: string; readonly token: string; readonly office: string; readonly sealed: Blob; readonly part: CorePart; readonly leaves: Uint8Array }
  | { readonly kind: 'receive'; readonly base: string; readonly token: string; readonly part: CorePart; readonly key: Uint8Array; readonly isWritten: boolean };

/** To the worker. */
export type PartOrder =
  | { readonly job: number; readonly order: PartJob }
  | { readonly job: number; readonly cancel: true }
  /** What was sent has been written: send more. */
  | { readonly job: number; readonly written: true };

/** From the worker. */
export type PartNews =
  | { readonly job: number; readonly progress: number }
  | { readonly job: number; readonly bytes: Uint8Array }
  | { readonly job: number; readonly mark: CopyMark }
  | { readonly job: number; readonly done: Partial<Omit<MeasuredPart, 'file'>> }
  | { readonly job: number; readonly refused: { readonly code: string; readonly detail: RefusalDetail } };

const PIECE_BYTES = 1024 * 1024;

/** A file that a person picked, read piece by piece: never whole in memory. */
export function blobFile(blob: Blob, name: string): BlobFile {
  return { name: name.normalize('NFC'), sizeBytes: blob.size, blob, read: (fromByte) => pieces(blob, fromByte) };
}

export function isBlobFile(file: SourceFile): file is BlobFile {
  return 'blob' in file;
}

async function* pieces(blob: Blob, fromByte: number): AsyncGenerator<Uint8Array> {
  for (let at = fromByte; at < blob.size; at += PIECE_BYTES) yield new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer().catch(changed));
}

/** A browser reads a picked file only as long as it is as it was. */
function changed(cause: unknown): never {
  throw new Refusal('file-changed', {}, { cause });
}
