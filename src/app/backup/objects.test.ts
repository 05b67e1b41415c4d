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

const at = (...names: string[]): string => path.join(root, ...names);

test('pruning takes away nothing but what a backup wrote, and of that what was killed, by a former version too', async () => {
  const folder = BackupFolder.forWriting(at('kho'));
  const others = ['cua-nguoi-khac.txt', 'cua-nguoi-khac.txt.part'];
  try {
    await folder.put(NAME, pieces());
    for (const name of others) fs.writeFileSync(at('kho/objects/ab', name), '');
    fs.symlinkSync('../../tram', at('kho/objects/ab', `${NAME.slice(1)}a.part`));
    fs.mkdirSync(at('kho/objects/lost+found'));
    fs.writeFileSync(at('kho/objects/lost+found', NAME), '');
    assert.equal(folder.prune([]), 1);
  } finally {
    folder.close();
  }
  for (const name of [`${NAME}.part`, `${NAME}.new-1-${'0'.repeat(16)}`]) fs.writeFileSync(at('kho/objects/ab', name), '');
  BackupFolder.forWriting(at('kho')).close();
  assert.deepEqual([readdirSync(at('kho/objects/ab')).toSorted(), readdirSync(at('kho/objects/lost+found'))], [[`${NAME.slice(1)}a.part`, ...others].toSorted(), [NAME]]);
});

for (const part of ['objects', 'objects/ab', 'snapshots']) {
  test(`a link in the place of ${part} is refused: nothing is written or taken away where it leads`, async () => {
    const snapshot = '20261126T130500UTC-1a2b3c4d';
    const folder = BackupFolder.forWriting(at('kho'));
    const refused = { code: 'backup-damaged', detail: { object: part, reason: 'no-folder' } };
    // As the station keeps its sealed parts.
    fs.mkdirSync(at('tram/ab'), { recursive: true });
    for (const name of [`ab/${NAME}`, NAME, snapshot, `${snapshot}.objects`]) fs.writeFileSync(at('tram', name), '');
    const kept = readdirSync(at('tram'), { recursive: true }).length;
    try {
      await folder.put('ab'.padEnd(64, '0'), pieces());
      fs.rmSync(at('kho', part), { recursive: true });
      fs.symlinkSync(at('tram'), at('kho', part));
      assert.throws(() => folder.prune([snapshot]), refused);
      await assert.rejects(part === 'snapshots' ? folder.addSnapshot(snapshot, [], pieces()) : folder.put(NAME, pieces()), refused);
    } finally {
      folder.close();
    }
    assert.throws(() => BackupFolder.forWriting(at('kho')), refused);
    assert.equal(readdirSync(at('tram'), { recursive: true }).length, kept);
  });
}

test('a first backup that was killed before its mark stood is begun again, and where anything else lies it is not', () => {
  fs.mkdirSync(at('kho/objects'), { recursive: true });
  fs.mkdirSync(at('kho/snapshots'));
  fs.writeFileSync(at('kho', `tram-backup.new-1-${'0'.repeat(16)}`), '');
  BackupFolder.forWriting(at('kho')).close();
  fs.rmSync(at('kho/tram-backup'));
  fs.mkdirSync(at('kho/objects/ab'));
  assert.throws(() => BackupFolder.forWriting(at('kho')), { code: 'backup-folder-occupied' });
});
