/** Chores on a real folder, in processes of their own: a backup, what was tried of it, the doctor; refused where they must be. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import type { ChoreProgress } from '#station/health/index.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { nodeBackups } from '../backup/host.ts';
import { TRIED_FILE } from '../backup/tried.ts';
import { nodeHost } from '../compose-node.ts';
import { CONFIGURATION_FILE } from '../station-folder.ts';
import { machineOf } from './machine.ts';

const quiet = (stop = new AbortController().signal) => ({ stop, progress: (): void => {} });

describe('chores on a machine', () => {
  let root: string;
  let kept: KeptFolders;
  let secret: Uint8Array;
  const to = (): string => path.join(root, 'backups');
  const configure = (more: object): void => {
    const file = path.join(kept.hub, CONFIGURATION_FILE);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...more }));
  };

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-chores-'));
    kept = await keepFolders(path.join(root, 'kept'));
    secret = await nodeCrypto.kem.generateSecret();
  });
  after(() => rmSync(root, { recursive: true }));

  it('say what the station was not told', async () => {
    assert.equal((await machineOf(kept.hub).backupStand()).lacks, 'folder');
    configure({ backupFolder: to() });
    assert.equal((await machineOf(kept.hub).backupStand()).lacks, 'key');
    const order = { data: kept.hub, to: to(), recipient: await recipientOf(nodeCrypto, secret, 0), keep: null };
    await nodeBackups.make(order, quiet());
    const { lacks, made, rows } = await machineOf(kept.hub).backupStand();
    assert.ok(lacks === null && made !== null && rows! > 0);
  });

  it('go where the first was made by command, where the configuration names nothing', async () => {
    configure({ backupFolder: '' });
    assert.equal((await machineOf(kept.hub).backupStand()).lacks, null);
    const stood = await nodeBackups.list(to());
    await machineOf(kept.hub).work.backup(quiet());
    assert.equal((await nodeBackups.list(to())).length, stood.length + 1);
    // What is made elsewhere by hand changes nothing of that; a new recipient is told with its place.
    const order = { data: kept.hub, to: path.join(root, 'stick'), recipient: null, keep: null };
    await nodeBackups.make(order, quiet());
    await machineOf(kept.hub).work.backup(quiet());
    assert.deepEqual([(await nodeBackups.list(to())).length, (await nodeBackups.list(order.to)).length], [stood.length + 2, 1]);
    // A place that cannot be written to is not remembered, nor its recipient.
    const file = path.join(root, 'file');
    writeFileSync(file, '');
    await assert.rejects(nodeBackups.make({ ...order, to: path.join(file, 'below'), recipient: await recipientOf(nodeCrypto, await nodeCrypto.kem.generateSecret(), 0) }, quiet()), { code: 'ENOTDIR' });
    await machineOf(kept.hub).work.backup(quiet());
    assert.equal((await nodeBackups.list(to())).length, stood.length + 3);
    await nodeBackups.verify({ from: to(), at: null, secret }, quiet());
  });

  it('make a backup as the command does, and say how it goes', async () => {
    const said: ChoreProgress[] = [];
    const stood = await nodeBackups.list(to());
    await machineOf(kept.hub).work.backup({ ...quiet(), progress: (what) => void said.push(what) });
    assert.equal((await nodeBackups.list(to())).length, stood.length + 1);
    assert.ok(said.length > 0 && said.at(-1)!.rows > 0);
    assert.equal((await machineOf(kept.hub).backupStand()).failed, null);
  });

  it('tell when a backup was verified and restored, and believe nobody without its key', async () => {
    const machine = machineOf(kept.hub);
    await nodeBackups.verify({ from: to(), at: null, secret }, quiet());
    const { verified, restored } = await machine.backupStand();
    assert.ok(verified!.ok && verified!.at >= verified!.asOf);
    assert.equal(restored, null);
    await nodeBackups.restore({ from: to(), at: null, secret, data: path.join(root, 'rehearsal') }, quiet());
    assert.equal((await machine.backupStand()).restored?.ok, true);
    const file = path.join(to(), TRIED_FILE);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(`"at":${verified!.at}`, `"at":${verified!.at + 1}`));
    assert.equal((await machine.backupStand()).verified, null);
    writeFileSync(file, 'x'.repeat(10_000));
    assert.equal((await machine.backupStand()).restored, null);
  });

  it('begin nothing anew where the folder is away, and remember why', async () => {
    renameSync(to(), path.join(root, 'away'));
    await assert.rejects(machineOf(kept.hub).work.backup(quiet()), { code: 'backup-missing' });
    const { failed, made } = await machineOf(kept.hub).backupStand();
    assert.equal(failed?.code, 'backup-missing');
    assert.notEqual(made, null);
    renameSync(path.join(root, 'away'), to());
  });

  it('end when they are told to, and leave no half of a backup', async () => {
    const stood = await nodeBackups.list(to());
    await assert.rejects(machineOf(kept.hub).work.backup(quiet(AbortSignal.abort())), { code: 'cancelled' });
    assert.deepEqual(await nodeBackups.list(to()), stood);
  });

  it('examine the station as the command does, and do not say where it stands', async () => {
    const machine = machineOf(kept.hub);
    assert.equal(machine.examination(), null);
    await machine.work.doctor(quiet());
    const { ok, checked, findings } = machine.examination()!;
    const told = await nodeHost.doctor({ data: kept.hub, home: null, days: 30 });
    assert.deepEqual(findings.map(({ finding }) => finding), told.findings.map(({ finding }) => finding));
    assert.deepEqual([ok, checked], [told.ok, told.checked]);
    assert.doesNotMatch(JSON.stringify(findings), new RegExp(root));
  });
});
