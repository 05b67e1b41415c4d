/** The folder, on a stick or not, into which a bundle is written: what may be wrong with it is said of it, and nothing is left half there. */
import { accessSync, constants } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type BundleDesk, dropBundle, volumeBytes } from '#client/bundles.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import { isFolder } from '../composing.ts';
import type { CliContext } from '../context.ts';
import { formatSize } from '../locale.ts';

const MEBIBYTE = 2 ** 20;

/**
 * Made unasked, it would lie on the machine's own disk where no stick is mounted.
 * @throws Refusal `folder-missing`, `folder-unwritable`
 */
export function folderOf({ host }: Pick<CliContext, 'host'>, folder: string): string {
  if (!isFolder(folder)) throw new Refusal('folder-missing', { folder });
  if (host.isStation(folder)) throw new Refusal('folder-unwritable', { folder, reason: 'station-folder' });
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(folder, error) ?? error;
  }
  return folder;
}

/** Whoever stops the writing of a bundle has lost nothing, and has none. @throws Refusal `cancelled` */
export async function untilStopped<T>({ words }: Pick<CliContext, 'words'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'cancelled') throw error;
    throw new Refusal('cancelled', { undone: words.bundle.nothingWritten }, { cause: error });
  }
}

/** Copies all volumes beside their names, whole and synced, before any has its name; what is stopped leaves none. @throws Refusal `stick-full`, `folder-unwritable` */
export async function fetched(context: CliContext, desk: Pick<BundleDesk, 'api'>, record: BundleRecord, folder: string, nameOf: (volume: number) => string): Promise<string[]> {
  const { words: { bundle: said }, locale, output, stop, host: { durable } } = context;
  const files = record.volumes.map((_, at) => nameOf(at + 1));
  const passing: string[] = [];
  try {
    await demandRoom(record, folder);
    for (const [at, file] of files.entries()) {
      const total = record.volumes[at]!;
      const source = await volumeBytes(desk, record, at + 1, stop);
      passing.push(durable.beside(file));
      await writeSynced(passing[at]!, source, total, (done) => output.progress(
        fill(said.fetching, { volume: at + 1, volumes: files.length, done: formatSize(done, locale), total: formatSize(total, locale) })));
    }
    for (const [at, file] of files.entries()) durable.move(passing[at]!, file);
  } catch (error) {
    for (const one of passing) await rm(one, { force: true }).catch(() => {});
    await dropBundle(desk, record, 'stopped');
    throw isFull(error) ? new Refusal('stick-full', { folder, needed: neededOf(record) }, { cause: error }) : unwritable(folder, error) ?? error;
  }
  await dropBundle(desk, record, 'fetched');
  return files;
}

/** A file system that says nothing of its size, as some over a network or a telephone's cable, is tried. @throws Refusal `stick-full` */
async function demandRoom(record: BundleRecord, folder: string): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MEBIBYTE);
  const needed = neededOf(record);
  if (blocks > 0 && free < needed) throw new Refusal('stick-full', { folder, needed, free });
}

function neededOf({ volumes }: BundleRecord): number {
  return Math.ceil(volumes.reduce((sum, bytes) => sum + bytes, 0) / MEBIBYTE);
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function unwritable(folder: string, error: unknown): Refusal | null {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'EPERM' ? 'EACCES' : code;
  return reason === 'EROFS' || reason === 'EACCES' ? new Refusal('folder-unwritable', { folder, reason }, { cause: error }) : null;
}

async function writeSynced(file: string, source: AsyncIterable<Uint8Array>, size: number, progress: (done: number) => void): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    let done = 0;
    for await (const piece of source) {
      await handle.writeFile(piece);
      done += piece.length;
      progress(done);
    }
    if (done !== size) throw new Refusal('station-unreachable', { reason: 'cut-off' });
    await handle.sync();
  } finally {
    await handle.close();
  }
}
