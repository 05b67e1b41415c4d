/**
 * Folders for what is not to be kept: a practice province, a station that is unsealed to be looked at, one that is being made.
 * A process that was killed cannot delete its own; the next one does, and only what bears our name, belongs to this user and
 * names a process that is gone.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a new folder, and removes those of the same name whose process was killed.
 * @param name what it is for: `tram-verify` @param user whose they must be
 */
export function passingFolder(parent: string, name: string, user = process.getuid?.()): string {
  removeLeftBehind(parent, name, user);
  return mkdtempSync(path.join(parent, `${name}-${process.pid}-`));
}

/** Removes the folders of a name whose process was killed. */
export function removeLeftBehind(parent: string, name: string, user = process.getuid?.()): void {
  for (const found of readdirSync(parent)) {
    const [, of, pid] = /^(.+?)-(\d+)-/.exec(found) ?? [];
    const folder = path.join(parent, found);
    if (of === name && isOf(user, folder) && !isAlive(Number(pid))) rmSync(folder, { recursive: true, force: true });
  }
}

function isOf(user: number | undefined, folder: string): boolean {
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === user;
  } catch {
    // Gone meanwhile.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
