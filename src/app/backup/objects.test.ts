/** A backup folder is written where others may write: what it says to be there stays there, and it takes away nothing but its own. */
import assert from 'node:assert/strict';
import fs, { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { BackupFolder } from './objects.ts';

const NAME = 'ab'.repeat(32);
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tram-objects-'));
});
afterEach(() => {
  mock.restoreAll();
  syncBuiltinESMExports();
  rmSync(root, { recursive: true });
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(3);
}

test('an object that was put is there after a power cut, with the folder that was made for it', async () => {
  const synced: string[] = [];
  const sync = fs.fsyncSync;
  mock.method(fs, 'fsyncSync', (handle: number) => {
    synced.push(path.relative(root, fs.readlinkSync(`/proc/self/fd/${handle}`)));
    sync(handle);
  });
  syncBuiltinESMExports();
  const folder = BackupFolder.forWriting(path.join(root, 'kho'));
  try {
    assert.ok(['', 'kho'].every((one) => synced.includes(one)), String(synced));
    synced.length = 0;
    await folder.put(NAME, pieces());
    assert.deepEqual(synced, ['kho/objects', 'kho/objects/ab']);
    assert.deepEqual(readdirSync(path.join(root, 'kho/objects/ab')), [NAME]);
  } finally {
    folder.close();
  }
});

test('pruning takes away nothing but what a backup wrote, wherever a link in its folder leads', async () => {
  const at = (...names: string[]): string => path.join(root, ...names);
  const folder = BackupFolder.forWriting(at('kho'));
  try {
    await folder.put(NAME, pieces());
    fs.mkdirSync(at('tram'));
    for (const name of ['identity.json', NAME, `${NAME}.new-1-${'0'.repeat(16)}`]) fs.writeFileSync(at('tram', name), '');
    fs.symlinkSync('../../tram', at('kho/objects/cd'));
    fs.writeFileSync(at('kho/objects/ab/cua-nguoi-khac.txt'), '');
    fs.rmdirSync(at('kho/snapshots'));
    fs.symlinkSync('../tram', at('kho/snapshots'));
    assert.equal(folder.prune([]), 1);
    assert.deepEqual([readdirSync(at('tram')).length, readdirSync(at('kho/objects/ab'))], [3, ['cua-nguoi-khac.txt']]);
  } finally {
    folder.close();
  }
  BackupFolder.forWriting(at('kho')).close();
  assert.equal(readdirSync(at('tram')).length, 3);
});
