/**
 * Ciphertext files of up to 4 GiB and their tags: written in order to a staging file, sealed under the digest of
 * their content by fsync, rename and fsync of the folders. A sealed name is durable before any row speaks of it.
 */
import { assert, Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { LIMITS } from '#wire/limits.ts';
import type { BlobDisk, BlobFile } from './disk.ts';

/** 65,536 chunks of 64 KiB with a tag of 16 bytes each. */
export const BLOB_BYTES_MAX = LIMITS.partChunks * LIMITS.chunkSealedBytes;

const STAGING = 'staging';
const SEALED = 'blobs';

export interface Blobs {
  /**
   * Opens a staging file, new or left from before. The same id gives the same object until it is closed.
   * @param id 1 to 64 characters of a–z, 0–9 and `-`
   * @param verifiedBytes after a restart: how much the caller has checked; the rest, which a power cut may have torn, is cut off
   */
  stage(id: string, verifiedBytes?: number): Promise<StagedBlob>;
  /** Ids of staging files, sorted. */
  staged(): Promise<string[]>;
  /** @returns bytes `from` up to, not including, `to` (fewer at the end); null where there is no such blob */
  read(name: string, from: number, to: number): Promise<Uint8Array | null>;
  /** Size of a staging file in bytes, or null. */
  stagedSize(id: string): Promise<number | null>;
  /** Bytes of a staging file, to check it after a restart; null where there is none. */
  readStaged(id: string, from: number, to: number): Promise<Uint8Array | null>;
  /** @returns size in bytes, or null */
  size(name: string): Promise<number | null>;
  /** @returns whether there was such a blob; when it resolves, the name is durably gone */
  remove(name: string): Promise<boolean>;
  /** The names of all sealed blobs, in order. */
  names(): AsyncIterable<string>;
}

export interface StagedBlob {
  /** Bytes appended so far. */
  readonly size: number;
  /**
   * @throws Refusal `offset-differs` (detail `expected`) unless `offset` is the size; `file-too-large`; `disk-full`,
   *   after which the size is what it was
   */
  append(bytes: Uint8Array, offset: number): Promise<void>;
  /** Returns when what was appended survives a power cut. */
  sync(): Promise<void>;
  /** Makes this the blob of that digest (64 hex digits), durably; the caller has checked that it is. Ends the object. */
  seal(name: string): Promise<void>;
  /** Removes the staging file. Ends the object. */
  abandon(): Promise<void>;
  /** Keeps the staging file for later. Ends the object. */
  close(): Promise<void>;
}

export function openBlobs(disk: BlobDisk): Blobs {
  const open = new Map<string, Promise<OpenBlob>>();
  return {
    async stage(id, verifiedBytes) {
      assert(/^[a-z0-9-]{1,64}$/.test(id), 'a staging id is short and plain');
      const opened = open.get(id) ?? OpenBlob.open(disk, id, verifiedBytes, () => open.delete(id));
      open.set(id, opened);
      opened.catch(() => open.delete(id));
      return opened;
    },
    staged: () => disk.list(STAGING),
    read: (name, from, to) => disk.read(sealedPath(name), from, to),
    stagedSize: (id) => disk.size(`${STAGING}/${id}`),
    readStaged: (id, from, to) => disk.read(`${STAGING}/${id}`, from, to),
    size: (name) => disk.size(sealedPath(name)),
    async remove(name) {
      const was = await disk.remove(sealedPath(name));
      if (was) await disk.syncFolder(folderOf(name));
      return was;
    },
    names: () => listNames(disk),
  };
}

class OpenBlob implements StagedBlob {
  readonly #disk: BlobDisk;
  readonly #id: string;
  readonly #file: BlobFile;
  readonly #onEnd: () => void;
  #size: number;
  #ended = false;
  /** Operations follow one another. */
  readonly #turns = new Turns();

  static async open(
    disk: BlobDisk,
    id: string,
    verifiedBytes: number | undefined,
    onEnd: () => void,
  ): Promise<OpenBlob> {
    const file = await disk.open(`${STAGING}/${id}`);
    const size = Math.min(await file.size(), verifiedBytes ?? Number.MAX_SAFE_INTEGER);
    await file.truncate(size);
    // Only once its name is durable does a sync of its bytes mean that they can be found again.
    await disk.syncFolder(STAGING);
    return new OpenBlob(disk, id, file, size, onEnd);
  }

  private constructor(disk: BlobDisk, id: string, file: BlobFile, size: number, onEnd: () => void) {
    this.#disk = disk;
    this.#id = id;
    this.#file = file;
    this.#size = size;
    this.#onEnd = onEnd;
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array, offset: number): Promise<void> {
    return this.#next(async () => {
      if (offset !== this.#size) throw new Refusal('offset-differs', { expected: this.#size });
      if (offset + bytes.length > BLOB_BYTES_MAX) throw new Refusal('file-too-large', { maximum: BLOB_BYTES_MAX });
      try {
        await this.#file.write(bytes, offset);
      } catch (error) {
        await this.#file.truncate(offset);
        throw error;
      }
      this.#size += bytes.length;
    });
  }

  sync(): Promise<void> {
    return this.#next(() => this.#file.sync());
  }

  seal(name: string): Promise<void> {
    const path = sealedPath(name);
    return this.#next(async () => {
      await this.#file.sync();
      await this.#end();
      await this.#disk.rename(`${STAGING}/${this.#id}`, path);
      await this.#disk.syncFolder(folderOf(name));
      await this.#disk.syncFolder(STAGING);
    });
  }

  abandon(): Promise<void> {
    return this.#next(async () => {
      await this.#end();
      await this.#disk.remove(`${STAGING}/${this.#id}`);
      await this.#disk.syncFolder(STAGING);
    });
  }

  close(): Promise<void> {
    return this.#next(() => this.#end());
  }

  async #end(): Promise<void> {
    this.#ended = true;
    this.#onEnd();
    await this.#file.close();
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.next(() => {
      assert(!this.#ended, 'a staged blob is not used after its end');
      return work();
    });
  }
}

async function* listNames(disk: BlobDisk): AsyncGenerator<string> {
  for (let byte = 0; byte < 256; byte++) {
    yield* await disk.list(`${SEALED}/${byte.toString(16).padStart(2, '0')}`);
  }
}

/** Fanned out by the first byte, so that no folder has more than a few thousand names. */
function folderOf(name: string): string {
  return `${SEALED}/${name.slice(0, 2)}`;
}

/** Where a sealed blob stands, below the data folder. */
export function sealedPath(name: string): string {
  assert(/^[0-9a-f]{64}$/.test(name), 'a blob is named by 64 hex digits');
  return `${folderOf(name)}/${name}`;
}
