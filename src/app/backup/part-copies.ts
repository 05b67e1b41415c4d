/**
 * The sealed parts that a backup names, copied before its rows are read. A station at work drops what nobody sends, so what a
 * snapshot names may be gone when its turn to be copied comes: then another snapshot is taken, which names it no more. What
 * was copied is kept meanwhile, so that each further look has but the newest parts left, and a moment for one to be lost in.
 */
import { assert, Refusal } from '#core/refusals.ts';
import { sealedPath } from '#station/kernel/blobs.ts';
import type { BlobDisk } from '#station/kernel/disk.ts';
import type { Snapshot } from './snapshot.ts';

/** A blob's object: an interrupted backup of a large file goes on at the next. */
const SEGMENT_BYTES = 64 * 1_048_576;
const READ_BYTES = 1_048_576;
/** Each takes a part that was finished and dropped within the moment of the copy before it. */
const SNAPSHOTS_MAX = 16;

export interface CopyDeps {
  readonly blobs: BlobDisk;
  readonly stop: AbortSignal;
  /** Called before parts are copied, with what is held by then. */
  readonly progress: (blobs: number) => void;
  /** Keeps one segment of a part where it is not kept yet. */
  readonly put: (root: string, segment: number, size: number, plain: () => AsyncIterable<Uint8Array>) => Promise<void>;
}

/** What a snapshot named was dropped while it was copied. */
class PartGone extends Error {}

export class PartCopies {
  readonly #deps: CopyDeps;
  readonly #sizes = new Map<string, number>();

  constructor(deps: CopyDeps) {
    this.#deps = deps;
  }

  /**
   * A snapshot of which every part is held. The first look does not stay open, for its copies may take hours.
   * @throws Refusal `backup-damaged` where a part is missing that two snapshots name; `cancelled`, `disk-full`
   */
  async wholeSnapshot(open: () => Promise<Snapshot>): Promise<Snapshot> {
    let gone = await this.#copyAhead(await open());
    for (let taken = 1; taken <= SNAPSHOTS_MAX; taken++) {
      const snapshot = await open();
      try {
        gone = await this.#copyAll(await this.#lacking(snapshot), gone);
      } catch (error) {
        await snapshot.close();
        throw error;
      }
      if (gone.length === 0) return snapshot;
      await snapshot.close();
    }
    throw missing(gone[0]!);
  }

  /** Bytes of a part that is held. */
  sizeOf(root: string): number {
    const size = this.#sizes.get(root);
    assert(size !== undefined, 'every part that the snapshot names is held');
    return size;
  }

  async #copyAhead(snapshot: Snapshot): Promise<string[]> {
    let lacking: string[];
    try {
      lacking = await this.#lacking(snapshot);
    } finally {
      await snapshot.close();
    }
    return this.#copyAll(lacking, []);
  }

  async #lacking(snapshot: Snapshot): Promise<string[]> {
    const table = snapshot.tables.find(({ name }) => name === 'part');
    const roots: string[] = [];
    if (table === undefined) return roots;
    for await (const row of snapshot.rows(table)) {
      if (row['complete'] === 1 && !this.#sizes.has(row['root'] as string)) roots.push(row['root'] as string);
    }
    return roots;
  }

  /** @returns which are gone. One that was already, before the snapshot that names it, is not dropped but missing. */
  async #copyAll(roots: readonly string[], gone: readonly string[]): Promise<string[]> {
    const dropped: string[] = [];
    for (const root of roots) {
      this.#deps.progress(this.#sizes.size);
      if (this.#deps.stop.aborted) throw new Refusal('cancelled');
      if (await this.#copy(root)) continue;
      if (gone.includes(root)) throw missing(root);
      dropped.push(root);
    }
    return dropped;
  }

  async #copy(root: string): Promise<boolean> {
    const size = await this.#deps.blobs.size(sealedPath(root));
    if (size === null) return false;
    try {
      for (let segment = 0; segment < segmentsOf(size); segment++) await this.#segment(root, segment, size);
    } catch (error) {
      if (error instanceof PartGone) return false;
      throw error;
    }
    this.#sizes.set(root, size);
    return true;
  }

  #segment(root: string, segment: number, size: number): Promise<void> {
    const { blobs, stop, put } = this.#deps;
    const [from, to] = [segment * SEGMENT_BYTES, Math.min(size, (segment + 1) * SEGMENT_BYTES)];
    return put(root, segment, to - from, async function* pieces() {
      for (let at = from; at < to; at += READ_BYTES) {
        if (stop.aborted) throw new Refusal('cancelled');
        const bytes = await blobs.read(sealedPath(root), at, Math.min(to, at + READ_BYTES));
        if (bytes === null) throw new PartGone();
        yield bytes;
      }
    });
  }
}

export function segmentsOf(size: number): number {
  return Math.max(1, Math.ceil(size / SEGMENT_BYTES));
}

function missing(root: string): Refusal {
  return new Refusal('backup-damaged', { object: root.slice(0, 16), reason: 'blob-missing' });
}
