/** Claim: the database file is whole, and its tables are those that this program's migrations make. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dispatchMigrations } from '#station/dispatch/migrations/index.ts';
import { incarnationsMigrations } from '#station/incarnations/index.ts';
import { kyselyOver } from '#station/kernel/dialect.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { COLUMN_TYPES, mergeMigrations, migrate } from '#station/kernel/migrate.ts';
import { kernelMigrations } from '#station/kernel/migrations/index.ts';
import { SqliteHandle } from '#station/kernel/sqlite-handle.ts';
import { linksMigrations } from '#station/links/migrations/index.ts';
import { peopleMigrations } from '#station/people/migrations/index.ts';
import type { AuditDatabase } from './database.ts';
import { type Tally, wordsOf } from './tally.ts';

/** 'Tram'; src/station/kernel/folder-disk.ts writes it. */
const APPLICATION_ID = 0x5472616d;
const FAULTS_ASKED = 100;

const KNOWN_MIGRATIONS = mergeMigrations(kernelMigrations, peopleMigrations, dispatchMigrations, linksMigrations, incarnationsMigrations);

/** The header of the file, whose bytes no page check looks at. Source: sqlite.org/fileformat2.html §1.3. */
export function auditFileHeader(data: string, tally: Tally): void {
  const file = path.join(data, DATABASE_FILE);
  const item = tally.claim('database-file').item(`${DATABASE_FILE}:header`);
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  const read = readSync(handle, header, 0, 100, 0);
  closeSync(handle);
  if (!item.demand(read === 100, 'is cut off')) return;
  item.demand(header.toString('latin1', 0, 16) === 'SQLite format 3\0', 'is not that of a database');
  const raw = header.readUInt16BE(16);
  const pageBytes = raw === 1 ? 65_536 : raw;
  item.demand(pageBytes >= 512 && statSync(file).size % pageBytes === 0, 'the file does not end at a page');
  item.demand([1, 2].includes(header[18]!) && header[19] === header[18] && header[20] === 0, 'says a journal that SQLite has not');
  item.demand(header[21] === 64 && header[22] === 32 && header[23] === 32, 'says other payload fractions than SQLite has');
  item.demand(header.readUInt32BE(56) === 1, 'says another text encoding than UTF-8');
  item.demand(header.readUInt32BE(44) === 4, 'says another schema format');
  item.demand(header.readUInt32BE(60) === 0, 'says a user version');
  item.demand(header.readUInt32BE(68) === APPLICATION_ID, 'is that of another application');
  item.demand(header.subarray(72, 92).every((byte) => byte === 0), 'has bytes where SQLite has none');
  item.demand(header.readUInt32BE(24) === header.readUInt32BE(92), 'its change counters differ');
}

export async function auditSchema(db: AuditDatabase, tally: Tally): Promise<void> {
  auditIntegrity(db, tally);
  auditMigrations(db, tally);
  const expected = await expectedSchema();
  const claim = tally.claim('schema');
  const found = schemaOf((sql) => db.query(sql));
  for (const [name, sql] of expected) {
    const item = claim.item(`sqlite_schema:${name}`);
    if (item.demand(found.has(name), 'is missing')) item.demand(found.get(name) === sql, 'differs from what the migrations make');
  }
  for (const name of found.keys()) if (!expected.has(name)) claim.missing(`sqlite_schema:${name}`, 'is nothing that this program knows');
}

function auditIntegrity(db: AuditDatabase, tally: Tally): void {
  const integrity = tally.claim('database-file');
  const problems = attemptRows(db, `pragma integrity_check(${FAULTS_ASKED})`).map((row) => String(Object.values(row)[0]));
  if (problems.length === 1 && problems[0] === 'ok') integrity.checked += 1;
  else for (const problem of problems) integrity.missing(DATABASE_FILE, `integrity_check: ${problem}`);
  const orphans = attemptRows(db, 'pragma foreign_key_check');
  const references = tally.claim('references');
  references.checked += 1;
  for (const { table, rowid, parent } of orphans) references.missing(`${String(table)}:row ${String(rowid)}`, `refers to no row of ${String(parent)}`);
}

function attemptRows(db: AuditDatabase, sql: string): Record<string, unknown>[] {
  try {
    return db.query(sql);
  } catch (error) {
    return [{ problem: wordsOf(error), table: DATABASE_FILE, rowid: '?', parent: wordsOf(error) }];
  }
}

function auditMigrations(db: AuditDatabase, tally: Tally): void {
  const claim = tally.claim('migrations');
  const done = new Set([...db.rows('schema_migration')].map(({ name }) => name));
  for (const name of done) claim.check(`schema_migration:${name}`, name in KNOWN_MIGRATIONS, 'is none that this program knows: the folder is of a newer one');
  for (const name of Object.keys(KNOWN_MIGRATIONS)) if (!done.has(name)) claim.missing(`schema_migration:${name}`, 'has not run');
}

/** Name to statement, as a new database of this program has them. */
async function expectedSchema(): Promise<Map<string, string | null>> {
  const database = new DatabaseSync(':memory:');
  await makeSchema(database);
  const schema = schemaOf((sql) => database.prepare(sql).all().map((row) => ({ ...row })));
  database.close();
  return schema;
}

/** Makes the tables of this program in an empty database. */
export async function makeSchema(database: DatabaseSync): Promise<void> {
  const handle = new SqliteHandle(database);
  await migrate(KNOWN_MIGRATIONS, COLUMN_TYPES.sqlite, async (step) => {
    await handle.begin('write');
    await step(kyselyOver(handle, { open: true, writes: true }));
    await handle.commit();
  });
}

function schemaOf(query: (sql: string) => Record<string, unknown>[]): Map<string, string | null> {
  const rows = query('select type, name, tbl_name, sql from sqlite_schema order by name');
  return new Map(rows.map(({ type, name, tbl_name: table, sql }) => [`${String(type)} ${String(name)} on ${String(table)}`, sql as string | null]));
}
