/**
 * Durable acceptances a second with 1, 10 and 100 clients on both engines: sealed and numbered beforehand, accepted by a
 * real station on a real disk. `node test/bench/acceptances.ts [COUNT]`; figures stand in docs/operating/performance.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { postgresFolderDisk, type TestDisk } from '../fixtures/disks.ts';
import { openStation } from '../fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, setClock, START } from '../fixtures/organisation.ts';
import { findPostgresql, startCluster } from '../fixtures/postgresql.ts';
import { requestOf, seal } from '../fixtures/submissions.ts';

const COUNT = Number(process.argv[2] ?? '200');
const folder = mkdtempSync(path.join(tmpdir(), 'tram-acceptances-'));
const org = await foundTestOrganisation(START);

console.log('| engine | clients | accepted/s | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |');
await measure('SQLite', folderDisk(path.join(folder, 'sqlite')));
if (findPostgresql() === null) console.log('left out: PostgreSQL is not installed');
else {
  const cluster = startCluster({ onDisk: true });
  await measure('PostgreSQL', postgresFolderDisk(path.join(folder, 'postgresql'), await cluster.newDatabase()));
  cluster.stop();
}
rmSync(folder, { recursive: true });

async function measure(engine: string, disk: Disk): Promise<void> {
  const station = await openStation(org, HUB, setClock(), { disk: disk as TestDisk });
  for (const clients of [1, 10, 100]) {
    const requests: Awaited<ReturnType<typeof requestOf>>[] = [];
    for (let i = 0; i < COUNT; i++) requests.push(await requestOf(station, seal(org)));
    const took: number[] = [];
    const began = performance.now();
    await Promise.all(Array.from({ length: clients }, async () => {
      for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
        const at = performance.now();
        await station.dispatch.acceptance.accept({ person: CLERK }, request);
        took.push(performance.now() - at);
      }
    }));
    const rate = COUNT / ((performance.now() - began) / 1_000);
    took.sort((a, b) => a - b);
    const at = (share: number): string => took[Math.min(took.length - 1, Math.floor(took.length * share))]!.toFixed(1);
    console.log(`| ${engine} | ${clients} | ${rate.toFixed(0)} | ${at(0.5)} | ${at(0.99)} |`);
  }
  await station.store.close();
  disk.close();
}
