/** Backups of real folders: what comes back, what is written anew, what is refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import type { BackupWatch } from '#cli/backup-host.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { openStore } from '#station/kernel/store.ts';
import { stationMigrations } from '#station/compose.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { copyStation, databaseOf, runSql } from '../../../test/fixtures/station-records.ts';
import { nodeHost } from '../compose-node.ts';
import { stationDisk } from '../station-database.ts';
import { readIdentity, readStationConfiguration } from '../station-folder.ts';
import { nodeBackups } from './host.ts';
import { prunable } from './keep.ts';
import { BackupFolder, snapshotName } from './objects.ts';
import { chooseSnapshot, readManifest } from './restore.ts';
import { decodeRows, encodeRow, RowChunker } from './rows.ts';

const watch: BackupWatch = { stop: new AbortController().signal, progress: () => {} };

function refusal(code: string) {
  return (error: unknown) => (error as { code?: unknown }).code === code;
}

describe('a backup', () => {
  let root: string;
  let kept: KeptFolders;
  let secret: Uint8Array;
  let recipient: string;
  let first: Awaited<ReturnType<typeof nodeBackups.make>>;
  /** Where a restored station's records are to come: on PostgreSQL a database that is empty. */
  const into = async (): Promise<{ database?: string }> => (isOnPostgresql ? { database: await (await sharedCluster()).newDatabase() } : {});
  const to = (): string => path.join(root, 'backups');
  const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name)).toSorted();

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-backup-'));
    kept = await keepFolders(path.join(root, 'kept'));
    // A period that stands when the backup is made and is destroyed after.
    await runSql(kept.hub, "insert into key_wrap (office, purpose, number, device, bytes) select office, 'transport', number, device, bytes from key_wrap");
    secret = await nodeCrypto.kem.generateSecret();
    recipient = await recipientOf(nodeCrypto, secret, 0);
    first = await nodeBackups.make({ data: kept.hub, to: to(), recipient, keep: null }, watch);
  });
  after(() => rmSync(root, { recursive: true }));

  it('restores to a folder that audits, with everything that was there', async () => {
    const data = path.join(root, 'restored');
    const report = await nodeBackups.restore({ from: to(), at: null, secret, data, ...(await into()) }, watch);
    assert.deepEqual(report.audit.faults, []);
    assert.equal(databaseOf(data) !== null, isOnPostgresql);
    assert.equal(existsSync(path.join(data, 'tram.db')), !isOnPostgresql);
    assert.deepEqual([report.rows, report.blobs, report.ledger], [first.rows, first.blobs, first.ledger]);
    assert.ok(report.blobs >= 2 && report.rows > 100);
    assert.deepEqual(readFileSync(path.join(data, 'identity.json')), readFileSync(path.join(kept.hub, 'identity.json')));
    for (const blob of filesIn(path.join(kept.hub, 'blobs'))) {
      assert.deepEqual(readFileSync(path.join(data, path.relative(kept.hub, blob))), readFileSync(blob));
    }
  });

  it('is refused as another organisation\'s before a row is written, where one was named', async () => {
    const data = path.join(root, 'other');
    const { founding } = readIdentity(kept.hub);
    const other = founding.with(31, founding[31]! ^ 1);
    await assert.rejects(nodeBackups.restore({ from: to(), at: null, secret, data, founding: other, ...(await into()) }, watch), refusal('backup-other-organisation'));
    await assert.rejects(nodeBackups.verify({ from: to(), at: null, secret, founding: other }, watch), refusal('backup-other-organisation'));
    assert.equal(existsSync(data), false);
    assert.deepEqual((await nodeBackups.verify({ from: to(), at: null, secret, founding }, watch)).audit.faults, []);
  });

  it('leaves out what is erased once it has served, and keeps what must come back', async () => {
    const counts = (folder: string): Promise<number[]> => {
      const count = async (from: string): Promise<number> => Number((await runSql(folder, `select count(*) as n from ${from}`))[0]!['n']);
      return Promise.all(["key_wrap where purpose = 'transport'", 'escrow_release', 'pending_proposal', 'withdrawn_proposal', 'device_request', "key_wrap where purpose = 'storage'", 'escrow_share', 'ring_copy'].map(count));
    };
    const had = await counts(kept.hub);
    assert.ok(had[0]! > 0 && had[1]! > 0 && had[2]! > 0 && had[3]! > 0 && had[4]! > 0 && had[7]! > 0, String(had));
    assert.deepEqual(await counts(path.join(root, 'restored')), [0, 0, 0, 0, 0, ...had.slice(5)]);
  });

  it('is verified without leaving the station behind, nor what a killed run left', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const [killed, running] = [pid, process.ppid].map((one) => path.join(tmpdir(), `tram-verify-${one}-${path.basename(root)}`)) as [string, string];
    for (const one of [killed, running]) mkdirSync(path.join(one, 'data'), { recursive: true });
    // An hour after its last change: until then it may be of a container whose processes are not seen here.
    for (const one of [path.join(killed, 'data'), killed]) utimesSync(one, 1, 1);
    try {
      await nodeBackups.verify({ from: to(), at: null, secret }, watch);
      assert.deepEqual([existsSync(killed), existsSync(running)], [false, true], 'only those whose process is no more');
      assert.deepEqual(readdirSync(tmpdir()).filter((name) => name.startsWith(`tram-verify-${process.pid}-`)), []);
    } finally {
      for (const one of [killed, running]) rmSync(one, { recursive: true, force: true });
    }
  });

  it('is taken from a station that holds its folder and goes on writing', async () => {
    const data = path.join(root, 'busy');
    await copyStation(kept.relay, data);
    const disk = await stationDisk(data, readStationConfiguration(data));
    const store = await openStore(disk, { migrations: stationMigrations });
    try {
      const late = () => store.of<{ job: { kind: string; key: string; due: number; attempts: number; lease_until: number; lease_number: number; payload: null } }>()
        .commit((tx) => tx.insertInto('job').values({ kind: 'other', key: 'late', due: 1, attempts: 0, lease_until: 0, lease_number: 0, payload: null }).execute());
      let written: Promise<unknown> | null = null;
      // Parts are copied before the rows' snapshot is taken.
      const progress = ({ table }: { table: string }): void => void (table !== 'blobs' && (written ??= late()));
      assert.ok((await nodeBackups.make({ data, to: path.join(root, 'busy-backups'), recipient, keep: null }, { ...watch, progress })).rows > 50);
      await written;
      assert.equal((await runSql(data, "select key from job where kind = 'other'")).length, 1);
    } finally {
      await store.close();
      disk.close();
    }
    const report = await nodeBackups.verify({ from: path.join(root, 'busy-backups'), at: null, secret }, watch);
    assert.deepEqual(report.audit.faults, []);
  });

  it('writes only what is new the second time', async () => {
    const again = await nodeBackups.make({ data: kept.hub, to: to(), recipient: null, keep: null }, watch);
    assert.deepEqual([again.objects, again.rows], [0, first.rows]);
    assert.equal((await nodeBackups.list(to())).length, 2);
  });

  it('goes on where it was interrupted, and is no backup before', async () => {
    const half = path.join(root, 'half');
    const stop = new AbortController();
    const progress = ({ written: bytes = 0 }): void => void (bytes > 0 && stop.abort());
    await assert.rejects(nodeBackups.make({ data: kept.post, to: half, recipient, keep: null }, { stop: stop.signal, progress }), refusal('cancelled'));
    assert.deepEqual(await nodeBackups.list(half), []);
    const held = filesIn(path.join(half, 'objects'));
    const written = held.length;
    assert.ok(written > 0);
    // As one that was killed leaves it.
    writeFileSync(`${held[0]!}.new-1-${'0'.repeat(16)}`, '');
    const whole = await nodeBackups.make({ data: kept.post, to: half, recipient: null, keep: null }, watch);
    assert.equal(filesIn(path.join(half, 'objects')).length, written + whole.objects);
    assert.deepEqual((await nodeBackups.verify({ from: half, at: null, secret }, watch)).audit.faults, []);
  });

  it('shows nothing of the station to who has the folder alone', () => {
    const needles = ['van-phong', 'muong-leo', 'opened-ledger', 'secrets'].map((text) => Buffer.from(text));
    for (const file of filesIn(to())) {
      const bytes = readFileSync(file);
      for (const needle of needles) assert.equal(bytes.indexOf(needle), -1, `${file} holds ${needle.toString()}`);
    }
  });

  it('refuses another key, and leaves nothing half restored', async () => {
    const data = path.join(root, 'wrong-key');
    const other = await nodeCrypto.kem.generateSecret();
    await assert.rejects(nodeBackups.restore({ from: to(), at: null, secret: other, data, ...(await into()) }, watch), refusal('backup-key-wrong'));
    assert.throws(() => readdirSync(data));
  });

  it('finds every object that was changed, cut or exchanged', async () => {
    const bad = path.join(root, 'bad');
    // The same each time: what came to nothing leaves it empty.
    const empty = await into();
    const damage = async (change: (files: readonly string[]) => void): Promise<void> => {
      rmSync(bad, { recursive: true, force: true });
      cpSync(to(), bad, { recursive: true });
      change(filesIn(path.join(bad, 'objects')));
      const data = path.join(root, 'from-bad');
      await assert.rejects(nodeBackups.restore({ from: bad, at: null, secret, data, ...empty }, watch), refusal('backup-damaged'));
      assert.throws(() => readdirSync(data));
    };
    await damage(([file]) => {
      const bytes = readFileSync(file!);
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file!, bytes);
    });
    await damage((files) => writeFileSync(files.at(-1)!, readFileSync(files.at(-1)!).subarray(0, -1)));
    await damage(([one, other]) => {
      const bytes = readFileSync(one!);
      writeFileSync(one!, readFileSync(other!));
      writeFileSync(other!, bytes);
    });
    await damage(([file]) => rmSync(file!));
  });

  it('is not restored over something, nor written among something else', async () => {
    await assert.rejects(nodeBackups.restore({ from: to(), at: null, secret, data: kept.hub }, watch), refusal('data-folder-occupied'));
    await assert.rejects(nodeBackups.make({ data: kept.hub, to: kept.post, recipient: null, keep: null }, watch), refusal('backup-folder-occupied'));
    await assert.rejects(nodeBackups.list(kept.hub), refusal('backup-missing'));
  });

  it('gives a restored folder no numbers before a new incarnation, and none twice after', async () => {
    const data = path.join(root, 'restored');
    const report = await nodeBackups.reopen({ data, reason: 'rehearsal', margin: 7 });
    assert.deepEqual(report.skipped.map(({ first: from, last }) => last - from + 1), report.skipped.map(() => 7));
    assert.ok(report.skipped.some(({ office, direction }) => office === 'van-phong' && direction === 'out'));
    assert.notEqual(report.incarnation, report.former);
    await assert.rejects(nodeBackups.reopen({ data, reason: 'rehearsal', margin: null }), refusal('station-not-restored'));
    const { auditFolder } = await import('../audit/index.ts');
    assert.deepEqual((await auditFolder(data)).faults, []);
  });

  it('that was killed in the middle starts no station, and another restore does not go on over it', async () => {
    const data = path.join(root, 'killed');
    const target = await into();
    const program = `
      const { nodeBackups } = await import(${JSON.stringify(path.join(import.meta.dirname, 'host.ts'))});
      const { secret, ...order } = JSON.parse(process.argv[1]);
      const progress = ({ table }) => table === 'dispatch' && process.kill(process.pid, 'SIGKILL');
      await nodeBackups.restore({ ...order, secret: Buffer.from(secret, 'hex') }, { stop: new AbortController().signal, progress });`;
    const order = { from: to(), at: null, data, ...target, secret: Buffer.from(secret).toString('hex') };
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(order)], { encoding: 'utf8' });
    assert.equal(signal, 'SIGKILL', stderr);
    await assert.rejects(nodeHost.start(data, {}), refusal('data-folder-empty'));
    await assert.rejects(nodeBackups.restore({ from: to(), at: null, secret, data, ...target }, watch), refusal('data-folder-occupied'));
    rmSync(data, { recursive: true });
    if (isOnPostgresql) await assert.rejects(nodeBackups.restore({ from: to(), at: null, secret, data, ...target }, watch), refusal('database-occupied'));
    assert.equal(existsSync(data), false);
  });

  if (isOnPostgresql) it('goes from one engine to the other and back, with the same rows', async () => {
    const manifest = async (from: string) => {
      const folder = BackupFolder.forReading(from);
      return readManifest({ crypto: nodeCrypto, secret, publicKey: await nodeCrypto.kem.publicKey(secret) }, folder, chooseSnapshot(folder, null));
    };
    const [there, back, of] = ['sqlite', 'again', 'crossing'].map((name) => path.join(root, name)) as [string, string, string];
    await nodeBackups.make({ data: kept.hub, to: of, recipient: null, keep: null }, watch);
    const was = await manifest(of);
    const restored = await nodeBackups.restore({ from: of, at: null, secret, data: there }, watch);
    assert.deepEqual([restored.formerEngine, restored.engine, restored.audit.faults, databaseOf(there)], ['postgresql', 'sqlite', [], null]);
    rmSync(of, { recursive: true });
    await nodeBackups.make({ data: there, to: of, recipient: null, keep: null }, watch);
    const now = await manifest(of);
    assert.deepEqual([was.engine, now.engine], ['postgresql', 'sqlite']);
    const changed = now.tables.filter((table, i) => JSON.stringify(table) !== JSON.stringify(was.tables[i])).map(({ name }) => name);
    assert.deepEqual(changed, ['restoration'], 'every other row is the same, byte by byte, under the same name');
    assert.deepEqual(now.blobs, was.blobs);
    const again = await nodeBackups.restore({ from: of, at: null, secret, data: back, ...(await into()) }, watch);
    assert.deepEqual([again.formerEngine, again.engine, again.audit.faults], ['sqlite', 'postgresql', []]);
    await nodeBackups.reopen({ data: back, reason: 'moved', margin: null });
    assert.deepEqual((await nodeBackups.losses(back)).restorations.map(({ opened, reason }) => [opened, reason]), [[true, 'moved']]);
    assert.deepEqual((await nodeHost.audit(back)).faults, []);
  });

  it('prunes by its rule, and what is left restores', async () => {
    const made = await nodeBackups.make({ data: kept.hub, to: to(), recipient: null, keep: '1d' }, watch);
    assert.ok(made.pruned.backups >= 2);
    assert.equal((await nodeBackups.list(to())).length, 1);
    assert.deepEqual((await nodeBackups.verify({ from: to(), at: null, secret }, watch)).audit.faults, []);
  });
});

