/** Files to attach and files that were received, on Node. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { equal } from '#core/bytes.ts';
import type { Files, FileSink, SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

const READ_BYTES = 1024 * 1024;
const WRITE_BYTES = 1024 * 1024;
const SAME_NAME_MAX = 1_000;

/** @param folder where `create` puts received files; made when first needed */
export function nodeFiles(folder: string): Files {
  return {
    open: openSource,
    create: (name) => createSink(folder, name),
  };
}

/** Whether an ordinary file stands there with exactly that content. @param sha256 of all of it */
export function holdsContent(file: string, sizeBytes: number, sha256: Uint8Array): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size !== sizeBytes) return false;
  const handle = openSync(file, 'r');
  try {
    const [hash, buffer] = [createHash('sha256'), new Uint8Array(READ_BYTES)];
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) hash.update(buffer.subarray(0, read));
    return equal(new Uint8Array(hash.digest()), sha256);
  } finally {
    closeSync(handle);
  }
}

async function openSource(file: string, which: 'any' | 'alone' = 'any'): Promise<SourceFile> {
  const handle = await openOrdinary(file, which);
  const found = await handle.stat().finally(() => handle.close());
  return {
    // Some file systems spell names in NFD; what is sent is NFC.
    name: path.basename(file).normalize('NFC'),
    sizeBytes: found.size,
    read: (fromByte) => readFrom(file, fromByte, which, found),
  };
}

/** A small file that somebody else may write. @returns null where there is no ordinary one of that name alone, or a larger one */
export async function readSmall(file: string, bytesMax: number): Promise<Uint8Array | null> {
  const handle = await openOrdinary(file, 'alone').catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size > bytesMax) return null;
    const { bytesRead, buffer } = await handle.read(new Uint8Array(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What is open is what is looked at: a name may stand for another file the next moment. */
async function openOrdinary(file: string, which: 'any' | 'alone'): Promise<FileHandle> {
  // Nothing to wait for at the opening of an ordinary file; a pipe's would last until somebody writes.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (which === 'alone' ? constants.O_NOFOLLOW : 0);
  const handle = await open(file, flags).catch((cause: NodeJS.ErrnoException) => {
    throw new Refusal(cause.code === 'ELOOP' && which === 'alone' ? 'file-is-link' : 'file-missing', {}, { cause });
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Refusal('file-missing');
    if (which === 'alone' && found.nlink !== 1) throw new Refusal('file-is-link');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* readFrom(file: string, fromByte: number, which: 'any' | 'alone', opened: Stats): AsyncGenerator<Uint8Array> {
  const handle = await openOrdinary(file, which);
  try {
    if (which === 'alone' && !isSame(await handle.stat(), opened)) throw new Refusal('file-changed');
    let position = fromByte;
    const buffer = new Uint8Array(READ_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, position);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

async function createSink(folder: string, name: string): Promise<FileSink> {
  // The name came in a dispatch: it was checked there, and is not believed here either.
  if (name !== path.basename(name) || name === '.' || name === '..') throw new Refusal('path-in-file-name');
  // What was opened is for whoever opened it.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = path.join(folder, `.${randomBytes(8).toString('hex')}.partial`);
  const handle = await open(partial, 'wx', 0o600);
  let state: 'open' | 'committed' | 'abandoned' = 'open';
  const behind = new WriteBehind(handle);
  return {
    write: (bytes) => behind.write(bytes),
    commit: async () => {
      await behind.flush();
      await handle.sync();
      await handle.close();
      const placed = await place(partial, folder, name);
      state = 'committed';
      return placed;
    },
    abandon: async () => {
      if (state !== 'open') return;
      state = 'abandoned';
      await behind.flush().catch(() => undefined);
      await handle.close().catch(() => undefined);
      await unlink(partial).catch(() => undefined);
    },
  };
}

/** Gathers chunks into mebibytes; one is being written while the next one fills. */
class WriteBehind {
  readonly #handle: FileHandle;
  #filling = new Uint8Array(WRITE_BYTES);
  #spare = new Uint8Array(WRITE_BYTES);
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.subarray(at, at + WRITE_BYTES - this.#filled);
      this.#filling.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === WRITE_BYTES) await this.#turn();
    }
  }

  /** @throws what an earlier write met */
  async flush(): Promise<void> {
    await this.#turn();
    await this.#writing;
  }

  async #turn(): Promise<void> {
    await this.#writing;
    const full = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#spare, this.#filled] = [this.#spare, this.#filling, 0];
    this.#writing = writeAll(this.#handle, full);
    // Whoever comes next hears of it.
    this.#writing.catch(() => {});
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}

/** Links rather than renames, because a rename would silently replace a file of that name. */
async function place(partial: string, folder: string, name: string): Promise<string> {
  for (let copy = 1; copy <= SAME_NAME_MAX; copy++) {
    const target = path.join(folder, numbered(visible(name), copy));
    if (!(await linked(partial, target))) continue;
    await unlink(partial);
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
    return target;
  }
  throw new Refusal('name-taken');
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A name that begins with a dot is not listed, and may be one that a shell or a desktop reads by itself: `.profile`. */
function visible(name: string): string {
  return name.startsWith('.') ? `_${name}` : name;
}

/** `a.docx`, `a (2).docx`, `a (3).docx`. */
function numbered(name: string, copy: number): string {
  if (copy === 1) return name;
  const { name: stem, ext } = path.parse(name);
  return `${stem} (${copy})${ext}`;
}
