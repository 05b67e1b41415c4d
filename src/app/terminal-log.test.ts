/** The log at a terminal: after the station's first word, and not in JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { terminalLog } from './terminal-log.ts';

const LINE = '{"time":"2026-11-28T19:39:00.000Z","level":"warn","what":"not-reopened","station":"hub","room":"incarnations"}\n';
const PLAIN = '29/11/2026 02:39:00  warn  not-reopened  station=hub  room=incarnations\n';

test('lines wait until the station has begun, and are then said plainly', () => {
  const written: string[] = [];
  const log = terminalLog((line) => void written.push(line), (iso) => (iso === '2026-11-28T19:39:00.000Z' ? '29/11/2026 02:39:00' : iso));
  log.write(LINE);
  assert.deepEqual(written, [], 'the person is told first what runs');
  log.begun();
  assert.deepEqual(written, [PLAIN]);
  log.write('{"time":"x","level":"fault","what":"job-failed","frames":["runRound store.ts:210:9","tick jobs.ts:3:1"]}\n');
  assert.equal(written[1], 'x  fault  job-failed  frames=runRound store.ts:210:9 < tick jobs.ts:3:1\n');
});

test('what was held is said where the station never began', () => {
  const written: string[] = [];
  const log = terminalLog((line) => void written.push(line), () => '29/11/2026 02:39:00');
  log.write(LINE);
  log.close();
  assert.deepEqual(written, [PLAIN]);
});
