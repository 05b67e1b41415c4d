/**
 * A device's sealed keyring as a file: written beside, fsynced, renamed, and the folder fsynced. Commands run at once on one
 * device, and each writes beside under a name of its own: with one name the first took away what the second was writing.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { KeyringStore } from '#core/outside.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Nobody writes a file for so long: whoever began it was killed. */
const LEFT_BEHIND_MS = 3_600_000;

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
  await removeLeftBehind(file);
  const beside = `${file}.new-${randomUUID()}`;
  try {
    const handle = await open(beside, 'wx', OWNER_ONLY);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function removeLeftBehind(file: string): Promise<void> {
  const folder = path.dirname(file);
  const beside = (await readdir(folder)).filter((name) => name.startsWith(`${path.basename(file)}.new`));
  for (const name of beside) {
    const one = path.join(folder, name);
    const known = await stat(one).catch(() => null);
    if (known !== null && Date.now() - known.mtimeMs > LEFT_BEHIND_MS) await rm(one, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
