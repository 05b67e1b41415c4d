/**
 * The records of a station in PostgreSQL, for an audit: copied in one read-only REPEATABLE READ transaction into a
 * private SQLite file, so that every claim is derived by the same code. What the copy cannot carry is compared here: the
 * form of the tables, and whose database it is.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Client } from 'pg';
import { connect, disconnect, type PostgresAccess } from '#station/kernel/postgres-client.ts';
import { BINDING_FILE } from '#station/kernel/postgres-disk.ts';
import { LEASE_TABLE } from '#station/kernel/postgres-lease.ts';
import { makeSchema } from './schema.ts';
import { type Tally, wordsOf } from './tally.ts';

const ROWS_AT_ONCE = 500;
const TYPES: Readonly<Record<string, string>> = { bigint: 'integer', bytea: 'blob', text: 'text' };

/** One column as `table.column type`, with `not null` and its place in the key. */
type Form = string;

/** @param file where the copy is made. @throws where the database cannot be reached or used */
export async function copyFromPostgresql(access: PostgresAccess, data: string, file: string, tally: Tally): Promise<void> {
  const copy = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  const client = await connect(access, 'tram audit');
  try {
    await makeSchema(copy);
    copy.exec('delete from schema_migration');
    await client.query('begin isolation level repeatable read read only');
    await checkLease(client, data, tally);
    const missing = await checkForms(client, copy, tally);
    const tables = copy.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").all().map(({ name }) => String(name));
    copy.exec('begin');
    for (const table of tables) if (!missing.has(table)) await copyTable(client, copy, table, tally);
    copy.exec('commit');
  } finally {
    disconnect(client);
    copy.close();
  }
}

async function checkLease(client: Client, data: string, tally: Tally): Promise<void> {
  const item = tally.claim('database-file').item(BINDING_FILE);
  const { rows } = await client.query<{ folder: string }>(`select folder from ${LEASE_TABLE}`);
  item.demand(rows.length === 1 && rows[0]!.folder === readFileSync(path.join(data, BINDING_FILE), 'latin1').trim(), 'is not that of this folder');
}

/** @returns tables that cannot be copied */
async function checkForms(client: Client, copy: DatabaseSync, tally: Tally): Promise<Set<string>> {
  const claim = tally.claim('schema');
  const [expected, found] = [formsOf(copy), await formsIn(client)];
  const wrong = new Set<string>();
  for (const column of expected) {
    if (!claim.check(`column ${column}`, found.has(column), 'differs from what the migrations make')) wrong.add(column.split('.')[0]!);
  }
  for (const column of found) if (!expected.has(column)) claim.missing(`column ${column}`, 'is nothing that this program knows');
  return wrong;
}

function formsOf(copy: DatabaseSync): Set<Form> {
  const rows = copy.prepare(`select t.name as tbl, c.name as col, c.type as type, c."notnull" as required, c.pk as place
    from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'`).all();
  return new Set(rows.map((row) => form(row['tbl'], row['col'], String(row['type']).toLowerCase(), row['required'] === 1, Number(row['place']))));
}

async function formsIn(client: Client): Promise<Set<Form>> {
  const { rows } = await client.query<Record<string, string | number>>(`select c.relname as tbl, a.attname as col, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required, coalesce(array_position(i.indkey::int2[], a.attnum), -1)::int8 as place, i.indkey[0] as first
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relkind in ('r', 'p') and c.relname <> '${LEASE_TABLE}' and c.relnamespace = current_schema()::regnamespace`);
  // An array made from an int2vector counts from 0, and SQLite's places from 1.
  return new Set(rows.map((row) => form(row['tbl'], row['col'], TYPES[String(row['type'])] ?? String(row['type']), row['required'] === 1, Number(row['place']) + 1)));
}

/** A key is required on PostgreSQL anyway, and on SQLite only where its table says so. */
function form(table: unknown, column: unknown, type: string, isRequired: boolean, place: number): Form {
  return `${String(table)}.${String(column)} ${type}${isRequired && place === 0 ? ' not null' : ''}${place > 0 ? ` key ${place}` : ''}`;
}

async function copyTable(client: Client, copy: DatabaseSync, table: string, tally: Tally): Promise<void> {
  try {
    const columns = copy.prepare('select name from pragma_table_info(?)').all(table).map(({ name }) => `"${String(name)}"`);
    const insert = copy.prepare(`insert into "${table}" (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`);
    await client.query(`declare rows_of no scroll cursor for select ${columns.join(', ')} from "${table}"`);
    for (;;) {
      const { rows } = await client.query<Record<string, SQLInputValue>>(`fetch ${ROWS_AT_ONCE} from rows_of`);
      for (const row of rows) insert.run(...Object.values(row));
      if (rows.length < ROWS_AT_ONCE) break;
    }
    await client.query('close rows_of');
  } catch (error) {
    tally.claim('rows').missing(table, `cannot be read: ${wordsOf(error)}`);
  }
}