describe('what a backup is called', () => {
  const NOW = Date.UTC(2026, 7, 20, 6, 0, 0, 250);
  /** A folder in which backups stand under these names; nothing is in them. */
  const named = (t: { after(work: () => void): void }, ...times: number[]): BackupFolder => {
    const root = mkdtempSync(path.join(tmpdir(), 'tram-names-'));
    const folder = BackupFolder.forWriting(path.join(root, 'backups'));
    t.after(() => {
      folder.close();
      rmSync(root, { recursive: true });
    });
    for (const time of times) writeFileSync(path.join(folder.folder, 'snapshots', snapshotName(time, new Uint8Array(4))), '');
    return folder;
  };

  it('says whose time it is, and one written before it did so keeps its place', (t) => {
    assert.match(snapshotName(NOW, new Uint8Array(4)), /^20260820T060000UTC-[0-9a-f]{8}$/);
    const folder = named(t, NOW, NOW + 2_000);
    writeFileSync(path.join(folder.folder, 'snapshots', '20260820T060001Z-1a2b3c4d'), '');
    assert.deepEqual(folder.snapshots().map(({ time }) => time - (NOW - 250)), [0, 1_000, 2_000]);
  });

  it('is the time, or a second after the newest where that is not earlier', (t) => {
    assert.equal(named(t).nextTime(NOW), NOW);
    assert.equal(named(t, NOW - 86_400_000).nextTime(NOW), NOW);
    const second = NOW - 250;
    assert.equal(named(t, NOW).nextTime(NOW), second + 1_000);
    assert.equal(named(t, NOW - 60_000, NOW + 1_800_000).nextTime(NOW), second + 1_801_000, 'a clock that was set back by half an hour');
  });

  it('is refused where a backup stands far ahead of the clock', (t) => {
    assert.throws(() => named(t, NOW - 60_000, NOW + 3_600_000).nextTime(NOW), refusal('backup-clock-behind'));
    assert.throws(() => named(t, Date.UTC(2099, 0, 1)).nextTime(NOW), refusal('backup-clock-behind'));
  });

  it('changes nothing in what the manifest says: the time as it is, which a restoration hands on', async (t) => {
    const root = mkdtempSync(path.join(tmpdir(), 'tram-true-time-'));
    t.after(() => rmSync(root, { recursive: true }));
    const kept = await keepFolders(path.join(root, 'kept'));
    const secret = await nodeCrypto.kem.generateSecret();
    const recipient = await recipientOf(nodeCrypto, secret, 0);
    const to = path.join(root, 'backups');
    const ahead = Date.now() + 1_800_000;
    BackupFolder.forWriting(to).close();
    for (const ending of ['', '.objects']) writeFileSync(path.join(to, 'snapshots', `${snapshotName(ahead, new Uint8Array(4))}${ending}`), '');
    const earliest = Date.now();
    const made = await nodeBackups.make({ data: kept.post, to, recipient, keep: null }, watch);
    assert.ok(made.time >= earliest && made.time <= Date.now(), 'not the time of its name');
    const newest = BackupFolder.forReading(to).snapshots().at(-1)!;
    assert.deepEqual([newest.name, newest.time > ahead], [made.name, true]);
    const manifest = await readManifest({ crypto: nodeCrypto, secret, publicKey: await nodeCrypto.kem.publicKey(secret) }, BackupFolder.forReading(to), newest);
    assert.equal(manifest.time, made.time);
  });
});

