/**
 * Durable acceptances a second with 1, 10 and 100 clients on both engines: sealed and numbered beforehand, then checked,
 * signed, recorded with their events, committed and fsynced by a station's dispatch room on a real disk; a PostgreSQL
 * server is on the same machine, reached by a socket.
 */
import path from 'node:path';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { postgresFolderDisk, type TestDisk } from '../fixtures/disks.ts';
import { openStation, type TestStation } from '../fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, setClock, START } from '../fixtures/organisation.ts';
import { findPostgresql, startCluster } from '../fixtures/postgresql.ts';
import { requestOf, seal } from '../fixtures/submissions.ts';
import { percentile } from './measure.ts';

const CLIENTS = [1, 10, 100] as const;

export interface AcceptanceFigures {
  readonly engine: 'SQLite' | 'PostgreSQL';
  readonly clients: number;
  readonly perSecond: number;
  /** Of one acceptance, as its client waits for it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @param count acceptances of each figure; PostgreSQL is left out where it is not installed */
export async function measureAcceptances(folder: string, count: number): Promise<AcceptanceFigures[]> {
  const figures = await measureEngine('SQLite', folderDisk(path.join(folder, 'sqlite')), count);
  if (findPostgresql() === null) return figures;
  const cluster = startCluster({ onDisk: true });
  try {
    const disk = postgresFolderDisk(path.join(folder, 'postgresql'), await cluster.newDatabase());
    return [...figures, ...(await measureEngine('PostgreSQL', disk, count))];
  } finally {
    cluster.stop();
  }
}

async function measureEngine(engine: AcceptanceFigures['engine'], disk: Disk, count: number): Promise<AcceptanceFigures[]> {
  const org = await foundTestOrganisation(START);
  const station = await openStation(org, HUB, setClock(), { disk: disk as TestDisk });
  try {
    const figures: AcceptanceFigures[] = [];
    for (const clients of CLIENTS) {
      const requests = [];
      for (let i = 0; i < count; i++) requests.push(await requestOf(station, seal(org)));
      figures.push({ engine, clients, ...(await accepted(station, requests, clients)) });
    }
    return figures;
  } finally {
    await station.store.close();
    disk.close();
  }
}

async function accepted(station: TestStation, requests: Awaited<ReturnType<typeof requestOf>>[], clients: number) {
  const [count, took] = [requests.length, [] as number[]];
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const at = performance.now();
      await station.dispatch.acceptance.accept({ person: CLERK }, request);
      took.push(performance.now() - at);
    }
  }));
  const perSecond = count / ((performance.now() - began) / 1_000);
  return { perSecond, p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99) };
}

export function acceptanceTable(figures: readonly AcceptanceFigures[]): string {
  const rows = figures.map(({ engine, clients, perSecond, p50Ms, p99Ms }) =>
    `| ${engine} | ${clients} | ${perSecond.toFixed(0)} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} |`);
  const leftOut = figures.some(({ engine }) => engine === 'PostgreSQL') ? [] : ['', 'left out: PostgreSQL is not installed'];
  return ['| engine | clients | accepted/s | p50 ms | p99 ms |', '| --- | --- | --- | --- | --- |', ...rows, ...leftOut].join('\n');
}
