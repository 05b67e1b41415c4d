/** What stands after a power cut: a file is synced before it has its name, and the folder after. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs, { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { moveDurably, nodeDurable, passingFor, writeDurably } from './durable.ts';

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
  const passing = /sync (nha\/may\/device\.json\.new-.+)/.exec(done[2]!)?.[1];
  assert.deepEqual(done, ['sync nha', 'sync ', `sync ${passing}`, `rename ${passing} nha/may/device.json`, 'sync nha/may']);
  assert.equal(statSync(path.join(root, 'nha/may/device.json')).mode & 0o777, 0o600);
  assert.equal(statSync(path.join(root, 'nha')).mode & 0o777, 0o700);
});

test('what cannot have its name leaves what was there, and nothing beside', () => {
  fs.mkdirSync(path.join(root, 'khoa/cu'), { recursive: true });
  assert.throws(() => writeDurably(path.join(root, 'khoa'), 'mới'));
  assert.deepEqual([readdirSync(root), readdirSync(path.join(root, 'khoa'))], [['khoa'], ['cu']]);
});

test('in a folder that others write, nothing that they laid beside it becomes the file or is written through', () => {
  const at = (name: string): string => path.join(root, name);
  fs.writeFileSync(at('identity.json'), 'của trạm');
  for (const name of ['the.html.new', 'tried.json.part']) fs.symlinkSync('identity.json', at(name));
  fs.writeFileSync(at('pages.key.new'), '', { mode: 0o666 });
  fs.chmodSync(at('pages.key.new'), 0o666);
  const reader = fs.openSync(at('pages.key.new'), 'r');
  for (const name of ['the.html', 'tried.json', 'pages.key']) {
    nodeDurable.write(at(name), 'bí mật');
    const { mode, nlink } = fs.lstatSync(at(name));
    assert.deepEqual([mode & 0o777, nlink, fs.readFileSync(at(name), 'utf8')], [0o600, 1, 'bí mật'], name);
  }
  assert.deepEqual([fs.readFileSync(at('identity.json'), 'utf8'), fs.readFileSync(reader, 'utf8')], ['của trạm', '']);
  fs.closeSync(reader);
});

test('what is laid under the very name is not opened, so nothing goes through it', () => {
  const open = fs.openSync;
  fs.writeFileSync(path.join(root, 'identity.json'), 'của trạm');
  mock.method(fs, 'openSync', (file: string, ...how: [string, number]) => {
    if (file.includes('.new')) fs.symlinkSync('identity.json', file);
    return open(file, ...how);
  });
  syncBuiltinESMExports();
  assert.throws(() => writeDurably(path.join(root, 'the.html'), 'bí mật'), { code: 'EEXIST' });
  assert.equal(fs.readFileSync(path.join(root, 'identity.json'), 'utf8'), 'của trạm');
});

test('what a killed command had begun goes after an hour, and what others write at the same moment, on another machine too, stays', () => {
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const [killed, other] = [`a.new-${gone}-${'0'.repeat(16)}`, `b.new-${gone}-${'1'.repeat(16)}`] as const;
  const writing = [gone, process.ppid, process.pid].map((pid, at) => `a.new-${pid}-${String(at + 2).repeat(16)}`);
  for (const name of [killed, other, ...writing]) fs.writeFileSync(path.join(root, name), '');
  for (const name of [killed, other]) fs.utimesSync(path.join(root, name), 0, 0);
  writeDurably(path.join(root, 'a'), '');
  assert.deepEqual(readdirSync(root).toSorted(), ['a', other, ...writing].toSorted());
  assert.deepEqual([writing[0]!, 'a.new', 'a.newer-1-2', 'a'].map(passingFor), ['a', null, null, null]);
});

test('what moves from one folder to another is gone there and stands here', () => {
  for (const folder of ['ra', 'da-gui']) fs.mkdirSync(path.join(root, folder));
  fs.writeFileSync(path.join(root, 'ra/thu'), '');
  moveDurably(path.join(root, 'ra/thu'), path.join(root, 'da-gui/thu'));
  assert.deepEqual(done, ['rename ra/thu da-gui/thu', 'sync da-gui', 'sync ra']);
});
