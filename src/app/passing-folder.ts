/** Folders for what is not to be kept: a practice province, a station that is unsealed to be looked at, one that is being made. */
import { lstatSync, mkdtempSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isAlive, removeLeftBehind } from '#platform/node/left-behind.ts';

/**
 * Makes a new folder, and removes those of the same name whose process was killed.
 * @param name what it is for: `tram-verify` @param quietMs as of removeLeftFolders @param user whose they must be
 */
export function passingFolder(parent: string, name: string, quietMs = 0, user = process.getuid?.()): string {
  removeLeftFolders(parent, name, quietMs, user);
  return mkdtempSync(path.join(parent, `${name}-${process.pid}-`));
}

/**
 * Removes the folders of a name whose process was killed.
 * @param quietMs how long nothing below may have changed by then: containers that share a folder do not see each other's processes
 */
export function removeLeftFolders(parent: string, name: string, quietMs = 0, user = process.getuid?.()): void {
  const isLeft = (folder: string): boolean => quietMs === 0 || Date.now() - newestChange(folder) > quietMs;
  removeLeftBehind(parent, name, (found, pid, place) => found.isDirectory() && !isAlive(pid) && isLeft(place), user);
}

function newestChange(folder: string): number {
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...['', ...below].map((name) => lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
