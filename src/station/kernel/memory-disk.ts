/**
 * A disk in memory for simulations and tests. It outlives the stores opened over it: `crash()` is a power cut, after
 * which every handle opened before is dead, an open transaction is undone and unsynced bytes and names are gone.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Recent } from '#core/recent.ts';
import type { DatabaseHandle, Disk, EngineName, SqlResult } from './disk.ts';
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
  copy(): Promise<MemoryDisk>;
  /** The database as SQLite serializes it, for whoever opens it elsewhere. */
  image(): Uint8Array;
  /** What a checker, who stands outside, finds on the disk or does to it. @returns rows */
  inspect(sql: string, parameters?: readonly SQLInputValue[]): Record<string, unknown>[];
  /** Limits the database's size, in pages of 4 KiB, and what `freeBytes` answers. */
  shrink(pages: number): void;
}

/** A simulator asks the same few questions of every disk, thousands of times. */
const QUESTIONS_KEPT = 50;
/** Two to the fortieth: a disk that is never full. */
const FREE_BYTES = 2 ** 40;

export function memoryDisk(): MemoryDisk {
  return createDisk(new DatabaseSync(':memory:'), memoryBlobs());
}

function createDisk(database: DatabaseSync, blobs: MemoryBlobs): MemoryDisk {
  database.exec('pragma foreign_keys = on; pragma secure_delete = on');
  let power = { on: true };
  let pagesMax = FREE_BYTES / 4096;
  const handle = lasting(database);
  const questions = new Recent<StatementSync>(QUESTIONS_KEPT);
  const disk: MemoryDisk = {
    faults: {},
    blobs,
    database: async () => new PoweredHandle(handle, power, disk),
    reader: async () => null,
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
    async copy() {
      const twin = new DatabaseSync(':memory:');
      twin.deserialize(disk.image());
      return createDisk(twin, blobs.copy());
    },
    image: () => database.serialize(),
    inspect: (sql, parameters = []) => (questions.get(sql) ?? questions.keep(sql, database.prepare(sql))).all(...parameters),
    shrink(pages) {
      pagesMax = pages;
      database.exec(`pragma max_page_count = ${pages}`);
    },
  };
  return disk;
}

/** The database stays when a handle is closed, and so do its statements: only what that one had not committed is undone. */
function lasting(database: DatabaseSync): DatabaseHandle {
  const handle = new SqliteHandle(database);
  handle.close = async () => {
    if (database.isTransaction) database.exec('rollback');
  };
  return handle;
}

/**
 * A connection that dies with the power, and meets what a simulator or a test has planned. All handles of one disk in
 * memory share one SQLite connection, so at most one store is open.
 */
export class PoweredHandle implements DatabaseHandle {
  readonly #inner: DatabaseHandle;
  readonly #power: { readonly on: boolean };
  readonly #disk: { readonly faults: DiskFaults };
  #closed = false;

  constructor(inner: DatabaseHandle, power: { readonly on: boolean }, disk: { readonly faults: DiskFaults }) {
    this.#inner = inner;
    this.#power = power;
    this.#disk = disk;
  }

  get engine(): EngineName {
    return this.#inner.engine;
  }

  get usable(): boolean {
    return this.#inner.usable;
  }

  get inTransaction(): boolean {
    return this.#power.on && this.#inner.inTransaction;
  }

  async exec(sql: string): Promise<void> {
    this.#demandPower();
    return this.#inner.exec(sql);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    this.#demandPower();
    this.#disk.faults.beforeQuery?.(sql);
    this.#demandPower();
    return this.#inner.query(sql, parameters);
  }

  async begin(kind: 'read' | 'write'): Promise<void> {
    this.#demandPower();
    return this.#inner.begin(kind);
  }

  async savepoint(): Promise<void> {
    this.#demandPower();
    return this.#inner.savepoint();
  }

  async release(): Promise<void> {
    this.#demandPower();
    return this.#inner.release();
  }

  async undo(): Promise<void> {
    this.#demandPower();
    return this.#inner.undo();
  }

  async commit(): Promise<void> {
    this.#demandPower();
    this.#disk.faults.beforeCommit?.();
    this.#demandPower();
    await this.#inner.commit();
    this.#disk.faults.afterCommit?.();
    this.#demandPower();
  }

  async rollback(): Promise<void> {
    this.#demandPower();
    return this.#inner.rollback();
  }

  happened(error: unknown): 'no' | 'unknown' {
    return this.#inner.happened(error);
  }

  async scrub(): Promise<void> {
    this.#demandPower();
    return this.#inner.scrub();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // After a power cut the disk's one connection is another handle's.
    if (this.#power.on) await this.#inner.close();
  }

  #demandPower(): void {
    if (!this.#power.on || this.#closed) throw new Error('the disk has lost power or was closed');
  }
}
