/**
 * Upgrades that do not go smoothly: a kill or a failure in the middle of the migrations is gone on from by the next
 * start, whichever it was; old keys of the configuration still count, or are named.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stationMigrations } from '#station/compose.ts';
import { openStore } from '#station/kernel/store.ts';
import { nodeHost } from '#app/compose-node.ts';
import { isOnPostgresql } from '../fixtures/disks.ts';
import { sharedCluster } from '../fixtures/postgresql.ts';
import { copyStation, databaseOf, runSql } from '../fixtures/station-records.ts';
import { stationDisk } from '../../src/app/station-database.ts';
import { readStationConfiguration } from '../../src/app/station-folder.ts';
import { tram } from '../scenario/command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../scenario/small-office.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-migrations-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const NAMES = Object.keys(stationMigrations).toSorted();

async function schemaOf(data: string): Promise<unknown[]> {
  const made = isOnPostgresql ? `select table_name, column_name, data_type, is_nullable, column_default, null as indexdef from information_schema.columns where table_schema = current_schema()
    union all select tablename, indexname, null, null, null, indexdef from pg_indexes where schemaname = current_schema() order by 1, 2` : 'select type, name, sql from sqlite_master order by type, name';
  return [...(await runSql(data, made)), ...(await runSql(data, 'select name from schema_migration order by name'))].map((row) => ({ ...row }));
}

/** A folder in which nothing was founded, and where its records are to come. */
async function newFolder(name: string): Promise<string> {
  const data = path.join(folder, name);
  mkdirSync(data, { mode: 0o700 });
  if (isOnPostgresql) writeFileSync(path.join(data, 'station.json'), JSON.stringify({ database: await (await sharedCluster()).newDatabase() }), { mode: 0o600 });
  return data;
}

async function migrated(data: string): Promise<void> {
  const disk = await stationDisk(data, readStationConfiguration(data));
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
    const { stationDisk } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/app/station-database.ts'))});
    const { readStationConfiguration } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/app/station-folder.ts'))});
    const { openStore } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/station/kernel/store.ts'))});
    const [data, name] = process.argv.slice(1);
    const deadly = { up: async (db, types) => { await stationMigrations[name].up(db, types); process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); } };
    await openStore(await stationDisk(data, readStationConfiguration(data)), { migrations: { ...stationMigrations, [name]: deadly } });`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, data, name], { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
}

/**
 * What a kill in the middle of each migration would leave, by one process instead of one for each: the files as they lie then,
 * since what a process handed over outlives it. A database elsewhere cannot be copied so, and its processes are killed.
 */
async function leftByKills(): Promise<void> {
  const killed = (name: string): string => path.join(folder, `killed-${name}`);
  const last = NAMES.at(-1)!;
  for (const name of isOnPostgresql ? NAMES : [last]) killedIn(await newFolder(`killed-${name}`), name);
  if (isOnPostgresql) return;
  const data = await newFolder('running');
  const copying = Object.fromEntries(NAMES.map((name) => [name, { up: async (...given: Parameters<(typeof stationMigrations)[string]['up']>) => {
    await stationMigrations[name]!.up(...given);
    if (name !== last) cpSync(data, killed(name), { recursive: true });
  } }]));
  const disk = await stationDisk(data, readStationConfiguration(data));
  await (await openStore(disk, { migrations: copying })).close();
  disk.close();
}

test('killed in the middle of any migration, the next start has the schema that an undisturbed one has', async () => {
  const undisturbed = await newFolder('undisturbed');
  await migrated(undisturbed);
  await leftByKills();
  for (const name of NAMES) {
    const data = path.join(folder, `killed-${name}`);
    assert.ok(!JSON.stringify(await schemaOf(data)).includes(`{"name":"${name}"}`), `${name} is not said to be done`);
    await migrated(data);
    assert.deepEqual(await schemaOf(data), await schemaOf(undisturbed), name);
  }
});

test('a migration that fails undoes itself and is named by nothing; the next start tries it again', async () => {
  const data = await newFolder('failed');
  const last = NAMES.at(-1)!;
  const failing = { up: async (...given: Parameters<(typeof stationMigrations)[string]['up']>) => {
    await stationMigrations[last]!.up(...given);
    throw new TypeError('planted');
  } };
  const disk = await stationDisk(data, readStationConfiguration(data));
  await assert.rejects(openStore(disk, { migrations: { ...stationMigrations, [last]: failing } }), /planted/);
  disk.close();
  await migrated(data);
  assert.deepEqual(await schemaOf(data), await schemaOf(path.join(folder, 'undisturbed')));
});

describe('an old configuration', () => {
  let office: SmallOffice;
  before(async () => {
    office = await smallOffice();
    await office.stop();
  });
  after(() => closeOffice(office));

  async function withConfiguration(keys: object): Promise<string> {
    const data = mkdtempSync(path.join(folder, 'configured-'));
    await copyStation(office.data, data);
    const database = databaseOf(data);
    writeFileSync(path.join(data, 'station.json'), JSON.stringify({ apiPort: 0, linkPort: 0, ...keys, ...(database !== null && { database }) }), { mode: 0o600 });
    return data;
  }

  test('a key by its old name counts, and the log says what it is called now', async () => {
    const data = await withConfiguration({ diskReserveMebibytes: 64, diskDispatchesMebibytes: 32, logFile: 'tram.log' });
    const running = await nodeHost.start(data, {});
    const ready = (await (await fetch(`${running.url}/health/ready`)).json()) as { disk: { partsBytes: number } };
    await running.stop();
    assert.equal(ready.disk.partsBytes, 64 * 2 ** 20);
    const lines = readFileSync(path.join(data, 'tram.log'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines.find(({ what }) => what === 'configuration-key-renamed');
    assert.deepEqual([told?.['key'], told?.['now']], ['diskReserveMebibytes', 'diskPartsMebibytes']);
  });

  test('keys that mean nothing any more are named, all of them, and the station does not start', async () => {
    const { code, error } = await tram(['station', 'start', '--data', await withConfiguration({ oldKey: 1, olderKey: 2 })]);
    assert.equal(code, 1);
    assert.match(error, /^configuration-malformed: .*oldKey, olderKey/);
  });
});
