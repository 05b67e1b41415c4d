/** Chores: begun once, ended when somebody says so, begun again after the station stopped, done with when refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { Jobs } from '#station/kernel/jobs.ts';
import { silentLog } from '#station/kernel/log.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { openStore } from '#station/kernel/store.ts';
import type { BackupStand } from '#wire/api/operations.ts';
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

async function openChores(machine: Machine | null, disk: TestDisk = newDisk()) {
  const clock = manualClock();
  const store = await openStore(disk, { migrations: kernelMigrations });
  const chores = new Chores({ machine, store, clock, log: silentLog, jobs: () => jobs });
  const jobs: Jobs = new Jobs({ store, clock, log: silentLog, handlers: chores.handlers });
  await jobs.start();
  const waiting = (): Promise<unknown[]> => store.of<{ job: { kind: string } }>().read((db) => db.selectFrom('job').select('kind').execute());
  return { chores, jobs, store, clock, disk, waiting };
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
  const begin = async (machine: Machine | null): Promise<void> => (await openChores(machine)).chores.begin('backup');
  const never = (): Promise<void> => assert.fail('it was begun');
  await assert.rejects(begin(machineThat(never, { lacks: 'folder' })), { code: 'backup-folder-unset' });
  await assert.rejects(begin(machineThat(never, { lacks: 'key' })), { code: 'backup-recipient-missing' });
  await assert.rejects(begin(null), { code: 'backup-folder-unset' });
});
