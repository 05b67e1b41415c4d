/**
 * Files that were taken out of `out` to be sent. Whoever writes `out` may be another user who wants what the gateway's own
 * user may read, and may change anything there between a look and a move. So every folder of `out` is held open while
 * something in it is named, links are followed nowhere, and what was taken stands in a folder that only the gateway's user
 * writes, where it is looked at again: there nobody changes what was seen. Source: docs/operating/gateway.md §Who may write `out`.
 */
import { constants, existsSync, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fromHex, hex } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { DRAFT_ID_BYTES } from '#client/dispatch/draft.ts';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import type { Writing } from '../homes.ts';
import type { GatewayConfiguration } from './configuration.ts';
import { noteWaiting, type Waiting } from './waiting.ts';

export interface SettledFile {
  readonly to: string;
  readonly file: string;
}

const CLAIMED = '.dang-gui';
const ORDER = 'order.json';
const SIDECAR_END = '.json';
const UNFINISHED = /^\.|(?:\.tmp|\.part|\.partial|\.new|~)$/u;
const WRITTEN_BY_OTHERS = 0o022;
/** What the system says of one file or folder alone, and somebody may mend while this runs: not ours to read or to move, on another disk, in use. */
const NOT_TAKEN: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'EXDEV', 'EBUSY', 'EIO'];
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];
/** What this process holds open, by number: a name below one is looked up in that very folder, whatever stands at its path by now. */
const HELD = '/proc/self/fd';

const FOLDER = { recursive: true, mode: 0o700 } as const;

const bareName = z.string().refine((name) => name !== '' && name !== '.' && name !== '..' && path.basename(name) === name);
const claimOrder = z.strictObject({ to: bareName, file: bareName, claimed: z.number() });
export type ClaimOrder = z.infer<typeof claimOrder>;

/** @throws Refusal `configuration-malformed` where the folders are on different disks, then a rename is no rename; or where others write the claims */
export async function prepareFolders({ durable }: Writing, { folders }: GatewayConfiguration): Promise<void> {
  const malformed = (field: keyof typeof folders, reason: string) => new Refusal('configuration-malformed', { field: `folders.${field}`, reason });
  if (!existsSync(HELD)) throw malformed('out', 'no-proc');
  const claimed = path.join(folders.sent, CLAIMED);
  for (const folder of [...Object.values(folders), claimed]) {
    await mkdir(folder, FOLDER);
    durable.syncFolder(path.dirname(folder));
  }
  const { dev } = await stat(folders.out);
  for (const field of ['sent', 'refused'] as const) {
    if ((await stat(folders[field])).dev !== dev) throw malformed(field, 'other-disk');
  }
  if (!isOwn(await stat(folders.sent)) || !isOwn(await lstat(claimed))) throw malformed('sent', 'writable-by-others');
}

function isOwn(folder: Stats): boolean {
  return folder.isDirectory() && folder.uid === process.geteuid?.() && (folder.mode & WRITTEN_BY_OTHERS) === 0;
}

export function claimFolder({ folders }: GatewayConfiguration, id: string): string {
  return path.join(folders.sent, CLAIMED, id);
}

export function sidecarPath(folder: string): string {
  return path.join(folder, 'sidecar.json');
}

export function filePath(folder: string, { file }: ClaimOrder): string {
  return path.join(folder, 'tep', file);
}

export async function claimsOf({ folders }: GatewayConfiguration): Promise<string[]> {
  return (await readdir(path.join(folders.sent, CLAIMED))).filter((name) => fromHex(name)?.length === DRAFT_ID_BYTES).toSorted();
}

/** @param waiting where a folder is noted that cannot be looked into, and what lies where nothing is taken */
export async function settledFiles({ clock, host: { durable } }: CliContext, { folders, settleSeconds }: GatewayConfiguration, waiting: Waiting[]): Promise<SettledFile[]> {
  const found: SettledFile[] = [];
  // Also what a killed command of ours had begun to write there, which no one goes on with.
  const isUnfinished = (name: string): boolean => UNFINISHED.test(name) || durable.isPassing(name);
  const look = async (to: string, held: string): Promise<void> => {
    for (const file of (await readdir(held)).toSorted()) {
      if (isUnfinished(file) || isSidecar(file)) continue;
      const about = await lstat(path.join(held, file)).catch(absent);
      if (about === null || !isSettled(about)) continue;
      if (about.isFile()) found.push({ to, file });
      else waiting.push(misplaced(`${to}/${file}`, about.isDirectory() ? 'folder-in-folder' : 'link'));
    }
  };
  // A copy that keeps the old time of change still has a new one of its own (ctime).
  const isSettled = ({ mtimeMs, ctimeMs }: Stats): boolean => clock.now() - Math.max(mtimeMs, ctimeMs) >= settleSeconds * SECOND_MS;
  for (const to of (await readdir(folders.out)).toSorted()) {
    if (isUnfinished(to)) continue;
    const about = await lstat(path.join(folders.out, to)).catch(absent);
    if (about !== null && !about.isDirectory() && isSettled(about)) waiting.push(misplaced(to, about.isFile() ? 'no-office-folder' : 'link'));
    await inFolder(path.join(folders.out, to), (held) => look(to, held)).catch(notTaken(to)).catch((error: unknown) => noteWaiting(waiting, to, error));
  }
  return found;
}

