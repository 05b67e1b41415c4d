/** One backup or pruning at a time in a backup folder: a lock that the kernel frees when the process dies however it dies (folder-disk.ts has the same). */
import { closeSync, lstatSync, openSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#core/refusals.ts';
import { refusalOf, SQLITE, sqliteCode } from '#station/kernel/sqlite-handle.ts';

const LOCK_FILE = 'backup.lock';
/** SQLite's own. The lock has no content to be mended from them: what lies there is somebody else's, or a killed process's. */
const BESIDE = ['-journal', '-wal', '-shm'].map((end) => `${LOCK_FILE}${end}`);

export function isOfLock(name: string): boolean {
  return name === LOCK_FILE || BESIDE.includes(name);
}

/** @throws Refusal `backup-folder-in-use`; `backup-damaged` where the lock is no file of its own: SQLite would follow a link, and make what it leads to */
export function lockFolder(folder: string): DatabaseSync {
  const file = path.join(folder, LOCK_FILE);
  const before = ownLock(file);
  for (const name of BESIDE) rmSync(path.join(folder, name), { force: true, recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    if (ownLock(file).ino !== before.ino) throw damaged();
    lock.exec('pragma locking_mode = exclusive; begin exclusive; commit');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCode(error) === SQLITE.busy) throw new Refusal('backup-folder-in-use', { folder }, { cause: error });
    throw refusalOf(error);
  }
}

/** Looked at and not opened where it is there: to close it would give up what this process has locked. */
function ownLock(file: string): Stats {
  const found = lstatSync(file, { throwIfNoEntry: false }) ?? made(file);
  if (!found.isFile() || found.nlink !== 1) throw damaged();
  return found;
}

function made(file: string): Stats {
  try {
    // Made here, and nothing that a link leads to.
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return lstatSync(file);
}

function damaged(): Refusal {
  return new Refusal('backup-damaged', { object: LOCK_FILE, reason: 'no-file' });
}
