import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { webClock } from '#platform/web/clock.ts';
import { nodeClock, nodeClockWithin } from './clock.ts';

const DAY_MS = 86_400_000;

for (const [name, clock] of Object.entries({ nodeClock, webClock })) {
  test(`${name} wakes once, at its time, also beyond the longest timer`, (t: TestContext) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1000 });
    assert.equal(clock.now(), 1000);
    let woken = 0;
    clock.after(40 * DAY_MS, () => woken++);
    for (let day = 1; day < 40; day++) t.mock.timers.tick(DAY_MS);
    assert.equal(woken, 0);
    for (let day = 40; day < 50; day++) t.mock.timers.tick(DAY_MS);
    assert.equal(woken, 1);
  });

  test(`${name} does not wake when cancelled, in a later timer either`, (t: TestContext) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let woken = 0;
    const cancel = clock.after(40 * DAY_MS, () => woken++);
    t.mock.timers.tick(30 * DAY_MS);
    cancel();
    t.mock.timers.tick(30 * DAY_MS);
    assert.equal(woken, 0);
  });

  test(`${name} never goes back`, () => {
    assert.ok(clock.monotonicMs() <= clock.monotonicMs());
    assert.equal(clock.uncertaintyMs(), 60_000);
  });
}

test('a clock is as uncertain as it is told', () => {
  assert.equal(nodeClockWithin(250).uncertaintyMs(), 250);
});
