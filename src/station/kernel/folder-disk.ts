/**
 * The real disk: a folder with one SQLite database (WAL, synchronous=FULL: each commit is one fsync, and a power cut
 * loses nothing acknowledged) and a folder of blobs. One process holds it at a time.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#core/refusals.ts';
import type { DatabaseHandle, Disk } from './disk.ts';
import { folderBlobs } from './folder-blobs.ts';
import { refusalOf, SQLITE, sqliteCode, SqliteHandle } from './sqlite-handle.ts';

export const DATABASE_FILE = 'tram.db';
const LOCK_FILE = 'tram.lock';

/** 'Tram', in the database's header: a folder of another program is not taken over. */
const APPLICATION_ID = 0x5472616d;

/** Readers wait this long for a checkpoint of the WAL to let go. */
const BUSY_MS = 5_000;
/** 16 MiB a connection: SQLite's own 2 MiB are gone after a hundred dispatches, and every index page is read again. */
const PAGE_CACHE = 'pragma cache_size = -16384';
/** 16 MiB: pages that many commits change are carried into the database once. */
const WAL_PAGES_MAX = 4_096;

/**
 * Opens a data folder, creating it where it is absent.
 * @throws Refusal `data-folder-in-use` while another process, or another disk of this one, holds it
 * @throws Refusal `data-folder-occupied` where it holds files of something else
 */
export function folderDisk(folder: string): Disk {
  const held = holdFolder(folder);
  return {
    ...held.files,
    database: async () => openWriter(folder, held),
    reader: async () => openReader(folder),
  };
}

/** A folder that this process holds, whatever keeps its database. */
export interface HeldFolder {
  /** Whether a database was founded for this folder. */
  isFounded(): boolean;
  setFounded(): void;
  readonly files: Pick<Disk, 'blobs' | 'freeBytes' | 'close'>;
}

/** Creates the folder where it is absent. @throws Refusal `data-folder-in-use`, `data-folder-occupied` */
export function holdFolder(folder: string): HeldFolder {
  refuseForeignFolder(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  return {
    isFounded: () => readPragma(lock, 'user_version') === 1,
    setFounded: () => lock.exec('pragma user_version = 1'),
    files: {
      blobs: folderBlobs(folder),
      freeBytes() {
        const { bavail, bsize } = statfsSync(folder);
        return bavail * bsize;
      },
      close: () => lock.close(),
    },
  };
}

function refuseForeignFolder(folder: string): void {
  if (!existsSync(folder) || existsSync(path.join(folder, LOCK_FILE))) return;
  // station.json may be put there by hand before the first start.
  const foreign = readdirSync(folder).filter((name) => name !== 'station.json');
  if (foreign.length > 0) throw new Refusal('data-folder-occupied', { files: foreign.length });
}

/**
 * Node has no flock, but SQLite locks files, and the kernel frees its lock when a process dies however it dies. The
 * lock file also remembers (user_version) that a database was founded here, so that one which has vanished or was
 * cut to nothing is not taken for a new station.
 */
function lockFolder(folder: string): DatabaseSync {
  makePrivate(path.join(folder, LOCK_FILE));
  const lock = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive; commit');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCode(error) === SQLITE.busy) throw new Refusal('data-folder-in-use', {}, { cause: error });
    throw refusalOf(error);
  }
}

function openWriter(folder: string, held: HeldFolder): DatabaseHandle {
  const file = path.join(folder, DATABASE_FILE);
  const founded = held.isFounded();
  if (founded && !(existsSync(file) && statSync(file).size > 0)) {
    throw new Refusal('database-damaged', { reason: 'missing' });
  }
  makePrivate(file);
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    database.exec(`${PAGE_CACHE}; pragma journal_mode = wal; pragma wal_autocheckpoint = ${WAL_PAGES_MAX}; `
      + 'pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on');
    refuseForeignDatabase(database);
    refuseDamage(database);
    database.exec(`pragma application_id = ${APPLICATION_ID}`);
    if (!founded) held.setFounded();
    return new SqliteHandle(database);
  } catch (error) {
    database.close();
    throw refusalOf(error);
  }
}

/**
 * SQLite would let everybody read, in a folder that was made for us and lets everybody in; its WAL takes after the file.
 * One that is there is left alone: closing it here would let go of locks that this process has on it.
 */
function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

function openReader(folder: string): DatabaseHandle {
  const file = path.join(folder, DATABASE_FILE);
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  database.exec(PAGE_CACHE);
  return new SqliteHandle(database);
}

function refuseForeignDatabase(database: DatabaseSync): void {
  const id = readPragma(database, 'application_id');
  if (id !== 0 && id !== APPLICATION_ID) throw new Refusal('data-folder-occupied', { applicationId: id });
}

/** `quick_check` reads every page once; it does not compare indexes with tables, as `integrity_check` would. */
function refuseDamage(database: DatabaseSync): void {
  const [first] = database.prepare('pragma quick_check(1)').all();
  if (first?.['quick_check'] !== 'ok') throw new Refusal('database-damaged', { reason: 'quick-check' });
}

function readPragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`pragma ${name}`).get()?.[name]);
}
