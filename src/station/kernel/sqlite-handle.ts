/**
 * node:sqlite as a DatabaseHandle. Statements are prepared once and kept; rows come as lists of values and are made
 * plain objects here, for node's own have no prototype, are slow to read, and unequal to any object a test writes down.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { assert, Refusal } from '#core/refusals.ts';
import { Recent } from '#core/recent.ts';
import type { DatabaseHandle, SqlResult, SqlRow, SqlValue } from './disk.ts';

/** Kysely's texts repeat; a list of parameters of varying length makes a new text each time. */
const STATEMENTS_MAX = 500;

const SHAPING = /^(?:create|alter|drop) /;

interface Prepared {
  readonly statement: StatementSync;
  /** Names of the columns, none where it returns no rows. */
  readonly columns: readonly string[];
}

/** Asynchronous in form only: everything happens at once. */
export class SqliteHandle implements DatabaseHandle {
  readonly engine = 'sqlite';
  readonly usable = true;
  readonly #database: DatabaseSync;
  #prepared = new Recent<Prepared>(STATEMENTS_MAX);
  /** What each round says, without end: not among those that are forgotten. */
  readonly #said = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  async exec(sql: string): Promise<void> {
    this.#database.exec(sql);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    const { statement, columns } = this.#prepare(sql);
    const values = parameters.map(toSqlValue);
    if (columns.length === 0) {
      const { changes } = statement.run(...values);
      // What was asked of a table before has other columns now.
      if (SHAPING.test(sql)) this.#prepared = new Recent(STATEMENTS_MAX);
      return { rows: [], changes: Number(changes) };
    }
    const rows = (statement.all(...values) as unknown as SqlValue[][]).map((row) => rowOf(columns, row));
    return { rows, changes: rows.length };
  }

  async begin(kind: 'read' | 'write'): Promise<void> {
    this.#say(kind === 'write' ? 'begin immediate' : 'begin');
  }

  async savepoint(): Promise<void> {
    this.#say('savepoint work');
  }

  async release(): Promise<void> {
    this.#say('release work');
  }

  async undo(): Promise<void> {
    this.#database.exec('rollback to work; release work');
  }

  async commit(): Promise<void> {
    this.#say('commit');
  }

  async rollback(): Promise<void> {
    this.#say('rollback');
  }

  /**
   * Without room the commit's last frame was never whole, so nothing happened. After any other failure, of an fsync
   * above all, the kernel may have dropped the pages or kept them: nobody knows before a new start.
   */
  happened(error: unknown): 'no' | 'unknown' {
    return sqliteCode(error) === SQLITE.full ? 'no' : 'unknown';
  }

  /**
   * `secure_delete` zeroes the database's pages; the write-ahead log holds their earlier contents until it has been
   * emptied into the database.
   */
  async scrub(): Promise<void> {
    this.#database.exec('pragma wal_checkpoint(truncate)');
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  #say(sql: string): void {
    const statement = this.#said.get(sql) ?? this.#database.prepare(sql);
    this.#said.set(sql, statement);
    statement.run();
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return this.#prepared.keep(sql, { statement, columns: statement.columns().map(({ name }) => name) });
  }
}

function rowOf(columns: readonly string[], values: readonly SqlValue[]): SqlRow {
  const row: SqlRow = {};
  for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = values[i]!;
  return row;
}

function toSqlValue(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  assert(value !== undefined, 'a parameter of a query is given');
  return value as SQLInputValue;
}

/** SQLite's primary result codes (sqlite.org/rescode.html): the low byte of an extended code. */
export const SQLITE = { busy: 5, corrupt: 11, full: 13, notADatabase: 26 } as const;

/** The primary result code of an error of node:sqlite, or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}

/** The refusal that a database error stands for, or the error itself where it is a fault. */
export function refusalOf(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === SQLITE.full) return new Refusal('disk-full', {}, { cause: error });
  if (code === SQLITE.corrupt || code === SQLITE.notADatabase) {
    return new Refusal('database-damaged', {}, { cause: error });
  }
  return error;
}
