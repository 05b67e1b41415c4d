/**
 * What a running station says of itself in its folder: where it answers, and since when. Only the lock says whether it
 * runs: this file may be left by one that was killed.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isAlive } from './passing-folder.ts';

export const RUNNING_FILE = 'running.json';

const runningFile = z.strictObject({
  url: z.url(), linkPort: z.int(), pid: z.int(), version: z.string(), since: z.int(),
});
export type RunningFile = z.infer<typeof runningFile>;

export function writeRunning(data: string, running: RunningFile): void {
  try {
    writeFileSync(path.join(data, RUNNING_FILE), `${JSON.stringify(running)}\n`, { mode: 0o600 });
  } catch {
    // On a full disk a station still runs; who asks for it then is told less.
  }
}

export function forgetRunning(data: string): void {
  rmSync(path.join(data, RUNNING_FILE), { force: true });
}

export function readRunning(data: string): RunningFile | null {
  try {
    return runningFile.parse(JSON.parse(readFileSync(path.join(data, RUNNING_FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** The process that runs the folder's station, as far as it has said so; null for any other that holds the folder. */
export function holderOf(data: string): number | null {
  const running = readRunning(data);
  return running !== null && isAlive(running.pid) ? running.pid : null;
}
