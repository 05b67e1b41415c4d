/** The log file: set aside by size, opened again when asked, and never in the way when its disk is full. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_CONFIGURATION } from '#station/kernel/config.ts';
import { want } from '../../test/wants.ts';
import { LogFile, openLogSink } from './log-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-log-'));
after(() => rmSync(folder, { recursive: true }));
const text = (file: string): string => readFileSync(file, 'utf8');

test('at its size a file is set aside; as many are kept as was said, the oldest goes', () => {
  const file = path.join(folder, 'rotate', 'tram.log');
  const log = new LogFile({ file, bytesMax: 20, filesMax: 3 });
  for (const letter of 'abcdefg') log.write(`${letter.repeat(9)}\n`);
  log.close();
  assert.deepEqual([file, `${file}.1`, `${file}.2`].map(text), ['ggggggggg\n', 'eeeeeeeee\nfffffffff\n', 'ccccccccc\nddddddddd\n']);
  assert.ok(!existsSync(`${file}.3`));
  for (const one of [file, `${file}.1`]) assert.equal(statSync(one).mode & 0o777, 0o600);
});

test('one file at most is one file; a line longer than the file still is written whole', () => {
  const file = path.join(folder, 'one.log');
  const log = new LogFile({ file, bytesMax: 20, filesMax: 1 });
  log.write(`${'x'.repeat(50)}\n`);
  log.write('short\n');
  log.close();
  assert.equal(text(file), 'short\n');
  assert.ok(!existsSync(`${file}.1`));
});

test('a file that is there is gone on with, and counts', () => {
  const file = path.join(folder, 'again.log');
  for (const line of ['first\n', 'second\n', 'third\n']) {
    const log = new LogFile({ file, bytesMax: 14, filesMax: 2 });
    log.write(line);
    log.close();
  }
  assert.deepEqual([text(`${file}.1`), text(file)], ['first\nsecond\n', 'third\n']);
});

test('SIGHUP opens the file again, after somebody moved it away', async () => {
  const configuration = { ...DEFAULT_CONFIGURATION, logFile: 'moved.log' };
  const sink = openLogSink(folder, configuration);
  sink.write('before\n');
  renameSync(path.join(folder, 'moved.log'), path.join(folder, 'moved.log.old'));
  const heard = once(process, 'SIGHUP');
  process.kill(process.pid, 'SIGHUP');
  await heard;
  sink.write('after\n');
  sink.close();
  assert.deepEqual([text(path.join(folder, 'moved.log.old')), text(path.join(folder, 'moved.log'))], ['before\n', 'after\n']);
  assert.equal(process.listenerCount('SIGHUP'), 0);
});

test('a device without room loses lines, counts them, and throws nothing', () => {
  const log = new LogFile({ file: '/dev/full', bytesMax: 2 ** 20, filesMax: 2 });
  log.write('lost\n');
  log.write('lost too\n');
  log.close();
  assert.equal(log.lost, 2);
});

const unshare = await want('unshare-mount', 'a log on a full disk');
if (unshare !== null) {
  test('on a full disk lines are lost whole, and said to be lost when there is room again', async () => {
    const script = `
      import { LogFile } from ${JSON.stringify(path.join(import.meta.dirname, 'log-file.ts'))};
      import { writeFileSync, rmSync, readFileSync } from 'node:fs';
      const log = new LogFile({ file: process.argv[1] + '/tram.log', bytesMax: 2 ** 30, filesMax: 2 });
      log.write('before\\n');
      let size = 2 ** 20;
      while (size > 0) { try { writeFileSync(process.argv[1] + '/filler', Buffer.alloc(size)); break; } catch { size -= 4096; } }
      const long = 'y'.repeat(9000) + '\\n';
      for (let i = 0; i < 5; i++) log.write(long);
      rmSync(process.argv[1] + '/filler');
      log.write('after\\n');
      log.close();
      const lines = readFileSync(process.argv[1] + '/tram.log', 'utf8').split('\\n').slice(0, -1);
      console.log(JSON.stringify({ lost: log.lost, lines: lines.map((line) => line.length > 100 ? line.length : line) }));`;
    const disk = mkdtempSync(path.join(folder, 'disk-'));
    const child = spawnSync(unshare, ['-m', 'sh', '-c',
      `mount -t tmpfs -o size=256k none ${disk} && exec "$0" --input-type=module -e "$1" ${disk}`, process.execPath, script], { encoding: 'utf8' });
    assert.equal(child.status, 0, child.stderr);
    const { lost, lines } = JSON.parse(child.stdout) as { lost: number; lines: (string | number)[] };
    assert.ok(lost > 0 && lost <= 5);
    assert.deepEqual(lines, ['before', ...Array.from({ length: 5 - lost }, () => 9000), `{"level":"warn","what":"log-lines-lost","count":${lost}}`, 'after']);
  });
}
