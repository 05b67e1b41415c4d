/** Jobs: when due, once for each, again after a failure, again after a crash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { type Job, type JobHandler, Jobs, type JobTables, retryDelayMs } from './jobs.ts';
import { silentLog } from './log.ts';
import { newDisk, type TestDisk } from '../../../test/fixtures/disks.ts';
import { kernelMigrations } from './migrations/index.ts';
import { openStore } from './store.ts';
import { manualClock, START } from './testing.test.ts';

async function openJobs(handlers: Record<string, JobHandler>, disk: TestDisk = newDisk(), clock = manualClock()) {
  const store = await openStore(disk, { migrations: kernelMigrations });
  const jobs = new Jobs({ store, clock, log: silentLog, handlers });
  await jobs.start();
  return { store, jobs, clock, disk };
}

/** Lets time pass and waits for what it woke. */
async function pass({ jobs, clock }: Awaited<ReturnType<typeof openJobs>>, ms: number): Promise<void> {
  await jobs.settled();
  clock.advance(ms);
  await jobs.settled();
}

test('a job runs when it is due, with its payload, once', async () => {
  const ran: Job[] = [];
  const it = await openJobs({ chase: async (job) => void ran.push(job) });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'chase', 'd1', START + 5_000, utf8('p')));
  await pass(it, 4_999);
  assert.equal(ran.length, 0);
  await pass(it, 1);
  await pass(it, 1_000_000);
  assert.deepEqual(ran, [{ kind: 'chase', key: 'd1', payload: utf8('p'), attempts: 0 }]);
});

test('the same key again replaces it; a cancelled one does not run', async () => {
  const ran: string[] = [];
  const it = await openJobs({ chase: async ({ key }) => void ran.push(key) });
  await it.store.commit(async (tx) => {
    await it.jobs.schedule(tx, 'chase', 'a', START + 1_000);
    await it.jobs.schedule(tx, 'chase', 'a', START + 9_000);
    await it.jobs.schedule(tx, 'chase', 'b', START + 1_000);
    await it.jobs.cancel(tx, 'chase', 'b');
  });
  await pass(it, 5_000);
  assert.deepEqual(ran, []);
  await pass(it, 5_000);
  assert.deepEqual(ran, ['a']);
});

test('a failure is tried again, later each time; a repeating job gives its next time', async () => {
  const attempts: number[] = [];
  let repeats = 0;
  const it = await openJobs({
    flaky: async (job) => {
      attempts.push(job.attempts);
      if (job.attempts < 3) throw new Error('not yet');
    },
    daily: async () => {
      repeats++;
      return it.clock.now() + 86_400_000;
    },
  });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'flaky', 'x', START));
  await it.store.commit((tx) => it.jobs.schedule(tx, 'daily', 'x', START));
  for (let second = 0; second < 10; second++) await pass(it, 1_000);
  assert.deepEqual(attempts, [0, 1, 2, 3]);
  assert.equal(repeats, 1);
  for (let hour = 0; hour < 52; hour++) await pass(it, 3_600_000);
  assert.equal(repeats, 3);
  assert.deepEqual([0, 1, 5, 99].map(retryDelayMs), [1_000, 2_000, 32_000, 3_600_000]);
});

test('more than run at once come one after another', async () => {
  let [now, most, done] = [0, 0, 0];
  const it = await openJobs({
    work: async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      done++;
    },
  });
  await it.store.commit(async (tx) => {
    for (let n = 0; n < 30; n++) await it.jobs.schedule(tx, 'work', String(n), START);
  });
  await pass(it, 0);
  assert.equal(done, 30);
  assert.ok(most >= 1 && most <= 4);
});

test('a job that a crash interrupted runs again', async () => {
  let runs = 0;
  let release = () => {};
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  const it = await openJobs({
    work: async () => {
      runs++;
      begun();
      await new Promise<void>((resolve) => (release = resolve));
    },
  });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'work', 'x', START));
  await isBegun;
  it.disk.crash();
  release();
  const again = await openJobs({ work: async () => void runs++ }, it.disk, it.clock);
  await pass(again, 0);
  assert.equal(runs, 2);
});

test('rescheduled while it runs, a job is not lost', async () => {
  let runs = 0;
  const it = await openJobs({
    work: async () => {
      if (++runs === 1) await it.store.commit((tx) => it.jobs.schedule(tx, 'work', 'x', START));
    },
  });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'work', 'x', START));
  await pass(it, 0);
  assert.equal(runs, 2);
  await it.jobs.stop();
  await it.store.commit((tx) => it.jobs.schedule(tx, 'work', 'y', START));
  await pass(it, 100_000);
  assert.equal(runs, 2);
});

test('a job that waits is hurried, and one that is not there is not made', async () => {
  const ran: string[] = [];
  const it = await openJobs({ chase: async ({ key }) => void ran.push(key) });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'chase', 'a', START + 1_000_000));
  await pass(it, 10);
  assert.deepEqual(ran, []);
  await it.jobs.hurry({ kind: 'chase', key: 'b' });
  await it.jobs.hurry({ kind: 'chase', key: 'a' });
  await pass(it, 0);
  assert.deepEqual(ran, ['a']);
});

test('a run that takes long keeps its lease and is not begun a second time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const it = await openJobs({ long: () => { begun += 1; return promise; } });
  await it.store.commit((tx) => it.jobs.schedule(tx, 'long', 'x', START));
  const leaseUntil = async (): Promise<number> =>
    (await it.store.of<JobTables>().read((db) => db.selectFrom('job').select('lease_until').executeTakeFirstOrThrow())).lease_until;
  const until = async (holds: () => Promise<boolean>): Promise<void> => { while (!(await holds())) await new Promise(setImmediate); };
  await until(async () => begun === 1);
  for (let minutes = 5; minutes <= 30; minutes += 5) {
    it.clock.advance(5 * 60_000);
    await until(async () => (await leaseUntil()) === it.clock.now() + 10 * 60_000);
  }
  assert.equal(begun, 1);
  resolve();
  await it.jobs.settled();
  assert.equal(begun, 1);
});
