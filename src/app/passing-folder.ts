/** Folders for what is not to be kept: a practice province, a station that is unsealed to be looked at, one that is being made. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { isAlive, removeLeftBehind } from '#platform/node/left-behind.ts';

/**
 * Makes a new folder, and removes those of the same name whose process was killed.
 * @param name what it is for: `tram-verify` @param user whose they must be
 */
export function passingFolder(parent: string, name: string, user = process.getuid?.()): string {
  removeLeftFolders(parent, name, user);
  return mkdtempSync(path.join(parent, `${name}-${process.pid}-`));
}

/** Removes the folders of a name whose process was killed. */
export function removeLeftFolders(parent: string, name: string, user = process.getuid?.()): void {
  removeLeftBehind(parent, name, (found, pid) => found.isDirectory() && !isAlive(pid), user);
}
