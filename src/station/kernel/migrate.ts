/**
 * Brings a database to the form that this program knows, forwards only. Each room contributes its migrations; they
 * are merged and run in the order of their names (`0001-kernel`), each in a transaction with the row that remembers
 * it, so that a start which is interrupted goes on where it was.
 */
import { type Kysely, sql } from 'kysely';
import { assert, Refusal } from '#core/refusals.ts';
import type { EngineName } from './disk.ts';

/** What differs between the databases, for a migration imports nothing but Kysely. */
export interface ColumnTypes {
  /** Binary data: `blob` on SQLite, `bytea` on PostgreSQL. */
  readonly bytes: 'blob' | 'bytea';
  /** Whole numbers up to 2^53 − 1. */
  readonly integer: 'integer' | 'bigint';
  /** Ends a table that is kept in the order of its primary key; pass to `modifyEnd`. */
  readonly clustered: ReturnType<typeof sql>;
}

interface Migration {
  up(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}

export type Migrations = Readonly<Record<string, Migration>>;

export const COLUMN_TYPES: Readonly<Record<EngineName, ColumnTypes>> = {
  sqlite: { bytes: 'blob', integer: 'integer', clustered: sql`without rowid` },
  // PostgreSQL's tables are heaps; the key's index does what is wanted.
  postgresql: { bytes: 'bytea', integer: 'bigint', clustered: sql`` },
};

/** The rooms' migrations as one set. Names are forever, and no two rooms share one. */
export function mergeMigrations(...sets: readonly Migrations[]): Migrations {
  const merged: Record<string, Migration> = {};
  for (const set of sets) {
    for (const [name, migration] of Object.entries(set)) {
      assert(/^\d{4}-[a-z0-9-]+$/.test(name), `migration ${name} is called 0001-noun`);
      assert(!(name in merged), `migration ${name} is contributed once`);
      merged[name] = migration;
    }
  }
  return merged;
}

interface MigrationTables {
  schema_migration: { name: string };
}

/** Runs `step` in a transaction of its own. */
type InTransaction = (step: (db: Kysely<unknown>) => Promise<void>) => Promise<void>;

/**
 * Runs what is missing.
 * @throws Refusal `data-folder-newer` where a migration ran that this program does not know
 */
export async function migrate(migrations: Migrations, types: ColumnTypes, inTransaction: InTransaction): Promise<void> {
  const done = new Set<string>();
  await inTransaction(async (db) => {
    await sql`create table if not exists schema_migration (name text primary key)`.execute(db);
    const rows = await tables(db).selectFrom('schema_migration').select('name').execute();
    for (const { name } of rows) done.add(name);
  });
  const unknown = [...done].filter((name) => !(name in migrations)).toSorted();
  if (unknown.length > 0) throw new Refusal('data-folder-newer', { migration: unknown.at(-1)! });
  const missing = Object.keys(migrations).filter((name) => !done.has(name));
  for (const name of missing.toSorted()) {
    await inTransaction(async (db) => {
      await migrations[name]!.up(db, types);
      await tables(db).insertInto('schema_migration').values({ name }).execute();
    });
  }
}

function tables(db: Kysely<unknown>): Kysely<MigrationTables> {
  return db as unknown as Kysely<MigrationTables>;
}
