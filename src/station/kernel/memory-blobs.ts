/**
 * Blob files in memory that behave as badly as POSIX allows: bytes are durable after `sync` of the file, names after
 * `syncFolder`, and a crash takes everything else. Code that syncs in the wrong order loses files here as it would in
 * a power cut.
 */
import { assert, Refusal } from '#core/refusals.ts';
import type { BlobDisk, BlobFile } from './disk.ts';

export interface MemoryBlobs extends BlobDisk {
  /** How many bytes all files may hold together. */
  capacityBytes: number;
  crash(keep: (unsyncedBytes: number) => number): void;
  /** What is durable, as a disk of its own. */
  copy(): MemoryBlobs;
}

class Inode {
  bytes = new Uint8Array(0);
  size = 0;
  syncedSize = 0;

  write(bytes: Uint8Array, position: number): void {
    assert(position <= this.size, 'a blob is written without gaps');
    const end = position + bytes.length;
    if (end > this.bytes.length) this.#grow(end);
    this.bytes.set(bytes, position);
    this.size = Math.max(this.size, end);
    this.syncedSize = Math.min(this.syncedSize, position);
  }

  truncate(size: number): void {
    this.size = Math.min(this.size, size);
    this.syncedSize = Math.min(this.syncedSize, size);
  }

  #grow(capacity: number): void {
    const larger = new Uint8Array(Math.max(capacity, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }
}

export function memoryBlobs(durable: Map<string, Inode> = new Map()): MemoryBlobs {
  let names = new Map(durable);
  const disk: MemoryBlobs = {
    capacityBytes: Number.MAX_SAFE_INTEGER,
    async open(path) {
      const inode = names.get(path) ?? new Inode();
      names.set(path, inode);
      return memoryFile(inode, (more) => refuseFull(names, disk.capacityBytes, more));
    },
    size: async (path) => names.get(path)?.size ?? null,
    async read(path, from, to) {
      const inode = names.get(path);
      return inode === undefined ? null : inode.bytes.slice(from, Math.max(from, Math.min(to, inode.size)));
    },
    async rename(from, to) {
      const inode = names.get(from);
      if (inode === undefined) throw Object.assign(new Error(`no file ${from}`), { code: 'ENOENT' });
      names.delete(from);
      names.set(to, inode);
    },
    syncFolder: async (folder) => makeNamesDurable(names, durable, folder),
    remove: async (path) => names.delete(path),
    list: async (folder) => namesIn(names, folder),
    crash(keep) {
      names = new Map(durable);
      for (const inode of names.values()) tear(inode, keep);
    },
    copy: () => memoryBlobs(new Map([...durable].map(([name, inode]) => [name, durableCopy(inode)]))),
  };
  return disk;
}

function memoryFile(inode: Inode, refuseFullFor: (moreBytes: number) => void): BlobFile {
  return {
    size: async () => inode.size,
    async write(bytes, position) {
      refuseFullFor(Math.max(0, position + bytes.length - inode.size));
      inode.write(bytes, position);
    },
    truncate: async (size) => inode.truncate(size),
    async sync() {
      inode.syncedSize = inode.size;
    },
    async close() {},
  };
}

function refuseFull(names: ReadonlyMap<string, Inode>, capacityBytes: number, moreBytes: number): void {
  let used = 0;
  for (const inode of names.values()) used += inode.size;
  if (used + moreBytes > capacityBytes) throw new Refusal('disk-full');
}

function makeNamesDurable(names: Map<string, Inode>, durable: Map<string, Inode>, folder: string): void {
  for (const path of durable.keys()) {
    if (folderOf(path) === folder && !names.has(path)) durable.delete(path);
  }
  for (const [path, inode] of names) if (folderOf(path) === folder) durable.set(path, inode);
}

function tear(inode: Inode, keep: (unsyncedBytes: number) => number): void {
  const unsynced = inode.size - inode.syncedSize;
  const kept = unsynced === 0 ? 0 : Math.max(0, Math.min(unsynced, keep(unsynced)));
  inode.size = inode.syncedSize + kept;
  inode.syncedSize = inode.size;
}

function durableCopy(inode: Inode): Inode {
  const copy = new Inode();
  copy.write(inode.bytes.subarray(0, inode.syncedSize), 0);
  copy.syncedSize = copy.size;
  return copy;
}

function namesIn(names: ReadonlyMap<string, Inode>, folder: string): string[] {
  const inside = [...names.keys()].filter((path) => folderOf(path) === folder);
  return inside.map((path) => path.slice(folder.length + 1)).toSorted();
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
