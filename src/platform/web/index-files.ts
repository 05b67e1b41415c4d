/**
 * Files of the sealed index in the browser's private file system, by access handles that only a worker has. One window
 * keeps an index at a time: the others have none and lose nothing by it.
 */
import type { IndexFiles } from '#core/outside.ts';
import { holdAlone } from './one-window.ts';

const FOLDER = 'tram-index';

/** Access handles, which TypeScript's own list of the DOM has for workers only. */
interface AccessHandle {
  getSize(): number;
  read(into: Uint8Array, at: { at: number }): number;
  write(bytes: Uint8Array, at: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
type HandleFolder = FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
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
    await (await navigator.storage.getDirectory()).removeEntry(FOLDER, { recursive: true });
  } catch {
    // None there, or held: without its ring nobody opens it.
  }
}

function filesIn(folder: HandleFolder): IndexFiles {
  return {
    names: async () => {
      const names: string[] = [];
      for await (const one of folder.keys()) names.push(one);
      return names;
    },
    read: async (name) => {
      try {
        await folder.getFileHandle(name);
      } catch {
        return null;
      }
      const access = await accessTo(folder, name);
      try {
        const bytes = new Uint8Array(access.getSize());
        access.read(bytes, { at: 0 });
        return bytes;
      } finally {
        access.close();
      }
    },
    write: async (name, bytes) => {
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
    erase: (name) => folder.removeEntry(name).catch(() => undefined),
  };
}

async function accessTo(folder: FileSystemDirectoryHandle, name: string): Promise<AccessHandle> {
  return ((await folder.getFileHandle(name, { create: true })) as unknown as Accessible).createSyncAccessHandle();
}
