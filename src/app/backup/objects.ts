/**
 * A backup folder as a store of sealed objects: each is written beside its name, forced to the disk and renamed, so that
 * an object under its name is whole, and an interrupted backup goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import { constants, existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { HOUR_MS, type Instant, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { makeFolder, moveDurably, passingFor, passingName, syncFolder, writeDurably } from '#platform/node/durable.ts';
import { isOfLock, lockFolder } from './folder-lock.ts';
import { holdFolder, inFolder, readOrdinary } from './own-folder.ts';

const MANIFEST_SEALED_MAX = 34 * 1_048_576;
const OBJECTS = 'objects';
const SNAPSHOTS = 'snapshots';
/** Beside a manifest: the objects that it needs. */
const LIST_END = '.objects';
const MARK_FILE = 'tram-backup';
const MARK = 'tram backup 1\n';
const MARK_BYTES_MAX = 64;
/** How far a name may be ahead of the clock: bursts and small corrections are minutes. */
const AHEAD_MS_MAX = HOUR_MS;
/** `Z` stood for UTC before the name said so to everybody. */
const NAME = /^\d{8}T\d{6}(?:UTC|Z)-[0-9a-f]{8}$/;
const SNAPSHOT_FILE = new RegExp(`${NAME.source.slice(0, -1)}(?:\\.objects)?$`);
const OBJECT_FILE = /^[0-9a-f]{64}$/;
const FAN = /^[0-9a-f]{2}$/;
/** Where an object was written until it was whole, before nobody was to know the name. */
const FORMER_PASSING = '.part';

/** A backup as the folder shows it to anybody: when, and which objects it needs. */
export interface SnapshotName {
  readonly name: string;
  readonly time: number;
}

export class BackupFolder {
  readonly folder: string;
  readonly #lock: DatabaseSync | null;

  private constructor(folder: string, lock: DatabaseSync | null) {
    this.folder = folder;
    this.#lock = lock;
  }

  /**
   * For a backup or a pruning: one at a time.
   * @throws Refusal `backup-folder-occupied` where it holds files of something else; `backup-folder-in-use`;
   *   `backup-damaged` where a link stands for a folder of it, or for its lock
   */
  static forWriting(folder: string): BackupFolder {
    const isNew = !existsSync(path.join(folder, MARK_FILE));
    if (isNew && existsSync(folder) && readdirSync(folder).some((one) => !isBegun(folder, one))) throw new Refusal('backup-folder-occupied', { folder });
    makeFolder(folder);
    for (const part of [OBJECTS, SNAPSHOTS]) holdFolder(folder, part).close();
    refuseLinkedFans(folder);
    const lock = lockFolder(folder);
    if (isNew) writeWhole(path.join(folder, MARK_FILE), Buffer.from(MARK));
    removeBegun(folder);
    return new BackupFolder(folder, lock);
  }

  /** @throws Refusal `backup-missing` where no backups stand there */
  static forReading(folder: string): BackupFolder {
    if (!isMarked(folder)) throw new Refusal('backup-missing', { folder });
    return new BackupFolder(folder, null);
  }

