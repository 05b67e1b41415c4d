/** Which process a folder names: the one that wrote it, and no other that has its number since. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { holderOf, startOf, writeRunning } from './running-file.ts';

const data = mkdtempSync(path.join(tmpdir(), 'tram-running-'));
after(() => rmSync(data, { recursive: true, force: true }));
const runs = (since: number, pid = process.pid): void => writeRunning(data, { url: 'http://127.0.0.1:7440', linkPort: 0, pid, version: '0.1.0', since });

test('the process that was there before the file is named, one that came after it is not', () => {
  const since = 1_800_000_000_000;
  runs(since, 4_711);
  assert.equal(holderOf(data, () => since - 60_000), 4_711);
  assert.equal(holderOf(data, () => since + 60_000), null, 'the number is another process\'s by now');
  assert.equal(holderOf(data, () => null), null, 'gone, or a machine that does not tell');
});

if (process.platform === 'linux') test('by what the machine says of a real process', () => {
  const started = startOf(process.pid)!;
  assert.ok(Math.abs(started - performance.timeOrigin) < 5_000, `${started} ${performance.timeOrigin}`);
  assert.equal(startOf(2 ** 30), null);
  runs(Date.now());
  assert.equal(holderOf(data), process.pid);
  runs(started - 3_600_000);
  assert.equal(holderOf(data), null);
});
