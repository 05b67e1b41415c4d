/** A backup folder is written where others may write: what it says to be there stays there, and it takes away nothing but its own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
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

for (const when of ['before its folder is held', 'while it is held'] as const) {
  test(`a link that is put in the place of a folder of objects ${when} leads no pruning to what it points to`, async () => {
    const folder = BackupFolder.forWriting(at('kho'));
    fs.mkdirSync(at('tram/ab'), { recursive: true });
    fs.writeFileSync(at('tram/ab', NAME), '');
    const exchange = (): void => {
      if (fs.existsSync(at('kho/was'))) return;
      fs.renameSync(at('kho/objects/ab'), at('kho/was'));
      fs.symlinkSync(at('tram/ab'), at('kho/objects/ab'));
    };
    try {
      await folder.put(NAME, pieces());
      const read = fs.readdirSync;
      mock.method(fs, 'readdirSync', (...asked: Parameters<typeof read>) => {
        const found = read(...asked);
        const isNow = when === 'before its folder is held' ? found.length === 0 : found.some((one) => (one as unknown as fs.Dirent).name === NAME);
        if (isNow) exchange();
        return found;
      });
      syncBuiltinESMExports();
      if (when === 'before its folder is held') assert.throws(() => folder.prune([]), { code: 'backup-damaged', detail: { object: 'objects/ab', reason: 'no-folder' } });
      else assert.equal(folder.prune([]), 1);
    } finally {
      mock.restoreAll();
      syncBuiltinESMExports();
      folder.close();
    }
    assert.deepEqual([fs.existsSync(at('kho/was')), readdirSync(at('tram/ab')), readdirSync(at('kho/was'))], [true, [NAME], when === 'while it is held' ? [] : [NAME]]);
  });
}

test('a list that is a pipe, a link or without end is not read', async () => {
  const snapshot = '20261127T130500UTC-1a2b3c4d';
  const folder = BackupFolder.forWriting(at('kho'));
  const list = at('kho/snapshots', `${snapshot}.objects`);
  const put: readonly [string, () => void][] = [
    ['no-file', () => execFileSync('mkfifo', [list])],
    ['link', () => fs.symlinkSync('/dev/zero', list)],
    ['size', () => {
      fs.writeFileSync(list, '');
      fs.truncateSync(list, 2 ** 40);
    }],
    ['missing', () => {}],
  ];
  try {
    await folder.put(NAME, pieces());
    await folder.addSnapshot(snapshot, [NAME], pieces());
    for (const [reason, make] of put) {
      fs.rmSync(list, { force: true });
      make();
      assert.throws(() => folder.prune([]), { code: 'backup-damaged', detail: { object: `${snapshot}.objects`, reason } });
      assert.ok(folder.has(NAME));
    }
  } finally {
    folder.close();
  }
});

test('a lock that is a link, a file of two names or no file is refused, and nothing is made or held by it', () => {
  fs.mkdirSync(at('tram'));
  fs.writeFileSync(at('tram/tram.db'), '');
  const lock = at('kho/backup.lock');
  for (const make of [() => fs.symlinkSync(at('tram/standby.json'), lock), () => fs.symlinkSync(at('tram/tram.db'), lock), () => fs.linkSync(at('tram/tram.db'), lock), () => execFileSync('mkfifo', [lock]), () => fs.mkdirSync(lock)]) {
    BackupFolder.forWriting(at('kho')).close();
    fs.rmSync(lock);
    make();
    assert.throws(() => BackupFolder.forWriting(at('kho')), { code: 'backup-damaged', detail: { object: 'backup.lock', reason: 'no-file' } });
    fs.rmSync(lock, { recursive: true });
  }
  assert.deepEqual([readdirSync(at('tram')), fs.statSync(at('tram/tram.db')).size], [['tram.db'], 0]);
});

test('one at a time, and what is laid beside the lock is not gone on with', () => {
  const first = BackupFolder.forWriting(at('kho'));
  try {
    for (const beside of ['-journal', '-wal', '-shm'].map((end) => at(`kho/backup.lock${end}`))) {
      fs.rmSync(beside, { force: true });
      fs.symlinkSync(at('tram-cua-ai'), beside);
    }
    assert.throws(() => BackupFolder.forWriting(at('kho')), { code: 'backup-folder-in-use' });
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', `import { BackupFolder } from ${JSON.stringify(new URL('./objects.ts', import.meta.url).href)}; BackupFolder.forWriting(${JSON.stringify(at('kho'))});`], { encoding: 'utf8' });
    assert.match(other.stderr, /backup-folder-in-use/, 'the refusal before has not given up the lock');
  } finally {
    first.close();
  }
  assert.equal(fs.existsSync(at('tram-cua-ai')), false);
  BackupFolder.forWriting(at('kho')).close();
});
