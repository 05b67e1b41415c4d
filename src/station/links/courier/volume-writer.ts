/**
 * Frames into segments, segments into volumes that lie in the data folder. Nothing is signed here: what was written is
 * handed back as lengths and digests. Source: docs/protocol/bundles.md §A volume.
 */
import { concat, uint32be } from '#core/bytes.ts';
import type { Hash } from '#core/crypto.ts';
import { assert, Refusal } from '#core/refusals.ts';
import { type Segment, SEGMENT_BYTES, VOLUMES_MAX } from '#wire/bundle.ts';
import type { Blobs, StagedBlob } from '#station/kernel/blobs.ts';

/** Before the segments: hello, two signatures, the statement without its segments; and what the last frame of a volume needs. */
const APART_BYTES = 128 * 1024;
/** Of one segment in the statement. */
const SEGMENT_ROW_BYTES = 48;

interface WrittenVolume {
  readonly segments: readonly Segment[];
  readonly bytes: number;
}

interface VolumeWriterDeps {
  readonly blobs: Blobs;
  readonly hash: Hash;
  /** @throws Refusal `disk-full` */
  readonly demandRoom: (bytes: number) => void;
}

/** The name under which a volume lies among the staging files. */
export function stagedName(bundleInHex: string, volume: number): string {
  return `bundle-${bundleInHex}-${volume}`;
}

export class VolumeWriter {
  readonly #deps: VolumeWriterDeps;
  readonly #bundle: string;
  readonly #capacity: number;
  readonly #done: WrittenVolume[] = [];
  #file: StagedBlob | null = null;
  #segments: Segment[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #volumeBytes = 0;

  /** @param volumeBytes of a file, with what stands before its segments */
  constructor(deps: VolumeWriterDeps, bundleInHex: string, volumeBytes: number) {
    this.#deps = deps;
    this.#bundle = bundleInHex;
    this.#capacity = volumeBytes - APART_BYTES - SEGMENT_ROW_BYTES * Math.ceil(volumeBytes / SEGMENT_BYTES);
  }

  /** The number of the volume that is being written. */
  get volume(): number {
    return this.#done.length + 1;
  }

  /** Bytes of frames that an empty volume takes. */
  get capacity(): number {
    return this.#capacity;
  }

  get isEmpty(): boolean {
    return this.#volumeBytes === 0;
  }

  fits(bytes: number): boolean {
    return this.#volumeBytes + bytes <= this.#capacity;
  }

  /** Adds one frame, given in pieces; they are not changed afterwards. */
  async put(...pieces: readonly Uint8Array[]): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#pending.push(uint32be(length), ...pieces);
    this.#pendingBytes += length + 4;
    this.#volumeBytes += length + 4;
    if (this.#pendingBytes >= SEGMENT_BYTES) await this.#flush();
  }

  /** Ends the volume, durably. @throws Refusal `file-too-large` where one more would be too many */
  async next(): Promise<void> {
    await this.#close();
    if (this.#done.length >= VOLUMES_MAX) throw new Refusal('file-too-large', { maximum: VOLUMES_MAX });
  }

  async finish(): Promise<readonly WrittenVolume[]> {
    await this.#close();
    return this.#done;
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#file?.abandon();
    this.#file = null;
    for (let volume = 1; volume <= this.#done.length; volume++) await (await this.#deps.blobs.stage(stagedName(this.#bundle, volume), 0)).abandon();
  }

  async #flush(): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const bytes = concat(...this.#pending);
    this.#deps.demandRoom(bytes.length);
    this.#file ??= await this.#deps.blobs.stage(stagedName(this.#bundle, this.volume), 0);
    await this.#file.append(bytes, this.#file.size);
    this.#segments.push({ length: bytes.length, digest: this.#deps.hash.sha256(bytes) });
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  async #close(): Promise<void> {
    await this.#flush();
    assert(this.#file !== null, 'a volume has at least one frame');
    await this.#file.sync();
    await this.#file.close();
    this.#done.push({ segments: this.#segments, bytes: this.#volumeBytes });
    [this.#file, this.#segments, this.#volumeBytes] = [null, [], 0];
  }
}
