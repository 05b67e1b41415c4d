/**
 * The database of a station, read and never written: a folder's as it is where nothing waits in the write-ahead log, else a
 * private copy outside the folder, because SQLite would fold the log into the file.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { hex } from '#core/bytes.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { type ColumnType, type RowOf, TABLES, type TableName } from './tables.ts';
import { type Claim, type Tally, wordsOf } from './tally.ts';

/** A row of its shape, with the name of its place. */
export type Placed<T extends TableName> = RowOf<T> & { readonly place: string };

export class AuditDatabase {
  readonly #database: DatabaseSync;
  readonly #rows: Claim;
  /** Tables that some claim has read: a test compares them with the schema. */
  readonly read = new Set<string>();
  readonly #private: string | null;

  private constructor(database: DatabaseSync, tally: Tally, folder: string | null) {
    this.#database = database;
    this.#rows = tally.claim('rows');
    this.#private = folder;
  }

  /** A station's in PostgreSQL, as a private copy that `copyTo` makes in a file. @throws what that throws */
  static async openCopy(copyTo: (file: string) => Promise<void>, tally: Tally): Promise<AuditDatabase> {
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-audit-'));
    try {
      const file = path.join(folder, DATABASE_FILE);
      await copyTo(file);
      return new AuditDatabase(new DatabaseSync(file, { readOnly: true }), tally, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** One that is in no file. @param image as SQLite serializes it */
  static ofImage(image: Uint8Array, tally: Tally): AuditDatabase {
    const database = new DatabaseSync(':memory:');
    database.deserialize(image);
    return new AuditDatabase(database, tally, null);
  }

  /** @throws where there is no database that SQLite opens */
  static open(data: string, tally: Tally): AuditDatabase {
    const file = path.join(data, DATABASE_FILE);
    const wal = `${file}-wal`;
    const isWaiting = existsSync(wal) && statSync(wal).size > 0;
    if (!isWaiting) return new AuditDatabase(openImmutable(file), tally, null);
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-audit-'));
    try {
      copyFileSync(file, path.join(folder, DATABASE_FILE));
      copyFileSync(wal, path.join(folder, `${DATABASE_FILE}-wal`));
      return new AuditDatabase(new DatabaseSync(path.join(folder, DATABASE_FILE)), tally, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Rows of a few columns, of whatever SQLite knows. */
  query(sql: string): Record<string, unknown>[] {
    return this.#database.prepare(sql).all().map((row) => ({ ...row }));
  }

  /**
   * All rows of a table in the order of its key. A row of another shape is a fault and is passed over; so is the rest
   * of a table of which SQLite cannot read on.
   * @param order other columns than the key's
   */
  *rows<T extends TableName>(table: T, order: readonly (keyof RowOf<T> & string)[] = TABLES[table].key): Generator<Placed<T>> {
    const isFirst = !this.read.has(table);
    this.read.add(table);
    try {
      const statement = this.#database.prepare(`select * from "${table}" order by ${order.map((name) => `"${name}"`).join(', ')}`);
      statement.setReadBigInts(true);
      for (const raw of statement.iterate()) {
        const row = this.#shaped(table, raw as Record<string, unknown>, isFirst);
        if (row !== null) yield row;
      }
    } catch (error) {
      this.#rows.missing(table, `cannot be read: ${wordsOf(error)}`);
    }
  }

  close(): void {
    this.#database.close();
    if (this.#private !== null) rmSync(this.#private, { recursive: true, force: true });
  }

  #shaped<T extends TableName>(table: T, raw: Record<string, unknown>, isFirst: boolean): Placed<T> | null {
    const shape = TABLES[table] as { columns: Record<string, ColumnType>; key: readonly string[] };
    const row: Record<string, unknown> = {};
    const wrong: string[] = [];
    for (const [name, type] of Object.entries(shape.columns)) {
      const value = valueOf(raw[name], type);
      if (value === undefined) wrong.push(name);
      row[name] = value;
    }
    const place = `${table}:${shape.key.map((name) => shown(raw[name])).join('/')}`;
    if (isFirst) this.#rows.check(place, wrong.length === 0, `has another type in ${wrong.join(', ')}`);
    return wrong.length === 0 ? ({ ...row, place } as unknown as Placed<T>) : null;
  }
}

function openImmutable(file: string): DatabaseSync {
  statSync(file);
  const url = pathToFileURL(file);
  url.search = '?immutable=1';
  return new DatabaseSync(url, { readOnly: true });
}

/** The value where it has that type; undefined where it has not. */
function valueOf(value: unknown, type: ColumnType): unknown {
  if (value === null) return type.endsWith('?') ? null : undefined;
  switch (type) {
    case 'integer':
    case 'integer?': {
      const isExact = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) && value >= 0n;
      return isExact ? Number(value) : undefined;
    }
    case 'bytes':
    case 'bytes?': return value instanceof Uint8Array ? value : undefined;
    default: return typeof value === 'string' ? value : undefined;
  }
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return hex(value.subarray(0, 32));
  return String(value).slice(0, 200);
}
