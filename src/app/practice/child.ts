/** A station as a child process: started, watched for its ready line, stopped or killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from '#core/refusals.ts';

/** A station that is told so stops when its standard input ends: it must not outlive a parent that was killed. */
export const STOP_WITH_INPUT = 'TRAM_STOP_WITH_INPUT';
/** MiB. A station's memory is mostly garbage not yet collected: less room for it costs little CPU time and saves 40 MiB. */
const YOUNG_HEAP = '--max-semi-space-size=4';
/** Half a minute is not enough where much else runs, or the disk is slow. */
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 15_000;
const TRAM = path.join(import.meta.dirname, '../../../bin/tram.mjs');

const readyLine = z.object({
  ready: z.object({ station: z.string(), url: z.url(), linkPort: z.int(), pid: z.int() }),
});
/** Stations must not outlive us, however we end. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

export type Ready = z.infer<typeof readyLine>['ready'];

export interface StationChild extends Ready {
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** kill -9: nothing is finished, nothing is said. */
  kill(): Promise<void>;
}

/** Where on this machine it runs. */
export interface StationPlace {
  /** A program that becomes the one named after its words, such as `ip netns exec hub`. */
  readonly through?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** @throws Refusal what the station said when it would not start */
export async function startStation(data: string, ports: { api: number; link: number }, log: string, place: StationPlace = {}): Promise<StationChild> {
  const argv = ['station', 'start', '--json', '--data', data, '--port', String(ports.api), '--link-port', String(ports.link)];
  const errors = openSync(log, 'a', 0o600);
  const env = { ...process.env, ...place.environment, [STOP_WITH_INPUT]: '1' };
  const [program = process.execPath, ...words] = [...(place.through ?? []), process.execPath, YOUNG_HEAP, TRAM, ...argv];
  // A group of its own: Ctrl-C in the terminal is for us, and we stop the stations one by one.
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', errors], detached: true, env });
  closeSync(errors);
  living.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => {
    living.delete(child);
    resolve();
  }));
  const ready = await readyOf(child);
  return {
    ...ready,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(late);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function readyOf(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => child.kill('SIGKILL'), READY_MS_MAX);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const line = said.split('\n').slice(0, -1).map(parsed).find((value) => readyLine.safeParse(value).success);
      if (line === undefined) return;
      clearTimeout(late);
      resolve(readyLine.parse(line).ready);
    });
    child.once('exit', () => {
      clearTimeout(late);
      reject(refusalIn(said));
    });
  });
}

function refusalIn(said: string): Refusal {
  for (const line of said.split('\n')) {
    const { error } = (parsed(line) ?? {}) as { error?: { code?: string; detail?: Record<string, string | number> } };
    if (error?.code !== undefined) return new Refusal(error.code as Refusal['code'], error.detail ?? {});
  }
  return new Refusal('station-unreachable');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
