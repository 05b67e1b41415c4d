/**
 * The chunks of a sealed part: a file of up to 4 GiB as AES-256-GCM pieces of 64 KiB, each of
 * which verifies alone, in order or not, so that halves may come by radio, stick and fibre.
 *
 * Source: docs/protocol/parts.md; the STREAM construction of Hoang, Reyhanitabar,
 * Rogaway and Vizár (2015) as age uses it. A key seals one part only, so counters may be nonces.
 * Whole parts, as streams, are in part.ts.
 */
import { concat, uint32be, utf8 } from './bytes.ts';
import type { Aead, Hash } from './crypto.ts';
import { assert } from './refusals.ts';

/** Plaintext in every chunk but the last, which has fewer or as many. */
export const CHUNK_BYTES = 65_536;
/** The tag at the end of every sealed chunk. */
export const TAG_BYTES = 16;
/** A sealed chunk that is full. */
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const CHUNKS_MAX = 65_536;
/** 4 GiB. */
export const PLAIN_BYTES_MAX = CHUNK_BYTES * CHUNKS_MAX;
export const PART_KEY_BYTES = 32;

const COUNTER_BYTES = 11;
const NONCE_BYTES = 12;
const COMMITMENT_LABEL = concat(utf8('tram/v1/part-key'), Uint8Array.of(0));
const LEAF = Uint8Array.of(0x00);
const NOTHING = new Uint8Array(0);

/** How many chunks a part has: an empty part is one chunk of nothing. @param plainBytes 0 to 2^32 */
export function chunkCount(plainBytes: number): number {
  assert(isPlainSize(plainBytes), 'a part has 0 to 2^32 bytes');
  return Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
}

/** Bytes of a sealed part. @param plainBytes 0 to 2^32 */
export function sealedSize(plainBytes: number): number {
  return plainBytes + TAG_BYTES * chunkCount(plainBytes);
}

/** Bytes of the part inside, or null where no part seals to that many. */
export function plainSize(sealedBytes: number): number | null {
  const plainBytes = sealedBytes - TAG_BYTES * Math.ceil(sealedBytes / SEALED_CHUNK_BYTES);
  if (!isPlainSize(plainBytes)) return null;
  return sealedSize(plainBytes) === sealedBytes ? plainBytes : null;
}

/** Where a chunk begins in the sealed part. @param index 0 to 65,535 */
export function sealedOffset(index: number): number {
  assert(isIndex(index), 'a chunk has an index of 0 to 65,535');
  return index * SEALED_CHUNK_BYTES;
}

/** Bytes of one sealed chunk of a part. @param index 0 up to, not including, chunkCount(plainBytes) */
export function sealedChunkSize(plainBytes: number, index: number): number {
  const last = chunkCount(plainBytes) - 1;
  assert(isIndex(index) && index <= last, 'the chunk is in the part');
  return index < last ? SEALED_CHUNK_BYTES : sealedSize(plainBytes) - sealedOffset(last);
}

/**
 * Seals one chunk.
 * @param key 32 bytes, used for this part only
 * @param plaintext 65,536 bytes; in the last chunk 1 to 65,536, or none in an empty part
 * @returns the ciphertext with its tag: 16 bytes more
 */
export async function sealChunk(
  aead: Aead,
  key: Uint8Array,
  index: number,
  isLast: boolean,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  assert(isChunkSize(index, isLast, plaintext.length), 'only the last chunk is shorter than 64 KiB');
  return aead.seal(key, nonceOf(index, isLast), NOTHING, plaintext);
}

/**
 * Opens one chunk, whichever others are there.
 * @param isLast whether the part's size says that this is its last chunk
 * @returns the plaintext; null where the chunk is not number `index` of this key's part, or has an
 *   impossible size (an empty last chunk after a full one among them)
 */
export async function openChunk(
  aead: Aead,
  key: Uint8Array,
  index: number,
  isLast: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array | null> {
  if (!isChunkSize(index, isLast, sealed.length - TAG_BYTES)) return null;
  return aead.open(key, nonceOf(index, isLast), NOTHING, sealed);
}

/**
 * SHA-256(0x00 ‖ index as 4 bytes ‖ sealed chunk): the leaf that stands for a chunk in the part's
 * Merkle tree, so that anyone without the key can check and resume a transfer.
 */
export async function chunkLeaf(
  hash: Pick<Hash, 'sha256Bulk'>,
  index: number,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  assert(isIndex(index), 'a chunk has an index of 0 to 65,535');
  return hash.sha256Bulk(LEAF, uint32be(index), sealed);
}

/**
 * What the author signs about the content key. AES-GCM alone would let a dishonest author make one
 * ciphertext that opens differently under two keys; with the commitment only one key is the part's.
 */
export function keyCommitment(hash: Pick<Hash, 'sha256'>, key: Uint8Array): Uint8Array {
  assert(key.length === PART_KEY_BYTES, 'a part key has 32 bytes');
  return hash.sha256(concat(COMMITMENT_LABEL, key));
}

/** 11-byte counter, most significant first, then 1 in the last chunk and 0 in the others. */
function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  nonce.set(uint32be(index), COUNTER_BYTES - 4);
  nonce[COUNTER_BYTES] = isLast ? 1 : 0;
  return nonce;
}

function isChunkSize(index: number, isLast: boolean, plainBytes: number): boolean {
  if (!isIndex(index) || plainBytes > CHUNK_BYTES) return false;
  if (!isLast) return plainBytes === CHUNK_BYTES && index < CHUNKS_MAX - 1;
  return plainBytes >= (index === 0 ? 0 : 1);
}

function isIndex(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < CHUNKS_MAX;
}

function isPlainSize(plainBytes: number): boolean {
  return Number.isInteger(plainBytes) && plainBytes >= 0 && plainBytes <= PLAIN_BYTES_MAX;
}
