/** Sealed copies of files that are being sent, in the browser's private file system: a folder for each device. */
import type { OpenCopy, PartCopies } from '#core/outside.ts';
import { accessTo, type HandleFolder } from './index-files.ts';

const FOLDER = 'tram-parts';
/** Of what the browser grants, so that it does not throw away the device itself for want of room. */
const SHARE_MAX = 0.8;

/**
 * The copies of one device. Writing needs a worker; all else may be done in a page.
 * @returns null where the browser has no such files
 */
export async function webPartCopies(device: string): Promise<PartCopies | null> {
  try {
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
    return copiesIn((await all.getDirectoryHandle(device, { create: true })) as HandleFolder);
  } catch {
    return null;
  }
}

/** Erases those of other devices that nobody has added to since; their folders stay, for pages that have them open. @param device whose are kept */
export async function eraseOldCopies(device: string, before: number): Promise<void> {
  const all = (await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })) as HandleFolder;
  for await (const other of all.keys()) {
    if (other === device) continue;
    const folder = (await all.getDirectoryHandle(other)) as HandleFolder;
    for await (const name of folder.keys()) {
      const { lastModified } = await (await folder.getFileHandle(name)).getFile();
      if (lastModified < before) await folder.removeEntry(name).catch(() => undefined);
    }
  }
}

/** Erases every copy of this browser. */
export async function forgetWebCopies(): Promise<void> {
  const root = await navigator.storage.getDirectory().catch(() => null);
  // None there, or held: without its ring nobody sends it.
  await root?.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
}

function copiesIn(folder: HandleFolder): PartCopies {
  return {
    names: async () => {
      const names: string[] = [];
      for await (const one of folder.keys()) names.push(one);
      return names;
    },
    open: async (name) => openCopy(folder, name),
    blob: async (name) => {
      // A fault of the moment says nothing about the copy.
      const file = await folder.getFileHandle(name).catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotFoundError') return null;
        throw error;
      });
      return file === null ? null : file.getFile();
    },
    erase: async (name) => void await folder.removeEntry(name).catch(() => undefined),
    roomBytes: async () => {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return Math.max(0, quota * SHARE_MAX - usage);
    },
  };
}

async function openCopy(folder: HandleFolder, name: string): Promise<OpenCopy> {
  const access = await accessTo(folder, name);
  return {
    get sizeBytes() {
      return access.getSize();
    },
    read: async (from, to) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(to, access.getSize()) - from));
      return bytes.subarray(0, access.read(bytes, { at: from }));
    },
    write: async (bytes, at) => {
      for (let done = 0; done < bytes.length;) {
        const written = access.write(bytes.subarray(done), { at: at + done });
        if (written === 0) throw new Error('no room');
        done += written;
      }
    },
    flush: async (sizeBytes) => {
      access.truncate(sizeBytes);
      access.flush();
    },
    close: async () => access.close(),
  };
}
