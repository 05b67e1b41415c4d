/**
 * What a running station says of itself in its folder: where it answers, and since when. Only the lock says whether it
 * runs: this file may be left by one that was killed.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SECOND_MS } from '#core/clock.ts';

export const RUNNING_FILE = 'running.json';
/** Of what Linux tells programs, on every architecture. */
const TICKS_PER_SECOND = 100;
/** The start is field 22, the name field 2. */
const FIELDS_AFTER_NAME = 20;
/** The machine's start is told in whole seconds, and its clock may have been set since. */
const START_MS_UNCERTAIN = 5 * SECOND_MS;

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

/**
 * The process that runs the folder's station, as far as it has said so; null for any other that holds the folder. One that
 * was killed leaves its number behind, which the machine gives to another by and by: whoever is told it stops that one.
 */
export function holderOf(data: string, startedAt: (pid: number) => number | null = startOf): number | null {
  const running = readRunning(data);
  const started = running === null ? null : startedAt(running.pid);
  return started !== null && started <= running!.since + START_MS_UNCERTAIN ? running!.pid : null;
}

/** By Linux's /proc; null where it is not, or no such process: proc(5), fields 22 of PID/stat and `btime`. @returns milliseconds since 1970 */
export function startOf(pid: number): number | null {
  try {
    // The name before it may hold spaces and brackets.
    const ticks = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[FIELDS_AFTER_NAME - 1]);
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]);
    return (booted + ticks / TICKS_PER_SECOND) * SECOND_MS;
  } catch {
    return null;
  }
}
