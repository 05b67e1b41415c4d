/** What an audit says of simulated stations whose disk and clock met what a test plans for them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultPlan } from './plan.ts';
import { quietPlan } from './planted.ts';
import { play } from './story.ts';

test('a station that is opened again, by a clock that is behind the copy it goes on from, proves itself', async () => {
  const faults: readonly FaultPlan[] = [
    { kind: 'clock', at: 10_000, station: 'xa', byMs: -90 * 60_000 }, { kind: 'restore', at: 30_000, station: 'xa', ageMs: 15_000, restartMs: 5_000, promoted: false },
  ];
  const { findings, world } = await play(quietPlan(faults));
  assert.deepEqual(findings, []);
  assert.ok(world.site('xa').disk.inspect("select 1 from number_issued where state = 'void'").length > 0, 'numbers were left out');
});
