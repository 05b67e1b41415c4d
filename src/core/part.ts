/**
 * Whole parts as streams, in constant memory: sealing while reading, opening while writing.
 * Source: docs/protocol/parts.md. The single chunks are in stream.ts.
 */
import { equal } from './bytes.ts';
import type { CryptoProvider, RunningDigest } from './crypto.ts';
import { CompactTree, root } from './merkle.ts';
import { Refusal } from './refusals.ts';
import {
  CHUNK_BYTES,
  CHUNKS_MAX,
  PLAIN_BYTES_MAX,
  SEALED_CHUNK_BYTES,
  chunkCount,
  chunkLeaf,
  keyCommitment,
  openChunk,
  sealChunk,
  sealedChunkSize,
} from './stream.ts';

/** What parts ask of a provider. */
export type PartProvider = Pick<CryptoProvider, 'hash' | 'aead'>;

/** Bytes in pieces of any size, as a file or a socket gives them. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What an author signs about a part besides its name. */
export interface PartFacts {
  readonly plainBytes: number;
  /** Merkle root over the chunks' leaves, 32 bytes. */
  readonly root: Uint8Array;
  /** SHA-256 of the plaintext, 32 bytes. */
  readonly plainDigest: Uint8Array;
  /** SHA-256 over the content key, 32 bytes: see keyCommitment. */
  readonly keyCommitment: Uint8Array;
}

/** The beginning of a part that was sealed before, under the same key. */
export interface BegunPart {
  /** Of the plaintext of its chunks, which are all whole. */
  readonly digest: RunningDigest;
  readonly leaves: readonly Uint8Array[];
}

export interface SealedChunk {
  readonly index: number;
  readonly isLast: boolean;
  /** Ciphertext and tag, 16 to 65,552 bytes. */
  readonly sealed: Uint8Array;
  /** The chunk's leaf, 32 bytes. */
  readonly leaf: Uint8Array;
}

/**
 * Seals a part while it is read; the generator returns the part's facts when all is sealed.
 * @param key 32 fresh random bytes, never used for another part
 * @param source the plaintext from its first byte on, or from where the begun part ends
 * @throws Refusal `file-too-large` beyond 4 GiB
 */
export async function* sealPart(
  provider: PartProvider,
  key: Uint8Array,
  source: ByteSource,
  begun: BegunPart = { digest: provider.hash.sha256Stream(), leaves: [] },
): AsyncGenerator<SealedChunk, PartFacts, undefined> {
  const { digest, leaves } = begun;
  const tree = new CompactTree(provider.hash);
  for (const leaf of leaves) tree.push(leaf);
  let [index, plainBytes] = [leaves.length, leaves.length * CHUNK_BYTES];
  for await (const { bytes, isLast } of inChunks(source, CHUNK_BYTES)) {
    if (isTooMany(index, isLast)) throw new Refusal('file-too-large', { bytesMax: PLAIN_BYTES_MAX });
    digest.update(bytes);
    const sealed = await sealChunk(provider.aead, key, index, isLast, bytes);
    const leaf = await chunkLeaf(provider.hash, index, sealed);
    tree.push(leaf);
    yield { index, isLast, sealed, leaf };
    plainBytes += bytes.length;
    index++;
  }
  return {
    plainBytes,
    root: tree.root(),
    plainDigest: digest.digest(),
    keyCommitment: keyCommitment(provider.hash, key),
  };
}

/**
 * Opens a part while it is read. A chunk's plaintext is given out only after its leaf is found in
 * the signed tree and its tag verifies; the last one only after the digest of the whole agrees.
 * @param facts from a core whose signatures were verified
 * @param leaves all leaves of the part, in order (at most 65,536, 2 MiB)
 * @param source the sealed bytes from the first, in pieces of any size
 * @throws Refusal `part-forged` where key, leaves or bytes are not the signed ones,
 *   `part-incomplete` where the source ends early
 */
export async function* openPart(
  provider: PartProvider,
  key: Uint8Array,
  facts: PartFacts,
  leaves: readonly Uint8Array[],
  source: ByteSource,
): AsyncGenerator<Uint8Array, void, undefined> {
  checkFacts(provider, key, facts, leaves);
  const digest = provider.hash.sha256Stream();
  let index = 0;
  for await (const { bytes, isLast } of inChunks(source, SEALED_CHUNK_BYTES)) {
    checkExtent(facts, index, isLast, bytes.length);
    const plaintext = await openVerified(provider, key, leaves, { index, isLast, bytes });
    digest.update(plaintext);
    if (isLast && !equal(digest.digest(), facts.plainDigest)) throw forged(index);
    yield plaintext;
    index++;
  }
}

/** A piece of a source cut to chunk size; only the last is shorter, and only it may be empty. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/**
 * Cuts a source into pieces of `size`; no bytes at all make one empty piece. Every piece lies in the same memory: it is
 * good until the next one is asked for.
 */
async function* inChunks(source: ByteSource, size: number): AsyncGenerator<Piece, void, undefined> {
  const filling = new Uint8Array(size);
  let filled = 0;
  for await (const piece of source) {
    let at = 0;
    while (at < piece.length) {
      if (filled === size) {
        yield { bytes: filling, isLast: false };
        filled = 0;
      }
      const taken = piece.subarray(at, at + size - filled);
      filling.set(taken, filled);
      filled += taken.length;
      at += taken.length;
    }
  }
  yield { bytes: filling.subarray(0, filled), isLast: true };
}

function checkFacts(
  { hash }: PartProvider,
  key: Uint8Array,
  facts: PartFacts,
  leaves: readonly Uint8Array[],
): void {
  const agree =
    equal(keyCommitment(hash, key), facts.keyCommitment) &&
    leaves.length === chunkCount(facts.plainBytes) &&
    equal(root(hash, leaves), facts.root);
  if (!agree) throw new Refusal('part-forged');
}

/** Whether a source goes on, ends and has the length that the signed size says. */
function checkExtent(facts: PartFacts, index: number, ends: boolean, sealedBytes: number): void {
  const isLast = index === chunkCount(facts.plainBytes) - 1;
  const expectedBytes = sealedChunkSize(facts.plainBytes, index);
  if (ends && (!isLast || sealedBytes < expectedBytes)) {
    throw new Refusal('part-incomplete', { chunk: index });
  }
  if (ends !== isLast || sealedBytes !== expectedBytes) throw forged(index);
}

async function openVerified(
  provider: PartProvider,
  key: Uint8Array,
  leaves: readonly Uint8Array[],
  { index, isLast, bytes }: Piece & { index: number },
): Promise<Uint8Array> {
  const [computed, signed] = [await chunkLeaf(provider.hash, index, bytes), leaves[index]];
  if (signed === undefined || !equal(computed, signed)) throw forged(index);
  const plaintext = await openChunk(provider.aead, key, index, isLast, bytes);
  if (plaintext === null) throw forged(index);
  return plaintext;
}

function isTooMany(index: number, isLast: boolean): boolean {
  return index > CHUNKS_MAX - 1 || (index === CHUNKS_MAX - 1 && !isLast);
}

function forged(chunk: number): Refusal {
  return new Refusal('part-forged', { chunk });
}
