import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegisterRow } from '#client/registers/register-index.ts';
import { byUrgency } from './waiting.ts';

const NOW = Date.UTC(2026, 10, 28, 2);
const HOUR = 3_600_000;

function row(dispatch: string, more: Partial<RegisterRow>): RegisterRow {
  const usual = { direction: 'in', state: 'opened', precedence: 'routine', time: NOW - HOUR, replyBy: null, deliverBy: null, outcome: null };
  return { ...usual, dispatch, ...more } as unknown as RegisterRow;
}

test('late, then urgent, then unopened, then by the date of the answer, then the oldest', () => {
  const rows = [
    row('cũ', { time: NOW - 5 * HOUR }), row('cũ hơn', { time: NOW - 6 * HOUR }), row('hẹn mai', { replyBy: NOW + 24 * HOUR, time: NOW }), row('hẹn chiều', { replyBy: NOW + 8 * HOUR, time: NOW }),
    row('chưa mở', { state: 'arrived', time: NOW - 1 }), row('hỏa tốc', { precedence: 'flash', time: NOW }), row('quá hạn', { replyBy: NOW - 1, time: NOW }),
  ];
  assert.deepEqual(byUrgency(rows, NOW).map(({ dispatch }) => dispatch), ['quá hạn', 'hỏa tốc', 'chưa mở', 'hẹn chiều', 'hẹn mai', 'cũ hơn', 'cũ']);
});
