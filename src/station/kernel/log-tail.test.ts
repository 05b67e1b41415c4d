/** What is kept of the log in memory: bounded, in order, and no fault pushed out by requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logAnswer } from '#wire/api/operations.ts';
import { createLog } from './log.ts';
import { LogTail } from './log-tail.ts';
import { stillClock } from './testing.test.ts';

function open(level: 'info' | 'warn') {
  const written: string[] = [];
  const tail = new LogTail();
  const log = createLog({ clock: stillClock, level, write: (line) => void written.push(line), keep: (line) => tail.keep(line) });
  return { log, tail, written };
}

test('lines of both levels are kept, also those that the file leaves out, and are what the API says', () => {
  const { log, tail, written } = open('warn');
  log.info('link-up', { room: 'links', peer: 'don' });
  log.warn('link-refused', { room: 'links', dispatch: new Uint8Array(32).fill(0xab) });
  log.fault('broken', new TypeError('mận is not a function'));
  const { lines, next } = logAnswer.parse(tail.after(0));
  assert.deepEqual(lines.map(({ index, level, what }) => [index, level, what]), [[1, 'info', 'link-up'], [2, 'warn', 'link-refused'], [3, 'fault', 'broken']]);
  assert.deepEqual(lines[1]!.fields, { room: 'links', dispatch: 'ab'.repeat(8) });
  assert.ok(!JSON.stringify(lines).includes('mận'));
  assert.deepEqual([next, written.length], [3, 2]);
  assert.deepEqual(tail.after(next), { lines: [], next: 3 });
});

test('thousands of requests push out no warning, and an answer is bounded', () => {
  const { log, tail } = open('info');
  log.warn('link-refused');
  for (let n = 0; n < 5_000; n++) log.info('request', { status: 200, tookMs: n });
  const { lines, next } = logAnswer.parse(tail.after(0));
  assert.equal(next, 5_001);
  assert.equal(lines.at(-1)!.index, 5_001);
  assert.deepEqual(logAnswer.parse(tail.after(0)).lines.length, 500);
  for (let n = 0; n < 700; n++) log.warn('again');
  assert.equal(tail.after(5_001).lines.length, 500);
});
