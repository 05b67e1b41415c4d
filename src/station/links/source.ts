/**
 * Reads the wanted pieces of an item, one data frame at a time. Chunks are read ahead in runs, so that a disk is asked
 * once a mebibyte; between two frames anything more urgent may go first.
 */
import { hex } from '#core/bytes.ts';
import { assert, Refusal } from '#core/refusals.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf, WantedPiece } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Blobs } from '#station/kernel/blobs.ts';

export const RUN_CHUNKS = 16;
export const RUN_BYTES = RUN_CHUNKS * LIMITS.chunkSealedBytes;

export type Block = Pick<FrameOf<'data'>, 'piece' | 'part' | 'offset' | 'bytes'>;

/** What is still to be sent of one piece. */
export class PieceSource {
  readonly #wanted: WantedPiece;
  readonly #size: number;
  readonly #read: (from: number) => Promise<Uint8Array>;
  #offset: number;
  #run: Uint8Array = new Uint8Array(0);
  #runStart = 0;

  private constructor(wanted: WantedPiece, size: number, read: (from: number) => Promise<Uint8Array>) {
    this.#wanted = wanted;
    this.#size = size;
    this.#read = read;
    this.#offset = wanted.from;
  }

  /** A piece that is had whole, a head or a list of leaves: once its turn has come, for many may be wanted that nobody lets us send. */
  static ofBytes(wanted: WantedPiece, size: number, load: () => Promise<Uint8Array>): PieceSource {
    return new PieceSource(wanted, size, async (from) => (await load()).subarray(from));
  }

  static ofChunks(wanted: WantedPiece, blobs: Blobs, part: HeaderPart): PieceSource {
    return new PieceSource(wanted, part.size, (from) => sealedRun(blobs, hex(part.root), from, part.size));
  }

  get isHead(): boolean {
    return this.#wanted.piece === 'head';
  }

  get isDone(): boolean {
    return this.#offset >= this.#size;
  }

  /** @param most bytes; a chunk that is larger goes in several blocks, none of which reaches into the next chunk. Null: whole chunks */
  async next(most: number | null): Promise<Block> {
    assert(!this.isDone, 'a piece that was sent whole has no next block');
    if (this.#offset >= this.#runStart + this.#run.length) {
      this.#run = await this.#read(this.#offset);
      this.#runStart = this.#offset;
    }
    const at = this.#offset - this.#runStart;
    const leftOfChunk = LIMITS.chunkSealedBytes - (this.#offset % LIMITS.chunkSealedBytes);
    // A small rest goes along: it would be a frame of its own.
    const isRest = most === null || leftOfChunk <= 1.5 * most;
    const bytes = this.#run.subarray(at, at + (isRest ? leftOfChunk : most));
    const block = { piece: this.#wanted.piece, part: this.#wanted.part, offset: this.#offset, bytes };
    this.#offset += bytes.length;
    return block;
  }
}

/** @throws Refusal `part-incomplete` */
export async function sealedRun(blobs: Blobs, name: string, from: number, size: number): Promise<Uint8Array> {
  const end = Math.min(size, from + RUN_BYTES);
  const run = await blobs.read(name, from, end);
  if (run === null || run.length !== end - from) throw new Refusal('part-incomplete', { part: name });
  return run;
}
