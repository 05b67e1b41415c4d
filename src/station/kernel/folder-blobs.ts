/** Blob files in a real folder. Everything is relative to the data folder and stays below it. */
import type { FileHandle } from 'node:fs/promises';
import { constants, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { assert, Refusal } from '#core/refusals.ts';
import type { BlobDisk, BlobFile } from './disk.ts';

const CREATE_FOR_WRITING = constants.O_RDWR | constants.O_CREAT;

export function folderBlobs(root: string): BlobDisk {
  const within = (relative: string): string => {
    assert(/^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/.test(relative), 'a blob path is plain and relative');
    return path.join(root, relative);
  };
  return {
    async open(relative) {
      await makeFolder(root, path.dirname(within(relative)));
      return folderFile(await open(within(relative), CREATE_FOR_WRITING, 0o600));
    },
    async size(relative) {
      return absentAsNull(async () => (await stat(within(relative))).size);
    },
    async read(relative, from, to) {
      return absentAsNull(() => readRange(within(relative), from, to));
    },
    async rename(from, to) {
      await makeFolder(root, path.dirname(within(to)));
      await refuseFull(rename(within(from), within(to)));
    },
    syncFolder: (folder) => syncFolder(within(folder)),
    async remove(relative) {
      return (await absentAsNull(() => unlink(within(relative)).then(() => true))) ?? false;
    },
    async list(folder) {
      return ((await absentAsNull(() => readdir(within(folder)))) ?? []).toSorted();
    },
  };
}

function folderFile(handle: FileHandle): BlobFile {
  return {
    size: async () => (await handle.stat()).size,
    async write(bytes, position) {
      // One call may write less than it was given, above all on a disk that is filling up.
      for (let done = 0; done < bytes.length; ) {
        const rest = bytes.subarray(done);
        done += (await refuseFull(handle.write(rest, 0, rest.length, position + done))).bytesWritten;
      }
    },
    truncate: (size) => handle.truncate(size),
    sync: () => refuseFull(handle.sync()),
    close: () => handle.close(),
  };
}

/** Creates a folder and makes its name durable, for a file cannot be safer than the folder that names it. */
async function makeFolder(root: string, folder: string): Promise<void> {
  const first = await refuseFull(mkdir(folder, { recursive: true, mode: 0o700 }));
  if (first === undefined) return;
  for (let at = folder; at !== path.dirname(root); at = path.dirname(at)) await syncFolder(at);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readRange(file: string, from: number, to: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const length = Math.max(0, Math.min(to, (await handle.stat()).size) - from);
    // Only what was read is given out.
    const { buffer } = Buffer.allocUnsafeSlow(length);
    const bytes = new Uint8Array(buffer);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

async function absentAsNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function refuseFull<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new Refusal('disk-full', {}, { cause: error });
    throw error;
  }
}
