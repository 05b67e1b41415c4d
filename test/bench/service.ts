/**
 * What a person waits for and a machine carries at rest: a station's start and restart, unlocking a keyring, log-in one after
 * the other and ten at a time, and the memory of a station that has nothing to do.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import type { CliContext } from '#cli/context.ts';
import { deviceRing } from '#cli/rings.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { quietContext } from '../scenario/command-line.ts';
import { PASSPHRASE, type StationName, twoStations, type TwoStations } from '../fixtures/two-stations.ts';
import { median, percentile, timed } from './measure.ts';

const LOG_INS = 100;
const TOGETHER = 10;
const REST_MS = 5_000;

export interface ServiceFigures {
  /** Seconds, one a run. */
  readonly restart: readonly number[];
  readonly unlock: readonly number[];
  readonly logIn: readonly number[];
  readonly logInTogether: readonly number[];
  /** MiB of resident memory after five seconds without work. */
  readonly atRest: Readonly<Record<StationName, number>>;
}

export async function measureService(folder: string): Promise<ServiceFigures> {
  const stations = await twoStations(fullCostContext(), folder);
  try {
    await stations.start('post');
    const restart: number[] = [];
    for (let run = 0; run < 5; run++) restart.push(await restarted(stations));
    await stations.drafter.begin();
    const unlock: number[] = [];
    for (let run = 0; run < 5; run++) unlock.push(await unlocked(path.join(folder, 'clerk')));
    const { drafter } = stations;
    const logIn: number[] = [];
    for (let run = 0; run < LOG_INS; run++) logIn.push(await timed(() => drafter.api.logIn(nodeCrypto, drafter.ring, drafter.view)));
    const logInTogether: number[] = [];
    for (let run = 0; run < LOG_INS / TOGETHER; run++) {
      const all = Array.from({ length: TOGETHER }, () => timed(() => drafter.api.logIn(nodeCrypto, drafter.ring, drafter.view)));
      logInTogether.push(...(await Promise.all(all)));
    }
    return { restart, unlock, logIn, logInTogether, atRest: await atRest(stations) };
  } finally {
    await stations.close();
  }
}

async function restarted(stations: TwoStations): Promise<number> {
  await stations.stop('hub');
  return timed(() => stations.start('hub'));
}

/** Started anew: what log-ins left behind is not rest. */
async function atRest(stations: TwoStations): Promise<Record<StationName, number>> {
  for (const station of ['hub', 'post'] as const) {
    await stations.stop(station);
    await stations.start(station);
  }
  await delay(REST_MS);
  return { hub: residentMib(stations.pid('hub')), post: residentMib(stations.pid('post')) };
}

async function unlocked(home: string): Promise<number> {
  return timed(async () => (await unlockKeyring(deviceRing(fullCostContext(), home), PASSPHRASE)).lock());
}

/** The tests' own makes slots that cost next to nothing, and what a slot costs is named when it is made. */
function fullCostContext(): CliContext {
  return { ...quietContext(), provider: nodeCrypto };
}

function residentMib(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

export function serviceTable({ restart, unlock, logIn, logInTogether, atRest: memory }: ServiceFigures): string {
  const ms = (seconds: number): string => `${(1_000 * seconds).toFixed(1)} ms`;
  const row = (name: string, seconds: readonly number[]): string => `| ${name} | ${ms(median(seconds))} | ${ms(percentile(seconds, 0.99))} | ${seconds.length} |`;
  return [
    '| service | p50 | p99 | times |', '| --- | --- | --- | --- |',
    row('station start, from spawning to the ready line', restart),
    row('unlocking a keyring (Argon2id, 64 MiB, 3 passes)', unlock),
    row('log-in: challenge, two signatures, token', logIn),
    row(`log-in, ${TOGETHER} at a time`, logInTogether),
    '', `memory at rest, MiB: hub ${memory.hub.toFixed(0)}, post ${memory.post.toFixed(0)}`,
  ].join('\n');
}
