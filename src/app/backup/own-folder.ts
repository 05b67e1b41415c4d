/**
 * What stands in a backup folder, which others may write: another user, another machine. A name there may be a link to the
 * station's own files, or become one between a look and a use, and a file may be a pipe or have no end. So folders are held open
 * while something in them is named, and files are looked at once they are open. Source: docs/protocol/backup.md.
 */
import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '#core/refusals.ts';
import { syncFolder } from '#platform/node/durable.ts';

/** What this process holds open, by number: a name below one is looked up in that very folder, whatever stands at its path by now. */
const HELD = '/proc/self/fd';
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const NO_FOLDER: readonly unknown[] = ['ELOOP', 'ENOTDIR', 'ENOENT'];

export interface HeldFolder {
  /** Under which its names are looked up, until it is closed. */
  readonly at: string;
  close(): void;
}

/**
 * Holds a folder of a backup folder, made with those above it where they lack. On a system without /proc it is the path, looked
 * at now. @throws Refusal `backup-damaged` where one of them is a link or no folder
 */
export function holdFolder(folder: string, ...parts: readonly string[]): HeldFolder {
  const handles: number[] = [];
  const close = (): void => handles.forEach((handle) => closeSync(handle));
  let at = folder;
  try {
    for (const [i, part] of parts.entries()) {
      makeIn(at, part);
      const handle = openFolder(path.join(at, part), path.join(...parts.slice(0, i + 1)));
      handles.push(handle);
      at = existsSync(HELD) ? path.join(HELD, String(handle)) : path.join(at, part);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { at, close };
}

/** As holdFolder, for as long as `use` takes. */
export function inFolder<T>(folder: string, parts: readonly string[], use: (at: string) => T): T {
  const held = holdFolder(folder, ...parts);
  try {
    return use(held.at);
  } finally {
    held.close();
  }
}

function makeIn(at: string, part: string): void {
  try {
    mkdirSync(path.join(at, part), { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  syncFolder(at);
}

function openFolder(whole: string, object: string): number {
  try {
    return openSync(whole, FOLDER);
  } catch (error) {
    if (!NO_FOLDER.includes((error as NodeJS.ErrnoException).code)) throw error;
    throw new Refusal('backup-damaged', { object, reason: 'no-folder' }, { cause: error });
  }
}

/** @param object how it is called where it is refused @throws Refusal `backup-damaged` where it is not there, no ordinary file, or larger than that */
export function readOrdinary(file: string, object: string, bytesMax: number): Buffer {
  const damaged = (reason: string, cause?: unknown): Refusal => new Refusal('backup-damaged', { object, reason }, { cause });
  let handle: number;
  try {
    handle = openSync(file, FILE);
  } catch (error) {
    throw damaged((error as NodeJS.ErrnoException).code === 'ELOOP' ? 'link' : 'missing', error);
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile()) throw damaged('no-file');
    if (found.size > bytesMax) throw damaged('size');
    const bytes = Buffer.alloc(found.size);
    let read = 0;
    for (let more = -1; more !== 0 && read < bytes.length; read += more) more = readSync(handle, bytes, read, bytes.length - read, null);
    return bytes.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
