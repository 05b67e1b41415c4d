/** A device's sealed keyring as a file: written beside, fsynced, renamed, and the folder fsynced. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { KeyringStore } from '#core/outside.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** @param file where the keyring stands; its folder is made when first written */
export function keyringFileStore(file: string): KeyringStore {
  return {
    read: () => readIfThere(file),
    write: (bytes) => writeWhole(file, bytes),
  };
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    const bytes = await readFile(file);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