  has(name: string): boolean {
    return existsSync(this.#objectPath(name));
  }

  /** @returns bytes on the disk; null where it is not there */
  size(name: string): number | null {
    return statSync(this.#objectPath(name), { throwIfNoEntry: false })?.size ?? null;
  }

  /** Writes an object whole. @returns bytes written @throws Refusal `backup-damaged` where a link leads elsewhere; `disk-full` */
  async put(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const held = holdFolder(this.folder, OBJECTS, fanOf(name));
    try {
      const file = path.join(held.at, name);
      const passing = passingName(file);
      const written = await writePieces(passing, pieces);
      moveDurably(passing, file);
      return written;
    } finally {
      held.close();
    }
  }

  /** @throws Refusal `backup-damaged` where it is not there */
  async open(name: string): Promise<FileHandle> {
    try {
      // Nothing to wait for at the opening of a file; a pipe's would last until somebody writes.
      return await open(this.#objectPath(name), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw new Refusal('backup-damaged', { object: name.slice(0, 16), reason: 'missing' }, { cause: error });
    }
  }

  /** The oldest first. */
  snapshots(): SnapshotName[] {
    return readdirSync(path.join(this.folder, SNAPSHOTS)).filter((name) => NAME.test(name)).toSorted()
      .map((name) => ({ name, time: timeOf(name) }));
  }

  /**
   * When the next backup is called after. Names are times to the second, and the newest is the greatest: two in one second,
   * or a clock that was set back a little, would leave it to chance, so the next name is then a second after the newest.
   * @param now what the manifest says; by at most an hour earlier than what the name does
   * @throws Refusal `backup-clock-behind` where a backup is named more than an hour ahead: it would draw all later ones there
   */
  nextTime(now: Instant): Instant {
    const newest = this.snapshots().at(-1);
    if (newest === undefined) return now;
    const next = newest.time + SECOND_MS;
    if (next - now > AHEAD_MS_MAX) throw new Refusal('backup-clock-behind', { name: newest.name, now: new Date(now).toISOString() });
    return Math.max(now, next);
  }

  /** Names what a backup needs, before its manifest: pruning without the secret keeps what any manifest may need. */
  async addSnapshot(name: string, objects: readonly string[], manifest: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of manifest) pieces.push(piece);
    inFolder(this.folder, [SNAPSHOTS], (at) => {
      writeWhole(path.join(at, `${name}${LIST_END}`), Buffer.concat(objects.map((one) => Buffer.from(one, 'hex'))));
      writeWhole(path.join(at, name), Buffer.concat(pieces));
    });
  }

  /** A sealed manifest. @throws Refusal `backup-damaged` where it is not there, or is too large to be one */
  snapshotBytes(name: string): Uint8Array {
    return new Uint8Array(readOrdinary(path.join(this.folder, SNAPSHOTS, name), name, MANIFEST_SEALED_MAX));
  }

  /** Objects that a backup needs, by the list beside its manifest. @throws Refusal `backup-damaged` where there is none, or what is too large to be one */
  objectsOf(name: string): string[] {
    return listedIn(path.join(this.folder, SNAPSHOTS), name);
  }

  /** Removes backups, then every object that none of those left needs. @returns how many objects went @throws Refusal `backup-damaged` where a link leads elsewhere */
  prune(removed: readonly string[]): number {
    refuseLinkedFans(this.folder);
    const needed = inFolder(this.folder, [SNAPSHOTS], (at) => {
      for (const name of removed) rmSync(path.join(at, name));
      syncFolder(at);
      const left = readdirSync(at).filter((name) => NAME.test(name));
      const listed = new Set(left.flatMap((name) => listedIn(at, name)));
      for (const name of filesIn(at, SNAPSHOT_FILE)) {
        if (!left.some((one) => name === one || name === `${one}${LIST_END}`)) rmSync(path.join(at, name));
      }
      return listed;
    });
    return inFans(this.folder, (at) => {
      const unneeded = filesIn(at, OBJECT_FILE).filter((name) => !needed.has(name));
      for (const name of unneeded) rmSync(path.join(at, name));
      return unneeded.length;
    });
  }

  close(): void {
    this.#lock?.close();
  }

  #objectPath(name: string): string {
    return path.join(this.folder, OBJECTS, fanOf(name), name);
  }
}

/**
 * `20261126T130500UTC-1a2b3c4d`: sorted by name is sorted by time, which a place's own time is not where clocks go back an hour
 * or the machine moves to another zone; so the name says whose time it is.
 */
export function snapshotName(time: number, of: Uint8Array): string {
  const stamp = new Date(time).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${stamp.replace('Z', 'UTC')}-${createHash('sha256').update(of).digest('hex').slice(0, 8)}`;
}

function timeOf(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:UTC|Z)/.exec(name)!;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** What a first backup that was killed may have left before its mark: such a folder is as good as empty. */
function isBegun(folder: string, name: string): boolean {
  if (isOfLock(name) || passingFor(name) === MARK_FILE) return true;
  return (name === OBJECTS || name === SNAPSHOTS) && isFolder(path.join(folder, name)) && readdirSync(path.join(folder, name)).length === 0;
}

/** What killed backups had begun of objects, which nobody asks for by name again. */
function removeBegun(folder: string): void {
  inFans(folder, (at) => {
    const begun = filesIn(at, OBJECT_FILE).filter((name) => wholeName(name) !== name);
    for (const name of begun) rmSync(path.join(at, name), { force: true });
    return begun.length;
  });
}

function fanOf(name: string): string {
  return name.slice(0, 2);
}

/** One after the other, each of the folders that objects lie in; together. @throws Refusal `backup-damaged` where one is none */
function inFans(folder: string, use: (at: string) => number): number {
  const fans = inFolder(folder, [OBJECTS], (at) => readdirSync(at).filter((name) => FAN.test(name)));
  return fans.reduce((sum, fan) => sum + inFolder(folder, [OBJECTS, fan], use), 0);
}

/** Before anything is written or taken away: a folder is refused whole. @throws Refusal `backup-damaged` */
function refuseLinkedFans(folder: string): void {
  inFans(folder, () => 0);
}

function listedIn(at: string, name: string): string[] {
  const bytes = readOrdinary(path.join(at, `${name}${LIST_END}`), `${name}${LIST_END}`, MANIFEST_SEALED_MAX);
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32).toString('hex'));
}

/** @throws Refusal `backup-damaged` where what stands there is no file */
function isMarked(folder: string): boolean {
  const mark = path.join(folder, MARK_FILE);
  return existsSync(mark) && readOrdinary(mark, MARK_FILE, MARK_BYTES_MAX).toString() === MARK;
}

async function writePieces(passing: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let written = 0;
  try {
    const handle = await open(passing, 'wx', 0o600);
    try {
      for await (const piece of pieces) written += (await handle.write(piece)).bytesWritten;
      await handle.sync();
    } finally {
      await handle.close();
    }
    return written;
  } catch (error) {
    rmSync(passing, { force: true });
    throw fullOr(error);
  }
}

function isFolder(at: string): boolean {
  return lstatSync(at).isDirectory();
}

/** What may be taken away there: neither links nor files of somebody else. */
function filesIn(folder: string, ours: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile() && ours.test(wholeName(one.name))).map(({ name }) => name);
}

function wholeName(name: string): string {
  return passingFor(name) ?? (name.endsWith(FORMER_PASSING) ? name.slice(0, -FORMER_PASSING.length) : name);
}

function writeWhole(file: string, bytes: Uint8Array): void {
  try {
    writeDurably(file, bytes);
  } catch (error) {
    throw fullOr(error);
  }
}

function fullOr(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new Refusal('disk-full', {}, { cause: error }) : error;
}
