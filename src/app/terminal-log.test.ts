/** The log at a terminal: what goes well after the station's first word, what does not at once, and not in JSON. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { terminalLog } from './terminal-log.ts';

const line = (level: string, what: string): string => `{"time":"2026-11-28T19:39:00.000Z","level":"${level}","what":"${what}","station":"hub","room":"incarnations"}\n`;
const plain = (level: string, what: string): string => `29/11/2026 02:39:00  ${level}  ${what}  station=hub  room=incarnations\n`;
const timeText = (iso: string): string => (iso === '2026-11-28T19:39:00.000Z' ? '29/11/2026 02:39:00' : iso);

function logged() {
  const written: string[] = [];
  const ending = new EventEmitter<{ exit: [] }>();
  return { written, ending, log: terminalLog((one) => void written.push(one), timeText, ending) };
}

test('what goes well waits until the station has begun, and is then said plainly', () => {
  const { written, ending, log } = logged();
  log.write(line('info', 'store-opened'));
  assert.deepEqual(written, [], 'the person is told first what runs');
  log.begun();
  assert.deepEqual(written, [plain('info', 'store-opened')]);
  log.write('{"time":"x","level":"fault","what":"job-failed","frames":["runRound store.ts:210:9","tick jobs.ts:3:1"]}\n');
  assert.equal(written[1], 'x  fault  job-failed  frames=runRound store.ts:210:9 < tick jobs.ts:3:1\n');
  assert.equal(ending.listenerCount('exit'), 0);
});

test('a warning and a fault are said at once, with what came before, though the station never begins', () => {
  for (const level of ['warn', 'fault']) {
    const { written, log } = logged();
    log.write(line('info', 'store-opened'));
    log.write(line(level, 'not-reopened'));
    log.write(line('info', 'link-up'));
    assert.deepEqual(written, [plain('info', 'store-opened'), plain(level, 'not-reopened'), plain('info', 'link-up')]);
  }
});

test('what was held is said where the station never began, once', () => {
  const { written, ending, log } = logged();
  log.write(line('info', 'store-opened'));
  log.close();
  ending.emit('exit');
  assert.deepEqual(written, [plain('info', 'store-opened')]);
});

test('a process that falls says first what was held', () => {
  const program = `const { terminalLog } = await import(${JSON.stringify(path.join(import.meta.dirname, 'terminal-log.ts'))});
    terminalLog((one) => process.stderr.write(one), (iso) => iso, process).write(${JSON.stringify(line('info', 'store-opened'))});
    process.exit(9);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  assert.equal(status, 9);
  assert.match(stderr, /^2026-\S+ {2}info {2}store-opened /);
});
