/**
 * A sealed copy of a part, kept on the device until the station has it: a page that was closed goes on from it, without
 * the file. Nothing but chunks as they will be sent. While it is being made, marks say how far it is durable and what the
 * file was up to there, so that whoever gives the same file again has only the rest of it sealed. Behind the last mark
 * chunks may have been written of which no digest is known: what is sealed again must be the same, or the key is burnt.
 * Source: docs/protocol/parts.md §Copies.
 */
import { concat, equal } from '#core/bytes.ts';
import type { OpenCopy, SourceFile } from '#core/outside.ts';
import type { BegunPart, PartProvider, SealedChunk } from '#core/part.ts';
import { Refusal } from '#core/refusals.ts';
import { CHUNK_BYTES, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import type { Watch } from '../watch.ts';

/** Up to where a copy is durable. */
export interface CopyMark {
  /** SHA-256 of the plaintext up to there. */
  readonly digest: Uint8Array;
  /** 32 bytes for each of its chunks, in order. */
  readonly leaves: Uint8Array;
}

export interface Copying {
  /** 32 bytes. Where there is no mark, fresh ones. */
  readonly key: Uint8Array;
  readonly copy: OpenCopy;
  /** Of this part under this key; null: it begins. */
  readonly mark: CopyMark | null;
  readonly marked: (mark: CopyMark) => void;
}

export const LEAF_BYTES = 32;
/** Written at a time. */
const WRITE_CHUNKS = 16;
/** So many chunks apart: 32 MiB. */
const MARK_CHUNKS = 512;

/**
 * What was sealed before, once the file proves to be the one that it was.
 * @throws Refusal `file-changed`, `cancelled`
 */
export async function beginPart({ hash }: PartProvider, file: SourceFile, mark: CopyMark | null, { signal, progress }: Watch): Promise<BegunPart> {
  const digest = hash.sha256Stream();
  if (mark === null) return { digest, leaves: [] };
  const leaves = leavesIn(mark.leaves);
  const sizeBytes = leaves.length * CHUNK_BYTES;
  let done = 0;
  for await (const piece of file.read(0)) {
    if (signal?.aborted === true) throw new Refusal('cancelled');
    const taken = piece.subarray(0, sizeBytes - done);
    digest.update(taken);
    done += taken.length;
    progress?.(done);
    if (done === sizeBytes) break;
  }
  if (done < sizeBytes || !equal(digest.soFar(), mark.digest)) throw new Refusal('file-changed');
  return { digest, leaves };
}

/** A list of leaves, one by one. */
export function leavesIn(list: Uint8Array): Uint8Array[] {
  return Array.from({ length: list.length / LEAF_BYTES }, (_, i) => list.slice(i * LEAF_BYTES, (i + 1) * LEAF_BYTES));
}

/** Writes a copy beside the sealing. Where there is no room the sealing goes on without. */
export class CopyWriter {
  readonly #copying: Copying;
  readonly #begun: BegunPart;
  readonly #leaves: Uint8Array[];
  #waiting: Uint8Array[] = [];
  #writtenBytes: number;
  #isWanted = true;
  /** What was written before under the same key. */
  readonly #oldBytes: number;
  #comparedBytes: number;

  constructor(copying: Copying, begun: BegunPart) {
    this.#copying = copying;
    this.#begun = begun;
    this.#leaves = [...begun.leaves];
    this.#writtenBytes = begun.leaves.length * SEALED_CHUNK_BYTES;
    this.#comparedBytes = this.#writtenBytes;
    this.#oldBytes = copying.mark === null ? 0 : copying.copy.sizeBytes;
  }

  /** @throws Refusal `file-changed` with the `chunk` that was another when it was sealed before: the key must not be used again */
  async take({ index, sealed, leaf, isLast }: SealedChunk): Promise<void> {
    await this.#compare(index, sealed);
    if (!this.#isWanted) return;
    this.#waiting.push(sealed);
    this.#leaves.push(leaf);
    if (!isLast && this.#waiting.length < WRITE_CHUNKS) return;
    await this.#orGiveUp(() => this.#write());
    if (!isLast && this.#leaves.length % MARK_CHUNKS === 0) await this.#mark();
  }

  /** @returns whether all of it stands there, durably */
  async end(): Promise<boolean> {
    await this.#orGiveUp(() => this.#copying.copy.flush(this.#writtenBytes));
    return this.#isWanted;
  }

  async #write(): Promise<void> {
    const bytes = concat(...this.#waiting);
    this.#waiting = [];
    await this.#copying.copy.write(bytes, this.#writtenBytes);
    this.#writtenBytes += bytes.length;
  }

  /** Also of what is no longer kept, for it is sent. */
  async #compare(chunk: number, sealed: Uint8Array): Promise<void> {
    const from = this.#comparedBytes;
    if (from >= this.#oldBytes) return;
    this.#comparedBytes += sealed.length;
    const old = await this.#copying.copy.read(from, Math.min(this.#comparedBytes, this.#oldBytes));
    if (!equal(old, sealed.subarray(0, this.#oldBytes - from))) throw new Refusal('file-changed', { chunk });
  }

  async #mark(): Promise<void> {
    // What was written before stays until it was compared.
    await this.#orGiveUp(() => this.#copying.copy.flush(Math.max(this.#writtenBytes, this.#oldBytes)));
    if (this.#isWanted) this.#copying.marked({ digest: this.#begun.digest.soFar(), leaves: concat(...this.#leaves) });
  }

  async #orGiveUp(work: () => Promise<void>): Promise<void> {
    if (!this.#isWanted) return;
    await work().catch(() => {
      this.#isWanted = false;
      this.#waiting = [];
    });
  }
}
