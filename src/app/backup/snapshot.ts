/**
 * One committed state of a station's database, read table by table while the station goes on working: a second
 * connection with one read transaction, on whichever engine.
 */
import { Refusal } from '#core/refusals.ts';
import type { DatabaseHandle } from '#station/kernel/disk.ts';
import type { BackupColumn } from '#wire/backup.ts';
import { TABLES, type TableName } from '../audit/tables.ts';
import type { Row } from './rows.ts';

/** Rows in one query: envelopes are up to 896 KiB, most rows are small. */
const PAGE_ROWS_MIN = 16;
const PAGE_ROWS_MAX = 1_024;
const PAGE_BYTES = 4 * 1_048_576;

/** With which PostgreSQL's writer is fenced; a restored station makes its own. Of postgres-lease.ts, which brings the driver with it. */
const LEASE_TABLE = 'store_lease';
/** Written by migrations themselves; kept in the manifest by name. */
const MIGRATIONS = 'schema_migration';
/**
 * What speaks of staging files, which a backup leaves out: a neighbour sends again, a device uploads again. And what is
 * erased when it has served: a custodian gives out again, a registrar proposes again, a new device leaves its
 * request again.
 */
const LEFT_EMPTY: ReadonlySet<string> = new Set(['link_staging', 'link_bundle_volume', 'escrow_release', 'pending_proposal', 'withdrawn_proposal', 'device_request']);

export interface SnapshotTable {
  readonly name: TableName;
  readonly columns: readonly BackupColumn[];
  readonly key: readonly string[];
}

export class Snapshot {
  readonly handle: DatabaseHandle;
  readonly tables: readonly SnapshotTable[];
  readonly migrations: readonly string[];

  private constructor(handle: DatabaseHandle, tables: readonly SnapshotTable[], migrations: readonly string[]) {
    this.handle = handle;
    this.tables = tables;
    this.migrations = migrations;
  }

  /**
   * @param handle its own from now on, also where this refuses
   * @throws Refusal `data-folder-newer` where the database has tables that this program does not know
   */
  static async over(handle: DatabaseHandle): Promise<Snapshot> {
    try {
      return await Snapshot.#over(handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  static async #over(handle: DatabaseHandle): Promise<Snapshot> {
    await handle.begin('read');
    const found = await columnsIn(handle);
    const known = Object.keys(TABLES) as TableName[];
    const unknown = [...found.keys()].filter((name) => !known.includes(name as TableName) && name !== LEASE_TABLE);
    if (unknown.length > 0) throw new Refusal('data-folder-newer', { migration: unknown[0]! });
    const { rows } = await handle.query(`select name from ${MIGRATIONS} order by name`, []);
    const tables = known.filter((name) => name !== MIGRATIONS && found.has(name)).map((name) => tableOf(name, found.get(name)!));
    return new Snapshot(handle, tables, rows.map(({ name }) => String(name)));
  }

  /** All rows in the order of the key, as this snapshot has them. */
  async *rows({ name, columns, key }: SnapshotTable): AsyncGenerator<Row> {
    if (LEFT_EMPTY.has(name)) return;
    const place = this.handle.engine === 'sqlite' ? () => '?' : (n: number) => `$${n}`;
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    const order = key.map((column) => `"${column}"`).join(', ');
    let last: Row | null = null;
    let limit = 256;
    for (;;) {
      const after: string = last === null ? '' : `where (${order}) > (${key.map((_, i) => place(i + 1)).join(', ')})`;
      const parameters: unknown[] = last === null ? [] : key.map((column) => last![column]);
      const { rows } = await this.handle.query(`select ${names} from "${name}" ${after} order by ${order} limit ${limit}`, parameters);
      let bytes = 0;
      for (const row of rows as Row[]) {
        if (isErasedLater(name, row)) continue;
        yield name === 'part' ? withoutStaging(row) : row;
        bytes += sizeOf(row);
      }
      if (rows.length < limit) return;
      last = rows.at(-1) as Row;
      limit = Math.max(PAGE_ROWS_MIN, Math.min(PAGE_ROWS_MAX, Math.floor(PAGE_BYTES / Math.max(1, bytes / rows.length))));
    }
  }

  /** How many files were on their way when this was taken, to here or to a neighbour: of them it has nothing. */
  async unfinished(): Promise<number> {
    const counted = { part: 'complete = 0 and held > 0', link_staging: '1 = 1' };
    let all = 0;
    for (const { name } of this.tables) {
      if (name !== 'part' && name !== 'link_staging') continue;
      const { rows } = await this.handle.query(`select count(*) as n from "${name}" where ${counted[name]}`, []);
      all += Number(rows[0]!['n']);
    }
    return all;
  }

  /** No rows after this. A transaction that stays open keeps SQLite's write-ahead log growing, and PostgreSQL from erasing. */
  async end(): Promise<void> {
    if (this.handle.inTransaction) await this.handle.rollback();
  }

  async close(): Promise<void> {
    await this.end();
    await this.handle.close();
  }
}

/** Periods are destroyed; a backup would keep them, and a restore bring them back. Devices that have them wrap them again. */
function isErasedLater(table: TableName, row: Row): boolean {
  return table === 'key_wrap' && row['purpose'] === 'transport';
}

/** Of an unfinished part nothing is held where its staging file is not. */
function withoutStaging(row: Row): Row {
  return row['complete'] === 1 ? row : { ...row, held: 0 };
}

async function columnsIn(handle: DatabaseHandle): Promise<Map<string, Set<string>>> {
  const sql = handle.engine === 'sqlite'
    ? "select m.name as t, p.name as c from sqlite_schema m, pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite_%'"
    : 'select table_name as t, column_name as c from information_schema.columns where table_schema = current_schema()';
  const found = new Map<string, Set<string>>();
  for (const { t, c } of (await handle.query(sql, [])).rows) {
    const columns = found.get(String(t)) ?? new Set();
    found.set(String(t), columns.add(String(c)));
  }
  return found;
}

function tableOf(name: TableName, found: ReadonlySet<string>): SnapshotTable {
  const { columns, key } = TABLES[name] as { columns: Readonly<Record<string, string>>; key: readonly string[] };
  const there = Object.entries(columns).filter(([column]) => found.has(column)).map(([column, type]): BackupColumn => ({
    name: column, type: type.replace('?', '') as BackupColumn['type'], nullable: type.endsWith('?') ? 1 : 0,
  }));
  if (there.length !== found.size) throw new Refusal('data-folder-newer', { migration: name });
  return { name, columns: there, key };
}

function sizeOf(row: Row): number {
  return Object.values(row).reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 24), 0);
}
