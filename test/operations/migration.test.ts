/**
 * Upgrades that do not go smoothly: a kill or a failure in the middle of the migrations is gone on from by the next
 * start, whichever it was; old keys of the configuration still count, or are named.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { stationMigrations } from '#station/compose.ts';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import { openStore } from '#station/kernel/store.ts';
import { nodeHost } from '#app/compose-node.ts';
import { tram } from '../scenario/command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../scenario/small-office.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-migrations-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const NAMES = Object.keys(stationMigrations).toSorted();

function schemaOf(data: string): unknown[] {
  const db = new DatabaseSync(path.join(data, 'tram.db'), { readOnly: true });
  const rows = db.prepare('select type, name, sql from sqlite_master order by type, name').all().map((row) => ({ ...row }));
  const done = db.prepare('select name from schema_migration order by name').all().map((row) => ({ ...row }));
  db.close();
  return [...rows, ...done];
}

async function migrated(data: string): Promise<void> {
  const disk = folderDisk(data);
  try {
    await (await openStore(disk, { migrations: stationMigrations })).close();
  } finally {
    disk.close();
  }
}

/** Runs the migrations in a process that is killed in the middle of one: after its work, before it is remembered. */
function killedIn(data: string, name: string): void {
  const program = `
    const { stationMigrations } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/station/compose.ts'))});
    const { folderDisk } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/station/kernel/folder-disk.ts'))});
    const { openStore } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/station/kernel/store.ts'))});
    const [data, name] = process.argv.slice(1);
    const deadly = { up: async (db, types) => { await stationMigrations[name].up(db, types); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); } };
    await openStore(folderDisk(data), { migrations: { ...stationMigrations, [name]: deadly } });`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, data, name], { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
}

test('killed in the middle of any migration, the next start has the schema that an undisturbed one has', async () => {
  const undisturbed = path.join(folder, 'undisturbed');
  await migrated(undisturbed);
  for (const name of NAMES) {
    const data = path.join(folder, `killed-${name}`);
    killedIn(data, name);
    assert.ok(!JSON.stringify(schemaOf(data)).includes(`{"name":"${name}"}`), `${name} is not said to be done`);
    await migrated(data);
    assert.deepEqual(schemaOf(data), schemaOf(undisturbed), name);
  }
});

test('a migration that fails undoes itself and is named by nothing; the next start tries it again', async () => {
  const data = path.join(folder, 'failed');
  const last = NAMES.at(-1)!;
  const failing = { up: async (...given: Parameters<(typeof stationMigrations)[string]['up']>) => {
    await stationMigrations[last]!.up(...given);
    throw new TypeError('planted');
  } };
  const disk = folderDisk(data);
  await assert.rejects(openStore(disk, { migrations: { ...stationMigrations, [last]: failing } }), /planted/);
  disk.close();
  await migrated(data);
  assert.deepEqual(schemaOf(data), schemaOf(path.join(folder, 'undisturbed')));
});

describe('an old configuration', () => {
  let office: SmallOffice;
  before(async () => {
    office = await smallOffice();
    await office.stop();
  });
  after(() => closeOffice(office));

  function withConfiguration(keys: object): string {
    const data = mkdtempSync(path.join(folder, 'configured-'));
    cpSync(office.data, data, { recursive: true });
    writeFileSync(path.join(data, 'station.json'), JSON.stringify({ apiPort: 0, linkPort: 0, ...keys }), { mode: 0o600 });
    return data;
  }

  test('a key by its old name counts, and the log says what it is called now', async () => {
    const data = withConfiguration({ diskReserveMebibytes: 64, diskDispatchesMebibytes: 32, logFile: 'tram.log' });
    const running = await nodeHost.start(data, {});
    const ready = (await (await fetch(`${running.url}/health/ready`)).json()) as { disk: { partsBytes: number } };
    await running.stop();
    assert.equal(ready.disk.partsBytes, 64 * 2 ** 20);
    const lines = readFileSync(path.join(data, 'tram.log'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines.find(({ what }) => what === 'configuration-key-renamed');
    assert.deepEqual([told?.['key'], told?.['now']], ['diskReserveMebibytes', 'diskPartsMebibytes']);
  });

  test('keys that mean nothing any more are named, all of them, and the station does not start', async () => {
    const { code, error } = await tram(['station', 'start', '--data', withConfiguration({ oldKey: 1, olderKey: 2 })]);
    assert.equal(code, 1);
    assert.match(error, /^configuration-malformed: .*oldKey, olderKey/);
  });
});
