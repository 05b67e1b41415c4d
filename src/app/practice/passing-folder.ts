/**
 * The folder of a practice province that is not to be kept. One that was killed cannot delete its own; the next one does,
 * and only what bears our name, belongs to this user and names a process that is gone.
 */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PREFIX = 'tram-thuc-hanh-';
const PROCESS_FILE = 'tien-trinh';

/** Makes a new folder, and removes those whose practice province was killed. */
export function passingFolder(parent: string): string {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (name.startsWith(PREFIX) && isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
  const folder = mkdtempSync(path.join(parent, PREFIX));
  writeFileSync(path.join(folder, PROCESS_FILE), String(process.pid), { mode: 0o600 });
  return folder;
}

/** A folder that does not say whose it is stays: nothing is deleted on a guess. */
function isAbandoned(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    const pid = Number(readFileSync(path.join(folder, PROCESS_FILE), 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid);
  } catch {
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
