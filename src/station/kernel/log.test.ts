/** What gets into the log, and above all what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { createLog } from './log.ts';
import { stillClock } from './testing.test.ts';

function record(): { log: ReturnType<typeof createLog>; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  return { log: createLog({ clock: stillClock, write }), lines };
}

test('a line is time, level, what, and fields', () => {
  const { log, lines } = record();
  log.with({ room: 'links' }).info('link-up', { peer: 'st-2', count: 3 });
  const time = '2027-01-15T08:00:00.000Z';
  assert.deepEqual(lines, [{ time, level: 'info', what: 'link-up', room: 'links', peer: 'st-2', count: 3 }]);
});

test('ids are shortened, so that no key fits in', () => {
  const { log, lines } = record();
  log.info('arrived', { dispatch: new Uint8Array(32).fill(0xab) });
  assert.equal(lines[0]!['dispatch'], 'ab'.repeat(8));
});

test('what does not fit its form, and names that are not listed, stay out', () => {
  const { log, lines } = record();
  const passphrase = 'con ngựa đúng pin kẹp';
  log.warn(passphrase, { peer: passphrase, count: Number.NaN });
  log.info('x', { passphrase, room: passphrase } as object);
  assert.ok(!JSON.stringify(lines).includes('ngựa'));
  assert.deepEqual([lines[0]!['what'], lines[0]!['peer'], lines[0]!['count'], lines[1]!['room']], ['?', '?', '?', '?']);
  assert.ok(!('passphrase' in lines[1]!));
});

test('a fault is logged with its place but not its message', () => {
  const { log, lines } = record();
  log.fault('broken', new TypeError('mận is not a function'));
  log.fault('refused', new Refusal('disk-full', { path: 'mận' }));
  log.fault('asserted', new Error('assertion failed: a tree has one root'));
  log.fault('thrown', 'mận');
  assert.ok(!JSON.stringify(lines).includes('mận'));
  assert.equal(lines[0]!['error'], 'TypeError');
  assert.match(JSON.stringify(lines[0]!['frames']), /log\.test\.ts:\d+:\d+/);
  assert.ok(!JSON.stringify(lines[0]!['frames']).includes('/'));
  assert.equal(lines[1]!['refusal'], 'disk-full');
  assert.equal(lines[2]!['assertion'], 'assertion failed: a tree has one root');
});

test('of level warn, what went as it should is left out', () => {
  const lines: string[] = [];
  const log = createLog({ clock: stillClock, write: (line) => void lines.push(line), level: 'warn' });
  log.with({ room: 'links' }).info('link-up');
  log.with({ room: 'links' }).warn('link-down');
  assert.equal(lines.length, 1);
});
