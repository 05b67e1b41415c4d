/**
 * A station's database, only read. Beside a station that runs, as one more reader; of one that is stopped, a private
 * copy where something waits in the write-ahead log, because SQLite would fold it into the file.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';

export class FactsDatabase {
  readonly #database: DatabaseSync;
  readonly #private: string | null;

  private constructor(database: DatabaseSync, folder: string | null) {
    this.#database = database;
    this.#private = folder;
  }

  /** @throws where there is none, or none that SQLite reads */
  static open(data: string, isRunning: boolean): FactsDatabase {
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
    return this.#database.prepare(sql).all(...parameters).map((row) => ({ ...row }) as R);
  }

  async one<R extends object>(sql: string, ...parameters: (string | number | Uint8Array)[]): Promise<R | null> {
    return (await this.rows<R>(sql, ...parameters))[0] ?? null;
  }

  /** What SQLite says of its own file, at most one line; null where it is sound. */
  async damage(): Promise<string | null> {
    const said = await this.one<{ quick_check: string }>('pragma quick_check(1)');
    return said?.quick_check === 'ok' ? null : 'quick-check';
  }

  close(): void {
    this.#database.close();
    if (this.#private !== null) rmSync(this.#private, { recursive: true, force: true });
  }
}

/** SQLite opens anything; only a read shows whether it is a database. */
function readable(database: DatabaseSync): DatabaseSync {
  try {
    database.prepare('select count(*) from sqlite_master').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
