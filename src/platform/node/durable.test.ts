/** What stands after a power cut: a file is synced before it has its name, and the folder after. */
import assert from 'node:assert/strict';
import fs, { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { moveDurably, nodeDurable, writeDurably } from './durable.ts';

let root: string;
/** In order: what was synced and what was renamed, below the root. */
let done: string[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tram-durable-'));
  done = [];
  const named = (file: string | number): string => path.relative(root, typeof file === 'string' ? file : fs.readlinkSync(`/proc/self/fd/${file}`));
  const [fsync, rename] = [fs.fsyncSync, fs.renameSync];
  mock.method(fs, 'fsyncSync', (handle: number) => {
    done.push(`sync ${named(handle)}`);
    fsync(handle);
  });
  mock.method(fs, 'renameSync', (from: string, to: string) => {
    done.push(`rename ${named(from)} ${named(to)}`);
    rename(from, to);
  });
  syncBuiltinESMExports();
});
afterEach(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
  rmSync(root, { recursive: true });
});

test('a file is synced, has its name, and the name is synced; so are folders that are made', () => {
  nodeDurable.write(path.join(root, 'nha/may/device.json'), '{}');
  assert.deepEqual(done, ['sync nha', 'sync ', 'sync nha/may/device.json.new', 'rename nha/may/device.json.new nha/may/device.json', 'sync nha/may']);
  assert.equal(statSync(path.join(root, 'nha/may/device.json')).mode & 0o777, 0o600);
  assert.equal(statSync(path.join(root, 'nha')).mode & 0o777, 0o700);
});

test('what cannot have its name leaves what was there, and nothing beside', () => {
  fs.mkdirSync(path.join(root, 'khoa/cu'), { recursive: true });
  assert.throws(() => writeDurably(path.join(root, 'khoa'), 'mới'));
  assert.deepEqual([readdirSync(root), readdirSync(path.join(root, 'khoa'))], [['khoa'], ['cu']]);
});

test('what moves from one folder to another is gone there and stands here', () => {
  for (const folder of ['ra', 'da-gui']) fs.mkdirSync(path.join(root, folder));
  fs.writeFileSync(path.join(root, 'ra/thu'), '');
  moveDurably(path.join(root, 'ra/thu'), path.join(root, 'da-gui/thu'));
  assert.deepEqual(done, ['rename ra/thu da-gui/thu', 'sync da-gui', 'sync ra']);
});
