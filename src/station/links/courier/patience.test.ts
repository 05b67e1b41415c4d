/** The measure of a neighbour while one of its volumes is read. Source: docs/protocol/bundles.md §Reading. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { SimulatedTime } from '../../../../test/sim/time.ts';
import { Budgets } from '../budget.ts';
import { Patience } from './patience.ts';

const isRefused = (code: string) => (error: unknown): boolean => error instanceof Refusal && error.code === code;
const never = (): boolean => false;

function measured() {
  const time = new SimulatedTime();
  const clock = time.clock(0, () => true);
  const budgets = new Budgets(clock, { most: 100, perSecond: 50 });
  return { time, budget: budgets.of('hub'), patience: new Patience({ clock, budgets } as unknown as ConstructorParameters<typeof Patience>[0], 'hub') };
}

it('waits half a minute over all that is asked for, and then at once no more', async () => {
  const { time, budget, patience } = measured();
  await budget.take(100, PRECEDENCE_RANK.routine, never);
  let taken = 0;
  const reading = (async () => {
    for (; ; taken++) await patience.take(100, PRECEDENCE_RANK.routine, never);
  })();
  reading.catch(() => {});
  await time.run(31_000);
  await assert.rejects(reading, isRefused('too-many-attempts'));
  assert.ok(taken === 14 || taken === 15, `${taken} at two seconds each`);
  await time.run(60_000);
  await assert.rejects(patience.take(1, PRECEDENCE_RANK.routine, never), isRefused('too-many-attempts'));
});

it('counts once what waits side by side', async () => {
  const { time, budget, patience } = measured();
  await budget.take(100, PRECEDENCE_RANK.routine, never);
  let taken = 0;
  const reading = (async () => {
    for (; ; taken += 4) await Promise.all(Array.from({ length: 4 }, () => patience.take(25, PRECEDENCE_RANK.routine, never)));
  })();
  reading.catch(() => {});
  await time.run(31_000);
  await assert.rejects(reading, isRefused('too-many-attempts'));
  assert.ok(taken >= 4 * 14, `${taken} at half a second each`);
});

it('lets what is more urgent on the line go before, and ends with its reading', async () => {
  const { time, budget, patience } = measured();
  await budget.take(100, PRECEDENCE_RANK.routine, never);
  const order: string[] = [];
  let isClosed = false;
  const stick = patience.take(50, PRECEDENCE_RANK.routine, () => isClosed).then(() => order.push('stick'));
  const line = budget.take(100, PRECEDENCE_RANK.immediate, never).then(() => order.push('line'));
  await time.run(5_000);
  await Promise.all([stick, line]);
  assert.deepEqual(order, ['line', 'stick']);
  await budget.take(100, PRECEDENCE_RANK.immediate, never);
  const left = patience.take(100, PRECEDENCE_RANK.routine, () => isClosed);
  left.catch(() => {});
  isClosed = true;
  await time.run(10_000);
  await assert.rejects(left, isRefused('cancelled'));
});