describe('the rule of what is kept', () => {
  const at = (...days: number[]) => days.map((day) => ({ name: `day-${String(day)}`, time: Date.UTC(2026, 0, 1) + day * 86_400_000 }));

  it('keeps the newest of each period, and the newest of all', () => {
    assert.deepEqual(prunable('2d', at(0, 1, 2, 2.5)), ['day-0', 'day-2']);
    assert.deepEqual(prunable('1m', at(0, 10, 40)), ['day-0', 'day-10']);
    assert.deepEqual(prunable('0d', at(0, 1)), ['day-0']);
  });

  it('is refused where it is none', () => {
    for (const rule of ['', '7', 'd7', '7x', '7d7d']) assert.throws(() => prunable(rule, []), refusal('option-unknown'));
  });
});

describe('rows as bytes', () => {
  const columns = [
    { name: 'a', type: 'integer', nullable: 0 }, { name: 'b', type: 'text', nullable: 1 }, { name: 'c', type: 'bytes', nullable: 1 },
  ] as const;

  it('come back as they were', () => {
    const rows = [{ a: 0, b: null, c: new Uint8Array() }, { a: Number.MAX_SAFE_INTEGER, b: 'Nguyễn Thị Ánh', c: null }];
    const chunker = new RowChunker(nodeCrypto.hash);
    for (const row of rows) assert.equal(chunker.add(encodeRow(columns, row)), null);
    const bytes = chunker.end()!;
    assert.deepEqual(decodeRows(columns, bytes), rows);
    for (let at = 0; at < bytes.length; at++) {
      assert.throws(() => decodeRows(columns, bytes.subarray(0, at)), { name: 'DecodeError' });
    }
  });

  it('change one chunk where one row is put between', () => {
    const row = (a: number): Uint8Array => encodeRow(columns, { a, b: 'x'.repeat(200), c: null });
    const cut = (numbers: readonly number[]): Set<string> => {
      const chunker = new RowChunker(nodeCrypto.hash);
      const chunks = [...numbers.map((a) => chunker.add(row(a))), chunker.end()].filter((chunk) => chunk !== null);
      return new Set(chunks.map((chunk) => Buffer.from(nodeCrypto.hash.sha256(chunk)).toString('hex')));
    };
    const numbers = Array.from({ length: 8_000 }, (_, i) => i * 2);
    const [earlier, now] = [cut(numbers), cut([...numbers.slice(0, 4_000), 7_999, ...numbers.slice(4_000)])];
    assert.ok(earlier.size > 5);
    assert.ok([...now].filter((chunk) => !earlier.has(chunk)).length <= 2);
  });
});
