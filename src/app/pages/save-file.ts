/** Where a page writes a file that somebody downloads: straight to the disk where the browser allows, else by its own downloads. */
import { MemoryFile } from '#client/parts/memory-file.ts';
import type { FileSink } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

interface Picker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** A browser that cannot write a file piece by piece holds it in memory until it is whole. */
const IN_MEMORY_BYTES_MAX = 512 * 1024 * 1024;
/** Until the browser has surely begun to write what it was given. */
const FORGET_MS = 60_000;

/** Asks where to. @returns null where the person thinks better of it @throws Refusal `file-too-large` */
export async function saveFile(name: string, sizeBytes: number): Promise<FileSink | null> {
  if (!('showSaveFilePicker' in window)) return byDownload(name, sizeBytes);
  try {
    const handle = await (window as unknown as Picker).showSaveFilePicker({ suggestedName: name });
    return ontoDisk(await handle.createWritable(), handle.name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function ontoDisk(file: FileSystemWritableFileStream, name: string): FileSink {
  let isEnded = false;
  return {
    write: (bytes) => file.write(bytes as Uint8Array<ArrayBuffer>),
    commit: async () => {
      await file.close();
      isEnded = true;
      return name;
    },
    abandon: async () => {
      if (!isEnded) await file.abort();
    },
  };
}

function byDownload(name: string, sizeBytes: number): FileSink {
  if (sizeBytes > IN_MEMORY_BYTES_MAX) throw new Refusal('file-too-large', { bytesMax: IN_MEMORY_BYTES_MAX });
  const file = new MemoryFile(sizeBytes);
  return {
    write: (bytes) => file.write(bytes),
    commit: async () => {
      await file.commit();
      const address = URL.createObjectURL(new Blob([file.take()], { type: 'application/octet-stream' }));
      const link = Object.assign(document.createElement('a'), { href: address, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), FORGET_MS);
      return name;
    },
    abandon: () => file.abandon(),
  };
}
