/**
 * One part on its way in: the list of leaves is checked against the root (leaf-reception.ts), each chunk against its leaf, and
 * only what was checked is written. Resumes at the first chunk that is not held. Source: docs/protocol/parts.md; frames.md §Resume.
 */
import { equal, hex } from '#core/bytes.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf, WantedPiece } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import type { StagedBlob } from '#station/kernel/blobs.ts';
import { UNITS } from './budget.ts';
import { bytesBeyond, ChunkAssembly } from './chunk-assembly.ts';
import { chunkSizeAt, leafAt } from './extent.ts';
import { LateData } from './late-data.ts';
import { begunName, type Bringer, type DataOutcome, LeafReception } from './leaf-reception.ts';
import type { LinksRoom } from './talk.ts';

/** Written data is made durable at least this often, so that a crash costs no more. */
const SYNC_BYTES = 8 * 1024 * 1024;
/** Checked and not yet written: beyond it the carrier waits. */
const UNWRITTEN_BYTES_MAX = 16 * 1024 * 1024;

/** Chunks of what was staged before that are paid for at a time. */
const LOOKED_AT_ONCE = 16;

export class PartReception {
  readonly name: string;
  readonly #room: Pick<LinksRoom, 'provider' | 'blobs' | 'checked' | 'begun' | 'staging'>;
  readonly #afford: Bringer['afford'];
  readonly #peer: string;
  readonly #index: number;
  readonly #part: HeaderPart;
  /** Whether chunks may come in pieces, and be gone on with in the middle. */
  readonly #inPieces: boolean;
  readonly #assembly = new ChunkAssembly();
  #staged: StagedBlob;
  readonly #leaves: LeafReception;
  readonly #list: LeafReception['list'];
  /** Bytes checked and handed to the disk. */
  #offset: number;
  #unsynced = 0;
  #unwritten = 0;
  /** Since the first chunk of this connection, all of it is checked. */
  #handedOver = false;
  readonly #done = Promise.withResolvers<void>();
  #ended = false;
  #stopped = Promise.resolve();
  #rechecking: Promise<void> | null = null;

  /** @param index which part of the item it is */
  static async open(bringer: Bringer, index: number, part: HeaderPart): Promise<PartReception> {
    const staged = await bringer.talk.room.blobs.stage(hex(part.root));
    return new PartReception(bringer, index, part, staged);
  }

  private constructor(bringer: Bringer, index: number, part: HeaderPart, staged: StagedBlob) {
    const { talk: { room, peer, isCounted }, afford } = bringer;
    this.#room = room;
    this.#afford = afford;
    this.#peer = peer;
    this.#index = index;
    this.#part = part;
    this.name = hex(part.root);
    this.#staged = staged;
    this.#offset = staged.size;
    this.#inPieces = isCounted;
    this.#leaves = new LeafReception(bringer, part);
    this.#list = this.#leaves.list;
    this.#done.promise.catch(() => {});
  }

  /** Resolves when the part is a sealed blob; rejects when the disk refuses or the connection ends. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  get isComplete(): boolean {
    return this.#ended;
  }

  /** Null while it is not checked, and of one chunk. */
  get leaves(): Uint8Array | null {
    return this.#part.chunks > 1 && this.#list.isChecked ? this.#list.bytes : null;
  }

