/** The list of a device's own long work: how far, stopped, failed, over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { LongWork, type WorkWatch } from './long-work.ts';

const ASKED = { key: 'part 1', kind: 'opening', name: 'Công điện số 12.pdf' } as const;

function open() {
  const wakes: (() => void)[] = [];
  const work = new LongWork({ after: (_, wake) => { wakes.push(wake); return () => void wakes.splice(wakes.indexOf(wake), 1); } });
  let told = 0;
  work.listen(() => { told += 1; });
  return { work, wakes, told: () => told };
}

/** Work that a test ends. */
function pending<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let seen: WorkWatch | null = null;
  return { work: (watch: WorkWatch) => { seen = watch; watch.signal.addEventListener('abort', () => reject(new Refusal('cancelled'))); return promise; }, resolve, reject, watch: () => seen! };
}

test('what runs says how far it is, is told elsewhere once it takes long, and leaves when it is over', async () => {
  const { work, wakes, told } = open();
  const one = pending<string>();
  const done = work.run(ASKED, one.work);
  assert.deepEqual(work.items.map(({ name, state, isLong }) => [name, state, isLong]), [[ASKED.name, 'running', false]]);
  const before = work.items;
  one.watch().progress(3, 10);
  assert.notEqual(work.items, before);
  wakes[0]!();
  assert.deepEqual(work.items.map(({ done: at, all, isLong }) => [at, all, isLong]), [[3, 10, true]]);
  one.resolve('saved');
  assert.equal(await done, 'saved');
  assert.deepEqual([work.items, wakes], [[], []]);
  assert.ok(told() >= 4);
});

test('what is stopped ends and leaves nothing', async () => {
  const { work } = open();
  const one = pending();
  const done = work.run(ASKED, one.work);
  work.stop(work.items[0]!.id);
  await assert.rejects(done, { code: 'cancelled' });
  assert.deepEqual(work.items, []);
});

test('what failed stays to be read until it is forgotten or begun anew, and of many the newest', async () => {
  const { work } = open();
  const count = (): number => work.items.length;
  const fail = (key: string): Promise<void> => assert.rejects(work.run({ ...ASKED, key }, () => Promise.reject(new Refusal('station-unreachable'))));
  await fail('a');
  assert.deepEqual(work.items.map(({ state, isLong, fault }) => [state, isLong, (fault as Refusal).code]), [['failed', true, 'station-unreachable']]);
  await work.run({ ...ASKED, key: 'a' }, async () => {});
  assert.equal(count(), 0);
  for (let n = 0; n < 12; n++) await fail(`part ${n}`);
  assert.deepEqual([count(), work.items.at(-1)!.key], [8, 'part 11']);
  work.forget(work.items[0]!.id);
  assert.equal(count(), 7);
  await assert.rejects(work.run({ ...ASKED, isRepeated: true }, () => Promise.reject(new Refusal('station-unreachable'))));
  assert.equal(count(), 7);
});

test('a device that is locked stops all of it', async () => {
  const { work } = open();
  const ends = [pending(), pending()].map((one, i) => work.run({ ...ASKED, key: String(i) }, one.work));
  work.close();
  for (const end of ends) await assert.rejects(end, { code: 'cancelled' });
  assert.deepEqual(work.items, []);
});
