/**
 * Parts on their way out.
 *
 * The core must name a part's root, and the station wants root and leaf list before the first chunk, so the file is
 * sealed before anything is sent. A device that keeps the sealed copy meanwhile (part-copy.ts) sends that. One that keeps
 * none seals a second time, under the same key and nonces. Sealing other bytes under the same key and nonce would give away both, so every chunk's leaf is compared
 * with the first pass before it leaves this function: a file that changed in between is refused, nothing of it sent.
 */
import { concat, equal } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { SourceFile } from '#core/outside.ts';
import { type PartFacts, type PartProvider, type SealedChunk, sealPart } from '#core/part.ts';
import { Refusal } from '#core/refusals.ts';
import { CHUNK_BYTES, chunkCount, chunkLeaf, PART_KEY_BYTES, SEALED_CHUNK_BYTES, sealChunk, sealedSize } from '#core/stream.ts';
import type { CorePart } from '#wire/core.ts';
import type { CheckedPart } from '../dispatch/compose.ts';
import type { Watch } from '../watch.ts';
import { beginPart, type Copying, CopyWriter } from './part-copy.ts';

/** A part that is measured: what the core will say of it, its key, and its leaves. */
export interface MeasuredPart {
  readonly file: SourceFile;
  readonly key: Uint8Array;
  readonly part: CorePart;
  /** 32 bytes a chunk, in order. */
  readonly leaves: Uint8Array;
  /** The device keeps all of it sealed. */
  readonly isCopied: boolean;
}

/** A part whose sealed bytes lie on this device: neither its file nor its key is needed to bring it to the station. */
export interface CopiedPart extends Pick<MeasuredPart, 'part' | 'leaves'> {
  readonly sealed: Blob;
}

/**
 * The first pass: seals under a fresh key and keeps the facts, and a copy where one is asked for.
 * @throws Refusal `file-changed` where the file has not the size it was opened with; `file-too-large`; `cancelled`
 */
export async function measurePart(crypto: PartProvider, random: RandomSource, checked: CheckedPart, watch: Watch = {}, copying: Copying | null = null): Promise<MeasuredPart> {
  const { file, name, mediaType } = checked;
  const key = copying?.key ?? random.bytes(PART_KEY_BYTES);
  const begun = await beginPart(crypto, file, copying?.mark ?? null, watch);
  const leaves = [...begun.leaves];
  const copy = copying === null ? null : new CopyWriter(copying, begun);
  const source = watched(file.read(leaves.length * CHUNK_BYTES), watch, leaves.length * CHUNK_BYTES);
  const facts = await drain(sealPart(crypto, key, source, begun), (chunk) => {
    leaves.push(chunk.leaf);
    return copy?.take(chunk);
  });
  if (facts.plainBytes !== file.sizeBytes) throw new Refusal('file-changed');
  const part: CorePart = {
    name,
    mediaType,
    size: facts.plainBytes,
    chunks: leaves.length,
    root: facts.root,
    digest: facts.plainDigest,
    keyCommitment: facts.keyCommitment,
  };
  return { file, key, part, leaves: concat(...leaves), isCopied: copy !== null && (await copy.end()) };
}

async function drain(sealing: AsyncGenerator<SealedChunk, PartFacts>, keep: (chunk: SealedChunk) => Promise<void> | undefined): Promise<PartFacts> {
  for (;;) {
    const step = await sealing.next();
    if (step.done === true) return step.value;
    await keep(step.value);
  }
}

/** Passes a file on as it is read. @param before how much of it was done */
async function* watched(source: AsyncIterable<Uint8Array>, { signal, progress }: Watch, before: number): AsyncGenerator<Uint8Array> {
  let bytes = before;
  for await (const piece of source) {
    if (signal?.aborted === true) throw new Refusal('cancelled');
    yield piece;
    bytes += piece.length;
    progress?.(bytes);
  }
}

/**
 * The second pass: sealed chunks from one on, each the same as in the first.
 * @param fromSealed sealed bytes that the station holds already: a multiple of a whole chunk
 * @param bytesMax stops after the last whole chunk that fits; at least one chunk is given
 * @throws Refusal `file-changed` before any byte of a chunk that differs; `offset-differs`; `cancelled`
 */
export async function* resealPart(
  crypto: Pick<CryptoProvider, 'aead' | 'hash'>,
  measured: MeasuredPart,
  fromSealed: number,
  watch: Watch = {},
  bytesMax = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Uint8Array> {
  const { file, key, part, leaves } = measured;
  if (fromSealed === sealedSize(part.size)) return;
  const first = firstChunk(fromSealed);
  let index = first;
  let given = 0;
  for await (const plain of inChunks(file.read(first * CHUNK_BYTES))) {
    if (watch.signal?.aborted === true) throw new Refusal('cancelled');
    if (index >= part.chunks) throw new Refusal('file-changed');
    const isLast = index === part.chunks - 1;
    if (plain.length !== plainLength(part, index)) throw new Refusal('file-changed');
    const sealed = await sealChunk(crypto.aead, key, index, isLast, plain);
    const leaf = await chunkLeaf(crypto.hash, index, sealed);
    if (!equal(leaf, leaves.subarray(index * 32, index * 32 + 32))) throw new Refusal('file-changed');
    yield sealed;
    watch.progress?.(index * CHUNK_BYTES + plain.length);
    index++;
    given += sealed.length;
    if (given + SEALED_CHUNK_BYTES > bytesMax && index < part.chunks) return;
  }
  if (index !== part.chunks) throw new Refusal('file-changed');
}

/** What the header says of a part. */
export function headerPartOf({ root, chunks, size }: CorePart): { root: Uint8Array; chunks: number; size: number } {
  return { root, chunks, size: sealedSize(size) };
}

function plainLength({ size }: CorePart, index: number): number {
  return index < chunkCount(size) - 1 ? CHUNK_BYTES : size - index * CHUNK_BYTES;
}

function firstChunk(fromSealed: number): number {
  const index = fromSealed / (CHUNK_BYTES + 16);
  if (!Number.isInteger(index)) throw new Refusal('offset-differs', { offset: fromSealed });
  return index;
}

/**
 * Pieces of any size as whole chunks; only the last is shorter, and an empty file is one empty chunk. Every chunk lies in
 * the same memory: it is good until the next one is asked for.
 */
async function* inChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const filling = new Uint8Array(CHUNK_BYTES);
  let [filled, any] = [0, false];
  for await (const piece of source) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + CHUNK_BYTES - filled);
      filling.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < CHUNK_BYTES) continue;
      yield filling;
      [filled, any] = [0, true];
    }
  }
  if (filled > 0 || !any) yield filling.subarray(0, filled);
}
