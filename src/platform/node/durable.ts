/**
 * Small files that stand whole or not at all, after a power cut too: written beside, fsynced, renamed, and the folder fsynced,
 * without which the name may be the old one again.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOUR_MS } from '#core/clock.ts';
import type { DurableFiles } from '#core/outside.ts';
import { removeLeftBehind } from './left-behind.ts';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** Of a folder that cannot be synced, on a stick with FAT for instance, or not be read: a rename is then as safe as it gets. */
const NOT_SYNCED: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM'];
const PASSING = /\.new-\d+-[0-9a-f]{16}$/;

export const nodeDurable: DurableFiles = {
  write(file, content) {
    makeFolder(path.dirname(file));
    writeDurably(file, content);
  },
  beside,
  isPassing: (name) => passingFor(name) !== null,
  move: moveDurably,
  syncFolder,
};

/** For its owner alone, in a folder that is there. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const passing = beside(file);
  // What is there already under that name, a link or what somebody else holds open, is not written into.
  const handle = openSync(passing, 'wx', OWNER_ONLY);
  try {
    try {
      writeFileSync(handle, content);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(passing, file);
  } catch (error) {
    rmSync(passing, { force: true });
    throw error;
  }
  syncFolder(path.dirname(file));
}

/** As `passingName`; what killed commands left of the same file is taken away after an hour. */
export function beside(file: string): string {
  // On a disk that machines or containers share, whoever writes may not be seen here, or have the number of this process.
  dropBegun(file, HOUR_MS);
  return passingName(file);
}

/** Takes away what killed commands left of a file. @param afterMs 0 for whoever holds the folder alone */
export function dropBegun(file: string, afterMs = 0): void {
  try {
    removeLeftBehind(path.dirname(file), `${path.basename(file)}.new`, (found) => found.isFile() && (afterMs === 0 || Date.now() - found.mtimeMs > afterMs));
  } catch {
    // What may not be looked through or taken away is in nobody's way.
  }
}

/** Where a file is written until it is whole, to be opened with `wx`: others may write the folder, so nobody knows it before. */
export function passingName(file: string): string {
  return `${file}.new-${process.pid}-${randomBytes(8).toString('hex')}`;
}

/** What was to be written under a name that passes; null where it is none. */
export function passingFor(name: string): string | null {
  return PASSING.test(name) ? name.replace(PASSING, '') : null;
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
