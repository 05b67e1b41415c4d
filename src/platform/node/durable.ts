/**
 * Small files that stand whole or not at all, after a power cut too: written beside, fsynced, renamed, and the folder fsynced,
 * without which the name may be the old one again.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DurableFiles } from '#core/outside.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Of a folder that cannot be synced, on a stick with FAT for instance, or not be read: a rename is then as safe as it gets. */
const NOT_SYNCED: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM'];

export const nodeDurable: DurableFiles = {
  write(file, content) {
    makeFolder(path.dirname(file));
    writeDurably(file, content);
  },
  move: moveDurably,
  syncFolder,
};

/** For its owner alone, in a folder that is there. @param beside under which name it is written; another for each where several write at once */
export function writeDurably(file: string, content: string | Uint8Array, beside = `${file}.new`): void {
  try {
    const handle = openSync(beside, 'w', OWNER_ONLY);
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file));
}

/** Within one file system. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  const folders = new Set([to, from].map((one) => path.dirname(one)));
  for (const folder of folders) syncFolder(folder);
}

/** With the folders above it that lack, each for its owner alone. */
export function makeFolder(folder: string): void {
  const whole = path.resolve(folder);
  const first = mkdirSync(whole, { recursive: true, mode: OWNER_ONLY_FOLDER });
  if (first === undefined) return;
  for (let made = whole; made.length >= first.length; made = path.dirname(made)) syncFolder(path.dirname(made));
}

/** Names in it, as they are now. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!NOT_SYNCED.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}