/** Left where it lies, and said: nobody else would ever see that it does not go. */
function misplaced(file: string, reason: string): Waiting {
  return { what: file, code: 'file-misplaced', detail: { file, reason } };
}

/** `a.pdf.json` tells about `a.pdf`; `so-lieu.json` is a file like any other. */
function isSidecar(file: string): boolean {
  return file.endsWith(SIDECAR_END) && path.extname(file.slice(0, -SIDECAR_END.length)) !== '';
}

/** The order is written before the file moves, so that a claim always says whose it is. @returns the draft's id */
export async function claim({ random, clock, host }: CliContext, configuration: GatewayConfiguration, { to, file }: SettledFile): Promise<string> {
  const id = hex(random.bytes(DRAFT_ID_BYTES));
  const folder = claimFolder(configuration, id);
  const order: ClaimOrder = { to, file, claimed: clock.now() };
  host.durable.write(path.join(folder, ORDER), `${JSON.stringify(order)}\n`);
  return id;
}

export async function orderOf(folder: string): Promise<ClaimOrder | null> {
  const text = await readFile(path.join(folder, ORDER), 'utf8').catch(() => null);
  return text === null ? null : claimOrder.parse(JSON.parse(text));
}

/** What was claimed and could not be taken yet: it lies in `out` still, and is not claimed a second time. */
export async function untakenFiles(configuration: GatewayConfiguration): Promise<(one: SettledFile) => boolean> {
  const untaken: ClaimOrder[] = [];
  for (const id of await claimsOf(configuration)) {
    const folder = claimFolder(configuration, id);
    const order = await orderOf(folder);
    if (order !== null && !(await isThere(filePath(folder, order)))) untaken.push(order);
  }
  return ({ to, file }) => untaken.some((order) => order.to === to && order.file === file);
}

/**
 * Takes the file and its sidecar over; again after a crash in between.
 * @throws Refusal `file-missing` where the file is gone, somebody took it back; `file-is-link` where what was taken is no file of `out` alone;
 *   `file-not-taken` where the system does not let us
 */
export async function takeFiles({ durable }: Writing, { folders }: GatewayConfiguration, folder: string, order: ClaimOrder): Promise<void> {
  const { to, file } = order;
  const [taken, sidecar] = [filePath(folder, order), sidecarPath(folder)];
  await mkdir(path.dirname(taken), FOLDER);
  // Also where it was made by one that was killed: before a file leaves `out`, the folder that takes it is there to stay.
  durable.syncFolder(folder);
  await inFolder(path.join(folders.out, to), async (held) => {
    for (const [name, target] of [[`${file}${SIDECAR_END}`, sidecar], [file, taken]] as const) {
      // Where it was taken before, one of the same name in the folder is another dispatch.
      if (await isThere(target) || await isThere(taken)) continue;
      if (await isThere(path.join(held, name))) durable.move(path.join(held, name), target);
    }
  }).catch(notTaken(`${to}/${file}`));
  if (!(await isThere(taken))) throw new Refusal('file-missing', { file });
  for (const one of [taken, sidecar]) {
    if (await isThere(one) && !isAlone(await lstat(one))) throw new Refusal('file-is-link', { file: one === taken ? file : `${file}${SIDECAR_END}` });
  }
}

/** A file with a second name may be one of the gateway's own: names are given to what one may not read, too. */
function isAlone(found: Stats): boolean {
  return found.isFile() && found.nlink === 1;
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(absent)) !== null;
}

function absent(error: NodeJS.ErrnoException): null {
  if (ABSENT.includes(error.code ?? '')) return null;
  throw error;
}

/** @throws Refusal `file-not-taken` for what concerns this file or folder alone; else the error itself */
function notTaken(file: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (!NOT_TAKEN.includes(error.code ?? '')) throw error;
    throw new Refusal('file-not-taken', { file, reason: error.code! }, { cause: error });
  };
}

/** Looks into a folder that is held open, so that it stays the same one; into nothing where there is none, or a link to one. */
async function inFolder(folder: string, look: (held: string) => Promise<void>): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) return null;
    throw error;
  });
  if (handle === null) return;
  try {
    await look(path.join(HELD, String(handle.fd)));
  } finally {
    await handle.close();
  }
}
