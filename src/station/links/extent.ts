/** Where the chunks of a sealed part lie. Source: docs/protocol/parts.md. */
import { chunkCount, plainSize, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { uint32be } from '#core/bytes.ts';
import type { Hash } from '#core/crypto.ts';
import type { HeaderPart } from '#wire/envelope.ts';

export const LEAF_BYTES = 32;
const LEAF_PREFIX = Uint8Array.of(0);

/** Whether a part's size and number of chunks agree. */
export function isExtent({ chunks, size }: HeaderPart): boolean {
  const plainBytes = plainSize(size);
  return plainBytes !== null && chunkCount(plainBytes) === chunks;
}

/** Size of the chunk that begins at an offset. */
export function chunkSizeAt({ size }: HeaderPart, offset: number): number {
  return Math.min(SEALED_CHUNK_BYTES, size - offset);
}

/** The leaf of a chunk, hashed where it lies. */
export function leafAt(hash: Hash, index: number, chunk: Uint8Array): Uint8Array {
  const running = hash.sha256Stream();
  running.update(LEAF_PREFIX);
  running.update(uint32be(index));
  running.update(chunk);
  return running.digest();
}
