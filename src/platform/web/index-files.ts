/**
 * Files of the sealed index in the browser's private file system, by access handles that only a worker has. One window
 * keeps an index at a time: the others have none and lose nothing by it.
 */
import type { IndexFiles } from '#core/outside.ts';
import { holdAlone } from './one-window.ts';

const FOLDER = 'tram-index';
/** A worker that was ended a moment ago may still be letting go of its files. */
const TRIES = 40;
const PAUSE_MS = 100;
/** Files that stay open because their lines are looked at. */
const OPEN_MAX = 64;

/** Access handles, which TypeScript's own list of the DOM has for workers only. */
export interface AccessHandle {
  getSize(): number;
  read(into: Uint8Array, at: { at: number }): number;
  write(bytes: Uint8Array, at: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
export type HandleFolder = FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
interface Accessible {
  createSyncAccessHandle(): Promise<AccessHandle>;
}

/** @returns null where the browser has no such files, or another window holds them */
export async function webIndexFiles(name: string): Promise<IndexFiles | null> {
  try {
    if (!(await holdAlone(`${FOLDER} ${name}`))) return null;
    const all = (await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })) as HandleFolder;
    const folder = (await all.getDirectoryHandle(name, { create: true })) as HandleFolder;
    // A browser has one device: what another left opens for nobody any more.
    for await (const other of all.keys()) if (other !== name) await all.removeEntry(other, { recursive: true }).catch(() => undefined);
    return filesIn(folder);
  } catch {
    return null;
  }
}

/** Erases every index of this browser. What a window that is open still holds goes when that window opens its index anew. */
export async function forgetWebIndex(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    await onceFree(() => root.removeEntry(FOLDER, { recursive: true }));
  } catch {
    // None there, or held: without its ring nobody opens it.
  }
}

function filesIn(folder: HandleFolder): IndexFiles {
  const open = new Map<string, Promise<AccessHandle>>();
  const shut = async (name: string): Promise<void> => {
    const access = open.get(name);
    open.delete(name);
    await access?.then((one) => one.close(), () => undefined);
  };
  const lasting = async (name: string): Promise<AccessHandle> => {
    const access = open.get(name) ?? accessTo(folder, name);
    open.delete(name);
    open.set(name, access);
    if (open.size > OPEN_MAX) await shut(open.keys().next().value!);
    return access;
  };
  return {
    names: async () => {
      const names: string[] = [];
      for await (const one of folder.keys()) names.push(one);
      return names;
    },
    read: async (name) => {
      if (!(await isThere(folder, name))) return null;
      const access = await accessTo(folder, name);
      try {
        return readFrom(access, 0, access.getSize());
      } finally {
        access.close();
      }
    },
    readPart: async (name, from, to) => {
      if (!open.has(name) && !(await isThere(folder, name))) return null;
      const access = await lasting(name);
      return to <= access.getSize() ? readFrom(access, from, to) : null;
    },
    write: async (name, bytes) => {
      await shut(name);
      const access = await accessTo(folder, name);
      try {
        access.truncate(0);
        for (let at = 0; at < bytes.length;) {
          const written = access.write(bytes.subarray(at), { at });
          if (written === 0) throw new Error('no room');
          at += written;
        }
        access.flush();
      } finally {
        access.close();
      }
    },
    erase: async (name) => {
      await shut(name);
      await folder.removeEntry(name).catch(() => undefined);
    },
  };
}

function readFrom(access: AccessHandle, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  access.read(bytes, { at: from });
  return bytes;
}

function isThere(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  return folder.getFileHandle(name).then(() => true, () => false);
}

export async function accessTo(folder: FileSystemDirectoryHandle, name: string): Promise<AccessHandle> {
  const file = (await folder.getFileHandle(name, { create: true })) as unknown as Accessible;
  return onceFree(() => file.createSyncAccessHandle());
}

async function onceFree<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1 || !(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
