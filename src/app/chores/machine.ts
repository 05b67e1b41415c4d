/**
 * What a station's own machine does when a registrar asks for it: a backup as `tram backup` makes it, a look as `tram
 * doctor` takes it. Each runs in a process of its own: it takes no turn from the station, and closes no file of the
 * station's database (locks of a file are a process's, not a connection's).
 */
import { fork } from 'node:child_process';
import path from 'node:path';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode, type RefusalDetail } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import type { ChoreProgress, ChoreWatch, Machine } from '#station/health/index.ts';
import type { BackupStand, Chore } from '#wire/api/operations.ts';
import { readBackupSettings } from '../backup/settings.ts';
import { triedIn } from '../backup/tried.ts';
import { newestBackup, readLastBackup } from '../last-backup.ts';
import { readStationConfiguration } from '../station-folder.ts';
import { readExamination } from './examination.ts';

const PROGRAM = path.join(import.meta.dirname, 'chore-process.ts');
/** Told to stop it ends by itself between two objects; then it is ended. */
const STOP_MS_MAX = 10 * SECOND_MS;

/** What the station's process tells it, once. */
export interface ChoreOrder {
  readonly chore: Chore;
  readonly data: string;
}

export type ChoreWord =
  | { readonly said: 'progress'; readonly progress: ChoreProgress }
  | { readonly said: 'done' }
  | { readonly said: 'refused'; readonly code: RefusalCode; readonly detail: RefusalDetail }
  | { readonly said: 'failed' };

/** @param data its configuration is read anew each time: a folder of backups counts from the moment that it is written there */
export function machineOf(data: string): Machine {
  const work = (chore: Chore) => (watch: ChoreWatch): Promise<void> => apart({ chore, data }, watch);
  const tried = triedReader(data);
  return {
    work: { backup: work('backup'), doctor: work('doctor') },
    backupStand: async () => {
      const folder = backupFolderOf(data);
      return standOf(data, folder, folder === '' ? UNTRIED : await tried(folder));
    },
    examination: () => readExamination(data),
  };
}

type Tried = Pick<BackupStand, 'verified' | 'restored'>;
const UNTRIED: Tried = { verified: null, restored: null };

/** As the configuration says, or as whoever made the first by command did. What cannot be read names none; the doctor says so. */
export function backupFolderOf(data: string): string {
  try {
    const { backupFolder } = readStationConfiguration(data);
    return backupFolder === '' ? readBackupSettings(data)?.folder ?? '' : backupFolder;
  } catch {
    return '';
  }
}

function standOf(data: string, backupFolder: string, tried: Tried): BackupStand {
  const last = readLastBackup(data);
  const failed = last === null || last.ok ? null : { at: last.time, code: last.refusal ?? 'internal' };
  return {
    made: newestBackup(last), everyMs: last?.everyMs ?? null, rows: last?.rows ?? null, failed, ...tried,
    lacks: backupFolder === '' ? 'folder' : readBackupSettings(data) === null ? 'key' : null,
  };
}

/** The folder may be another machine's that does not answer: one look at a time, and what was last seen until it ends. */
function triedReader(data: string): (folder: string) => Promise<Tried> {
  let seen = UNTRIED;
  let looking: Promise<void> | null = null;
  const look = async (folder: string): Promise<void> => {
    seen = await triedIn(data, folder).catch(() => UNTRIED);
    looking = null;
  };
  return async (folder) => {
    looking ??= look(folder);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = nodeClock.after(SECOND_MS, resolve);
    await Promise.race([looking, late]);
    cancel();
    return seen;
  };
}

function apart(order: ChoreOrder, { stop, progress }: ChoreWatch): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = fork(PROGRAM, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], cwd: '/' });
  let outcome: () => void = () => reject(stop.aborted ? new Refusal('cancelled') : new Error('the chore ended without a word'));
  let cancelKill = (): void => undefined;
  const end = (): void => {
    child.send({ stop: true }, () => undefined);
    cancelKill = nodeClock.after(STOP_MS_MAX, () => void child.kill('SIGKILL'));
  };
  child.on('message', (word: ChoreWord) => {
    if (word.said === 'progress') return progress(word.progress);
    outcome = word.said === 'done' ? resolve : () => reject(word.said === 'refused' ? new Refusal(word.code, word.detail) : new Error('the chore failed'));
  });
  child.once('error', (error) => { outcome = () => reject(error); });
  child.once('close', () => {
    stop.removeEventListener('abort', end);
    cancelKill();
    outcome();
  });
  stop.addEventListener('abort', end, { once: true });
  child.send(order, () => undefined);
  if (stop.aborted) end();
  return promise;
}
