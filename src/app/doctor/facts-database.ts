/**
 * A station's database, only read. Beside a station that runs, and in PostgreSQL, as one more reader, which neither takes
 * nor awaits the writer's lease; of a stopped one on SQLite, a private copy where something waits in the write-ahead log,
 * because SQLite would fold it into the file.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { DatabaseHandle } from '#station/kernel/disk.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { SqliteHandle } from '#station/kernel/sqlite-handle.ts';
import { type DatabaseKeys, demandConfigured, stationReader } from '../station-database.ts';

export class FactsDatabase {
  readonly #handle: DatabaseHandle;
  readonly #private: string | null;

  private constructor(handle: DatabaseHandle, folder: string | null) {
    this.#handle = handle;
    this.#private = folder;
  }

  /** @throws where there is none, or none that SQLite reads; Refusal of stationReader */
  static async open(data: string, configuration: DatabaseKeys, isRunning: boolean): Promise<FactsDatabase> {
    if (configuration.database !== null) return new FactsDatabase(await stationReader(data, configuration, 'tram doctor'), null);
    demandConfigured(data, configuration);
    const file = path.join(data, DATABASE_FILE);
    if (statSync(file).size === 0) throw new Error('the database is empty');
    if (isRunning) return new FactsDatabase(readable(new DatabaseSync(file, { readOnly: true, timeout: 5_000 })), null);
    const wal = `${file}-wal`;
    if (!existsSync(wal) || statSync(wal).size === 0) {
      const url = pathToFileURL(file);
      url.search = '?immutable=1';
      return new FactsDatabase(readable(new DatabaseSync(url, { readOnly: true })), null);
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'tram-doctor-'));
    try {
      for (const ending of ['', '-wal']) copyFileSync(`${file}${ending}`, path.join(folder, `${DATABASE_FILE}${ending}`));
      return new FactsDatabase(readable(new DatabaseSync(path.join(folder, DATABASE_FILE))), folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async rows<R extends object>(sql: string, ...parameters: (string | number | Uint8Array)[]): Promise<R[]> {
    let place = 0;
    const text = this.#handle.engine === 'sqlite' ? sql : sql.replaceAll('?', () => `$${++place}`);
    // No transaction around them: on PostgreSQL what one check stumbles over would end the others too.
    return (await this.#handle.query(text, parameters)).rows as R[];
  }

  async one<R extends object>(sql: string, ...parameters: (string | number | Uint8Array)[]): Promise<R | null> {
    return (await this.rows<R>(sql, ...parameters))[0] ?? null;
  }

  /** Whether there is such a table. */
  async has(table: string): Promise<boolean> {
    const sql = this.#handle.engine === 'sqlite' ? 'select 1 as there from sqlite_master where name = ?' : 'select 1 as there where to_regclass(?) is not null';
    return (await this.one(sql, table)) !== null;
  }

  /** What SQLite says of its own file, at most one line; null where it is sound. PostgreSQL has no such question. */
  async damage(): Promise<string | null> {
    if (this.#handle.engine !== 'sqlite') return null;
    const said = await this.one<{ quick_check: string }>('pragma quick_check(1)');
    return said?.quick_check === 'ok' ? null : 'quick-check';
  }

  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#private !== null) rmSync(this.#private, { recursive: true, force: true });
  }
}

/** SQLite opens anything; only a read shows whether it is a database. */
function readable(database: DatabaseSync): DatabaseHandle {
  try {
    database.prepare('select count(*) from sqlite_master').get();
    return new SqliteHandle(database);
  } catch (error) {
    database.close();
    throw error;
  }
}
