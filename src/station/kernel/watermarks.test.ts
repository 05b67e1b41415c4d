/** Three marks of a disk that fills up, from the warning to the last refusal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { demandRoom, diskLevel, orderedWatermarks } from './watermarks.ts';

const MiB = 2 ** 20;
const marks = { warnBytes: 300 * MiB, partsBytes: 200 * MiB, dispatchesBytes: 100 * MiB };

test('a disk gets worse at each mark, and not before', () => {
  const levels = [300, 299, 200, 199, 100, 99, 0].map((free) => diskLevel(free * MiB, marks));
  assert.deepEqual(levels, ['good', 'low', 'low', 'no-parts', 'no-parts', 'no-dispatches', 'no-dispatches']);
});

test('marks out of order are put in order: dispatches are never refused before parts', () => {
  const wrong = { warnBytes: 10, partsBytes: 20, dispatchesBytes: 30 };
  assert.deepEqual(orderedWatermarks(wrong), { warnBytes: 20, partsBytes: 20, dispatchesBytes: 20 });
});

test('a refusal says how much to free', () => {
  assert.doesNotThrow(() => demandRoom(110 * MiB, 10 * MiB, 100 * MiB));
  assert.throws(() => demandRoom(110 * MiB, 10 * MiB + 1, 100 * MiB), (error) =>
    error instanceof Refusal && error.code === 'disk-full' && error.detail['mebibytes'] === 1);
  assert.throws(() => demandRoom(0, 10 * MiB, 100 * MiB), (error) => error instanceof Refusal && error.detail['mebibytes'] === 110);
});