  /** What the sender must still send; the chunks only when it is known which of those held are right. */
  wanted(): WantedPiece[] {
    const part = this.#index;
    if (this.#ended) return [];
    this.#takeUp();
    const chunks: WantedPiece = { piece: 'chunks', part, from: this.#offset + this.#assembly.filled };
    if (this.#list.isChecked) return this.#offset < this.#part.size ? [chunks] : [];
    const leaves: WantedPiece = { piece: 'leaves', part, from: this.#list.filled };
    return this.#isSure() ? [leaves, chunks] : [leaves];
  }

  /** As `wanted`, where nothing is. */
  get nothing(): WantedPiece {
    return { piece: 'leaves', part: this.#index, from: this.#list.size };
  }

  /** @returns null where the answer needs no waiting */
  data(frame: FrameOf<'data'>): { outcome: DataOutcome; written: Promise<void> | null } {
    if (frame.piece === 'leaves') return { outcome: this.#ended ? 'passed-over' : this.#leaves.data(frame), written: null };
    const isAwaited = this.#list.isChecked && this.#isSure() && !this.#ended;
    const filled = this.#offset + this.#assembly.filled;
    const next = isAwaited ? bytesBeyond(frame, filled) : null;
    if (next === null) return { outcome: !this.#ended && (!isAwaited || frame.offset > filled) ? 'torn' : 'passed-over', written: null };
    const chunk = this.#assembly.add(next, chunkSizeAt(this.#part, this.#offset));
    if (chunk === null) return { outcome: 'taken', written: null };
    const index = this.#offset / LIMITS.chunkSealedBytes;
    if (chunk === 'too-much' || !this.#isLeaf(index, chunk)) {
      this.#assembly.clear();
      return { outcome: 'forged', written: null };
    }
    const written = this.#append(chunk);
    return { outcome: 'taken', written: this.#unwritten > UNWRITTEN_BYTES_MAX ? written : null };
  }

  /**
   * Checks what was staged before a crash, chunk by chunk, once the leaves are known; cuts off the rest.
   * A part that is complete already is sealed.
   */
  async resume(): Promise<void> {
    if (!this.#isSure()) await this.#recheckOnce();
    if (!this.#ended && this.#isWholeAlready) await this.#seal();
  }

  #recheckOnce(): Promise<void> {
    this.#rechecking ??= this.#recheck().finally(() => {
      this.#rechecking = null;
    });
    return this.#rechecking;
  }

  /** Whether the leaves are known, but not yet how much of what is staged is right. */
  get mustResume(): boolean {
    return this.#list.isChecked && !this.#ended && (!this.#isSure() || this.#isWholeAlready);
  }

  /** An earlier connection brought all of it. What this one brings is sealed behind its last chunk. */
  get #isWholeAlready(): boolean {
    return !this.#handedOver && this.#offset === this.#part.size;
  }

  /** Lets go without losing what was checked. Resolves when nothing of it is read or written any more. */
  stop(reason: unknown): Promise<void> {
    if (this.#ended) return this.#stopped;
    this.#ended = true;
    this.#done.reject(reason);
    this.#stopped = this.#letGo();
    return this.#stopped;
  }

  /** For what was under way when it was stopped; null where that would be of no use. */
  get late(): LateData | null {
    const mayGoOn = this.#inPieces && this.#list.isChecked && this.#isSure() && this.#offset < this.#part.size;
    return mayGoOn ? new LateData(this.#room.begun, this.#peer, this.#begunName, { offset: this.#offset, size: chunkSizeAt(this.#part, this.#offset) }) : null;
  }

  async #letGo(): Promise<void> {
    this.#keepBegun();
    await this.#rechecking?.catch(() => {});
    this.#room.staging.left(this.name, this.#offset);
    // Who carried it goes away with the only copy that is at hand.
    if (!this.#inPieces && this.#unsynced > 0) await this.#staged.sync().catch(() => {});
    await this.#staged.close().catch(() => {});
  }

  /** For this neighbour's next connection, or its next turn on this one. */
  #keepBegun(): void {
    const chunk = this.#assembly.left(this.#offset);
    if (chunk !== null) this.#room.begun.keep(this.#peer, this.#begunName, chunk);
    this.#leaves.leave();
  }

  get #begunName(): string {
    return begunName(this.#peer, this.name);
  }

  /** What an earlier connection of this neighbour brought of the next chunk; once, for it may be wrong. */
  #takeUp(): void {
    const begun = this.#inPieces && this.#isSure() ? this.#room.begun.take(this.#begunName) : undefined;
    if (begun?.offset === this.#offset && this.#assembly.filled === 0) this.#assembly.add(begun.bytes, chunkSizeAt(this.#part, this.#offset));
  }

  /** Whether all that is staged was checked by this process. */
  #isSure(): boolean {
    return this.#offset === 0 || this.#handedOver || this.#checkedBefore === this.#offset;
  }

  /** How much of what is staged this process has checked, from its beginning. */
  get #checkedBefore(): number {
    return Math.min(this.#room.checked.get(this.name) ?? 0, this.#offset);
  }

  /** Before its list is wanted. */
  async affordLeaves(): Promise<void> {
    if (!this.#ended) await this.#leaves.afford();
  }

  #isLeaf(index: number, chunk: Uint8Array): boolean {
    return equal(leafAt(this.#room.provider.hash, index, chunk), this.#list.leaf(index));
  }

  async #append(chunk: Uint8Array): Promise<void> {
    const at = this.#offset;
    this.#handedOver = true;
    this.#offset += chunk.length;
    this.#unwritten += chunk.length;
    this.#unsynced += chunk.length;
    const isLast = this.#offset === this.#part.size;
    try {
      const appended = this.#staged.append(chunk, at);
      if (!isLast && this.#unsynced >= SYNC_BYTES) this.#sync();
      await appended;
      this.#room.checked.keep(this.#peer, this.name, at + chunk.length);
      // A disk may refuse the last chunk too: only behind it there is a whole part.
      if (isLast && !this.#ended) await this.#seal();
    } catch (error) {
      await this.stop(error);
    } finally {
      this.#unwritten -= chunk.length;
    }
  }

  #sync(): void {
    this.#unsynced = 0;
    this.#staged.sync().catch((error: unknown) => this.stop(error));
  }

  /** Sealing syncs first: the part is durable before anybody accepts the item. */
  async #seal(): Promise<void> {
    try {
      await this.#staged.seal(this.name);
      this.#ended = true;
      this.#room.staging.left(this.name, 0);
      // The item may have another turn before it is taken, in which nothing of this part is to be done.
      this.#leaves.keep();
      this.#done.resolve();
    } catch (error) {
      await this.stop(error);
    }
  }

  /** Goes on where it was left: who has its turn next looks at none of it again. */
  async #recheck(): Promise<void> {
    const held = this.#offset;
    let right = this.#checkedBefore;
    try {
      for (let paid = right; right < held; ) {
        if (right >= paid) paid += await this.#affordLook();
        if (this.#ended) return;
        const end = right + chunkSizeAt(this.#part, right);
        const chunk = end <= held ? await this.#room.blobs.readStaged(this.name, right, end) : null;
        // Who goes on with it checks it anew: what was not looked at yet may be right.
        if (this.#ended) return;
        if (chunk === null || !this.#isLeaf(right / LIMITS.chunkSealedBytes, chunk)) break;
        right = end;
      }
    } finally {
      this.#room.checked.keep(this.#peer, this.name, right);
    }
    if (right < held) {
      await this.#staged.close();
      this.#staged = await this.#room.blobs.stage(this.name, right);
    }
    this.#offset = right;
  }

  /** @returns how many bytes may be looked through for it */
  async #affordLook(): Promise<number> {
    await this.#afford(UNITS.chunk * LOOKED_AT_ONCE);
    return LOOKED_AT_ONCE * LIMITS.chunkSealedBytes;
  }
}
