/** Chores: begun once, ended when somebody says so, begun again after the station stopped, done with when refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { type Job, type JobHandler, Jobs } from '#station/kernel/jobs.ts';
import { silentLog } from '#station/kernel/log.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { openStore } from '#station/kernel/store.ts';
import { type BackupStand, type Chore, CHORES } from '#wire/api/operations.ts';
import { newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import { manualClock } from '../kernel/testing.test.ts';
import { Chores, type ChoreWatch, type Machine } from './chores.ts';

const STAND: BackupStand = { made: null, everyMs: null, rows: null, failed: null, verified: null, restored: null, lacks: null };

function machineThat(backup: (watch: ChoreWatch) => Promise<void>, stand: Partial<BackupStand> = {}): Machine {
  return { work: { backup, doctor: async () => {} }, backupStand: async () => ({ ...STAND, ...stand }), examination: () => null };
}

/** Works until it is told to stop. */
function endless(): { readonly begun: number[]; readonly work: (watch: ChoreWatch) => Promise<void>; readonly started: () => Promise<void> } {
  const begun: number[] = [];
  let next = Promise.withResolvers<void>();
  return {
    begun,
    started: async () => {
      await next.promise;
      next = Promise.withResolvers();
    },
    work: ({ stop, progress }) => new Promise((_, reject) => {
      progress({ rows: 7, blobs: 1, bytes: 900 });
      begun.push(1);
      stop.addEventListener('abort', () => reject(new Refusal('cancelled')), { once: true });
      next.resolve();
    }),
  };
}

/** @param way what a job goes through between its lease and its run */
async function openChores(machine: Machine | null, disk: TestDisk = newDisk(), way: () => Promise<void> = async () => {}) {
  const clock = manualClock();
  const store = await openStore(disk, { migrations: kernelMigrations });
  const chores = new Chores({ machine, store, clock, log: silentLog, jobs: () => jobs });
  const jobs: Jobs = new Jobs({ store, clock, log: silentLog, handlers: slow(chores.handlers, way) });
  await jobs.start();
  const waiting = (): Promise<unknown[]> => store.of<{ job: { kind: string } }>().read((db) => db.selectFrom('job').select('kind').execute());
  return { chores, jobs, store, clock, disk, waiting };
}

function slow(handlers: Chores['handlers'], way: () => Promise<void>): Record<string, JobHandler> {
  return Object.fromEntries(Object.entries(handlers).map(([kind, run]) => [kind, (job: Job) => way().then(() => run(job))]));
}

/** Where a job is held up on its way, and who sees that it is there. */
function hold() {
  const [there, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const way = (): Promise<void> => {
    there.resolve();
    return go.promise;
  };
  return { there: there.promise, go: go.resolve, way };
}

test('what is under way is begun once, says how it goes, and ends when somebody says so', async () => {
  const { begun, work, started } = endless();
  const { chores, jobs, waiting } = await openChores(machineThat(work));
  await chores.begin('backup');
  await started();
  await chores.begin('backup');
  assert.deepEqual(chores.state('backup')?.progress, { rows: 7, blobs: 1, bytes: 900 });
  assert.equal(chores.state('doctor'), null);
  await chores.cancel('backup');
  assert.equal(chores.state('backup'), null);
  await jobs.settled();
  assert.deepEqual([begun.length, await waiting()], [1, []]);
});

test('what is dropped between its lease and its run does not begin, and may be asked for again', async () => {
  const { begun, work, started } = endless();
  const { there, go, way } = hold();
  const { chores, jobs, waiting } = await openChores(machineThat(work), newDisk(), way);
  await chores.begin('backup');
  await there;
  await chores.cancel('backup');
  go();
  await jobs.settled();
  assert.deepEqual([begun.length, chores.state('backup'), await waiting()], [0, null, []]);
  await chores.begin('backup');
  await started();
  await chores.cancel('backup');
  await jobs.settled();
  assert.deepEqual([begun.length, await waiting()], [1, []]);
});

test('one that is asked for while the one before stops begins when that has stopped', async () => {
  const { begun, work, started } = endless();
  const { chores, jobs } = await openChores(machineThat(work));
  await chores.begin('backup');
  await started();
  const stopping = chores.cancel('backup');
  await chores.begin('backup');
  await stopping;
  await started();
  await chores.cancel('backup');
  await jobs.settled();
  assert.equal(begun.length, 2);
});

test('what has its lease when the station stops does not begin, and does at its next start', async () => {
  const { begun, work, started } = endless();
  const { there, go, way } = hold();
  const first = await openChores(machineThat(work), newDisk(), way);
  await first.chores.begin('backup');
  await there;
  first.chores.stop();
  go();
  await first.jobs.stop();
  assert.equal(begun.length, 0);
  assert.deepEqual(await first.waiting(), [{ kind: 'backup' }]);
  await first.store.close();
  const second = await openChores(machineThat(work), first.disk);
  await second.jobs.settled();
  second.clock.advance(60_000);
  await started();
  await second.chores.cancel('backup');
  await second.jobs.settled();
});

test('a station that stops in the middle begins it again at its next start', async () => {
  const { work, started } = endless();
  const first = await openChores(machineThat(work));
  await first.chores.begin('backup');
  await started();
  first.chores.stop();
  await first.jobs.stop();
  await first.store.close();
  const ended = Promise.withResolvers<void>();
  const second = await openChores(machineThat(async () => ended.resolve()), first.disk);
  await second.jobs.settled();
  second.clock.advance(60_000);
  await ended.promise;
  await second.jobs.settled();
  assert.deepEqual(await second.waiting(), []);
});

test('what is refused is done with: the machine remembers it, and nobody tries by itself', async () => {
  const { chores, jobs, waiting } = await openChores(machineThat(() => Promise.reject(new Refusal('backup-folder-in-use'))));
  await chores.begin('backup');
  await jobs.settled();
  assert.deepEqual(await waiting(), []);
});

test('a fault that nobody knows is tried again, and somebody may drop it', async () => {
  const { chores, jobs, waiting } = await openChores(machineThat(() => Promise.reject(new Error('no memory'))));
  await chores.begin('backup');
  await jobs.settled();
  assert.deepEqual(await waiting(), [{ kind: 'backup' }]);
  await chores.cancel('backup');
  assert.deepEqual(await waiting(), []);
});

test('no backup is begun without a place and a key, and none where no machine is', async () => {
  const begin = async (machine: Machine | null, chore: Chore = 'backup'): Promise<void> => (await openChores(machine)).chores.begin(chore);
  const never = (): Promise<void> => assert.fail('it was begun');
  await assert.rejects(begin(machineThat(never, { lacks: 'folder' })), { code: 'backup-folder-unset' });
  await assert.rejects(begin(machineThat(never, { lacks: 'key' })), { code: 'backup-recipient-missing' });
  await begin(machineThat(never, { lacks: 'folder' }), 'doctor');
  for (const chore of CHORES) await assert.rejects(begin(null, chore), { code: 'chores-unattended' });
});
