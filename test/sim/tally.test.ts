/** A long run of worlds goes on after it was ended, wherever that was. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Progress } from './tally.ts';

const world = (dispatches: number) => ({ worlds: 1, dispatches, failed: 0, asked: { cut: 3 }, faults: { cut: 2 } });

test('what was played is known again, a line that was cut off is played anew, and other worlds are refused', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-sim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'worlds.jsonl');
  const first = new Progress(file, 'small worlds');
  first.keep(1, world(50));
  first.keep(2, world(51));
  appendFileSync(file, '{"seed":3,"worl');
  const second = new Progress(file, 'small worlds');
  assert.deepEqual([...second.done], [[1, world(50)], [2, world(51)]]);
  second.keep(3, world(52));
  assert.deepEqual([...new Progress(file, 'small worlds').done.keys()], [1, 2, 3]);
  assert.throws(() => new Progress(file, 'whole provinces'), /of other worlds/);
});
