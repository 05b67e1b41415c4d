/**
 * A disk in memory for simulations and tests. It outlives the stores opened over it: `crash()` is a power cut, after
 * which every handle opened before is dead, an open transaction is undone and unsynced bytes and names are gone.
 */
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseHandle, Disk, SqlRow } from './disk.ts';
import { type MemoryBlobs, memoryBlobs } from './memory-blobs.ts';
import { SqliteHandle } from './sqlite-handle.ts';

/** What a simulator plans to go wrong. Each hook may call `crash()` or throw; both leave the disk as it then is. */
export interface DiskFaults {
  /** Just before a transaction becomes durable: a crash here loses it. */
  beforeCommit?: () => void;
  /** Just after: a crash here keeps a transaction that nobody was told of. */
  afterCommit?: () => void;
  /** Before each statement that may write; throw what a failing disk would. */
  beforeQuery?: (sql: string) => void;
}

export interface MemoryDisk extends Disk {
  readonly blobs: MemoryBlobs;
  faults: DiskFaults;
  /**
   * A power cut.
   * @param keep of the unsynced bytes at a file's end, how many the cut happens to spare (none by default): a torn write
   */
  crash(keep?: (unsyncedBytes: number) => number): void;
  /** Another disk with what is durable on this one: a backup, which a restored station starts from. */
  copy(): MemoryDisk;
  /** Limits the database's size, in pages of 4 KiB, and what `freeBytes` answers. */
  shrink(pages: number): void;
}

/** Two to the fortieth: a disk that is never full. */
const FREE_BYTES = 2 ** 40;

export function memoryDisk(): MemoryDisk {
  return createDisk(new DatabaseSync(':memory:'), memoryBlobs());
}

function createDisk(database: DatabaseSync, blobs: MemoryBlobs): MemoryDisk {
  database.exec('pragma foreign_keys = on; pragma secure_delete = on');
  let power = { on: true };
  let pagesMax = FREE_BYTES / 4096;
  const disk: MemoryDisk = {
    faults: {},
    blobs,
    database: () => new MemoryHandle(database, power, disk),
    reader: () => null,
    freeBytes() {
      const used = Number(database.prepare('pragma page_count').get()?.['page_count']);
      return Math.max(0, pagesMax - used) * 4096;
    },
    close() {},
    crash(keep = () => 0) {
      power.on = false;
      power = { on: true };
      if (database.isTransaction) database.exec('rollback');
      blobs.crash(keep);
    },
    copy() {
      const twin = new DatabaseSync(':memory:');
      twin.deserialize(database.serialize());
      return createDisk(twin, blobs.copy());
    },
    shrink(pages) {
      pagesMax = pages;
      database.exec(`pragma max_page_count = ${pages}`);
    },
  };
  return disk;
}

/** A connection that dies with the power. All handles share one SQLite connection, so at most one store is open. */
class MemoryHandle implements DatabaseHandle {
  readonly #inner: SqliteHandle;
  readonly #power: { readonly on: boolean };
  readonly #disk: MemoryDisk;
  #closed = false;

  constructor(database: DatabaseSync, power: { readonly on: boolean }, disk: MemoryDisk) {
    this.#inner = new SqliteHandle(database);
    this.#power = power;
    this.#disk = disk;
  }

  get inTransaction(): boolean {
    return this.#power.on && this.#inner.inTransaction;
  }

  exec(sql: string): void {
    this.#demandPower();
    if (sql === 'commit') this.#disk.faults.beforeCommit?.();
    this.#demandPower();
    this.#inner.exec(sql);
    if (sql === 'commit') this.#disk.faults.afterCommit?.();
    this.#demandPower();
  }

  query(sql: string, parameters: readonly unknown[]): { rows: SqlRow[]; changes: number } {
    this.#demandPower();
    this.#disk.faults.beforeQuery?.(sql);
    this.#demandPower();
    return this.#inner.query(sql, parameters);
  }

  /** The database stays: only this handle ends, and what it had not committed is undone. */
  close(): void {
    if (this.inTransaction && !this.#closed) this.#inner.exec('rollback');
    this.#closed = true;
  }

  #demandPower(): void {
    if (!this.#power.on || this.#closed) throw new Error('the disk has lost power or was closed');
  }
}
