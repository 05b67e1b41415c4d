/** A device's sealed keyring as a file. */
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { makeFolder, writeDurably } from './durable.ts';

const OWNER_ONLY = 0o600;
/** Longer than stretching a passphrase takes on a slow machine. */
const BUSY_MS = 60_000;
const LOOK_MS = 25;
const SQLITE_BUSY = 5;

/** Of each keyring that this process is at. */
const TURNS = new Map<string, Turns>();

/** @param file where the keyring stands; its folder is made when first written */
export function keyringFileStore(file: string): KeyringStore {
  return {
    read: () => readIfThere(file),
    write: (bytes) => writeWhole(file, bytes),
    alone: (work) => alone(file, work),
  };
}

/** Node has no flock, but SQLite locks files, and the kernel lets go of its lock when a process dies however it dies. */
function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  // Within this process by turns: to close a file gives up every lock that the process has on it.
  const place = path.resolve(file);
  const turns = TURNS.get(place) ?? new Turns();
  TURNS.set(place, turns);
  return turns.next(() => lockedBy(place, work)).finally(() => {
    if (turns.isIdle) TURNS.delete(place);
  });
}

async function lockedBy<T>(file: string, work: () => Promise<T>): Promise<T> {
  makeFolder(path.dirname(file));
  const lock = await lockOf(`${file}.lock`);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function lockOf(file: string): Promise<DatabaseSync> {
  await (await open(file, 'a', OWNER_ONLY)).close();
  for (let tried = 0; tried * LOOK_MS < BUSY_MS; tried++) {
    const lock = new DatabaseSync(file, { timeout: 0 });
    try {
      lock.exec('pragma locking_mode = exclusive; begin exclusive');
      return lock;
    } catch (error) {
      lock.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    }
    await sleep(LOOK_MS);
  }
  throw new Refusal('keyring-busy', { file: path.basename(file) });
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
  makeFolder(path.dirname(file));
  writeDurably(file, bytes);
}
