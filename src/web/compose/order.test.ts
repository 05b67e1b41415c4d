import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, isPast } from './order.ts';

const NOW = Date.UTC(2026, 10, 28, 2);

test('what has passed is told from what is to come, and a year from long ago is no fault while somebody types', () => {
  const past = (replyBy: string): boolean => isPast({ ...EMPTY, replyBy }, 'replyBy', NOW);
  assert.deepEqual(['', '28/11/2026 09:00', '01/01/1234 17:00', '31/02/2026 10:00'].map(past), [false, true, true, true]);
  assert.deepEqual(['28/11/2026 09:01', '01/01/2027 16:45'].map(past), [false, false]);
});
