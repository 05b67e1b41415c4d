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
import type { Hash } from '#core/crypto.ts';
import { UNITS } from './budget.ts';
import { chunkSizeAt, LEAF_BYTES, leafAt } from './extent.ts';
import type { Traffic } from './traffic.ts';

const RUN_CHUNKS = 16;
const RUN_BYTES = RUN_CHUNKS * LIMITS.chunkSealedBytes;

export type Block = Pick<FrameOf<'data'>, 'piece' | 'part' | 'offset' | 'bytes'>;

/** Whose the parts are. */
type Owner = Pick<Traffic, 'leaves' | 'keepLeaves'>;

/** The leaf lists of parts that are to be sent. Mostly their owner has them; where not, a part is read and hashed for its list once. */
export class LeafLists {
  readonly #blobs: Blobs;
  readonly #hash: Hash;
  /** By root: what is being worked out. */
  readonly #underWay = new Map<string, Promise<Uint8Array>>();

  constructor(blobs: Blobs, hash: Hash) {
    this.#blobs = blobs;
    this.#hash = hash;
  }

  /** @param afford what reading and hashing costs, a run at a time; it ends that by a refusal, for others who wait for the same not */
  async of(part: HeaderPart, owner: Owner, afford: (units: number) => Promise<unknown>): Promise<Uint8Array> {
    const name = hex(part.root);
    const kept = await owner.leaves(part);
    if (kept?.length === part.chunks * LEAF_BYTES) return kept;
    const others = this.#underWay.get(name);
    if (others !== undefined) return (await others.catch(() => null)) ?? this.of(part, owner, afford);
    const own = this.#compute(name, part, owner, afford).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, own);
    return own;
  }

  async #compute(name: string, part: HeaderPart, owner: Owner, afford: (units: number) => Promise<unknown>): Promise<Uint8Array> {
    const leaves = new Uint8Array(part.chunks * LEAF_BYTES);
    for (let start = 0; start < part.size; start += RUN_BYTES) {
      await afford(UNITS.chunk * RUN_CHUNKS);
      const run = await readRun(this.#blobs, name, start, part.size);
      for (let at = 0; at < run.length; at += LIMITS.chunkSealedBytes) {
        const index = (start + at) / LIMITS.chunkSealedBytes;
        const chunk = run.subarray(at, at + chunkSizeAt(part, start + at));
        leaves.set(leafAt(this.#hash, index, chunk), index * LEAF_BYTES);
      }
    }
    await owner.keepLeaves(part, leaves);
    return leaves;
  }
}

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
    return new PieceSource(wanted, part.size, (from) => readRun(blobs, hex(part.root), from, part.size));
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

async function readRun(blobs: Blobs, name: string, from: number, size: number): Promise<Uint8Array> {
  const end = Math.min(size, from + RUN_BYTES);
  const run = await blobs.read(name, from, end);
  if (run === null || run.length !== end - from) throw new Refusal('part-incomplete', { part: name });
  return run;
}
