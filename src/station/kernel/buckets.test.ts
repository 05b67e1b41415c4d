/** Budgets: so many at once, then one for each interval; whoever spends theirs spends nobody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Buckets } from './buckets.ts';

test('so many at once, then one at each interval, and never more than a full bucket', () => {
  let now = 5_000;
  const buckets = new Buckets({ monotonicMs: () => now }, { most: 3, refillMs: 1_000 });
  assert.deepEqual([1, 2, 3].map(() => buckets.take('a')), [0, 0, 0]);
  assert.equal(buckets.take('a'), 1_000);
  now += 400;
  assert.equal(buckets.waitMs('a'), 600);
  now += 600;
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('a'), 1_000);
  now += 1_000_000;
  assert.deepEqual([1, 2, 3, 4].map(() => buckets.take('a') > 0), [false, false, false, true]);
});

test('another name has its own', () => {
  const buckets = new Buckets({ monotonicMs: () => 0 }, { most: 1, refillMs: 1_000 });
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('a'), 1_000);
  assert.equal(buckets.take('b'), 0);
});

test('what is refused costs nothing, and forgetting full ones gives nothing away', () => {
  let now = 0;
  const buckets = new Buckets({ monotonicMs: () => now }, { most: 1, refillMs: 1_000 });
  buckets.take('a');
  for (let i = 0; i < 5; i++) assert.equal(buckets.take('a'), 1_000);
  for (let i = 0; i < 400; i++) buckets.take(`other ${i}`);
  assert.equal(buckets.waitMs('a'), 1_000);
  now = 1_000;
  for (let i = 0; i < 400; i++) assert.equal(buckets.take(`other ${i}`), 0);
  assert.equal(buckets.take('a'), 0);
});
