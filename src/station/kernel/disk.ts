/**
 * What a station asks of a disk, so small that a simulator can stand in for one: a database that commits or does
 * not, and files whose bytes and names are safe only once they were synced. `folder-disk.ts` is the real one,
 * `memory-disk.ts` the one that simulations and tests crash.
 */

/** What SQLite carries. Booleans become 0 and 1, `undefined` is refused. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export type EngineName = 'sqlite' | 'postgresql';

export interface SqlResult {
  rows: SqlRow[];
  changes: number;
}

/**
 * One connection to a database. Statements run in the order in which they were asked for. `savepoint` and `release` may
 * resolve before the database has answered: an engine over a network sends them along with what comes next.
 */
export interface DatabaseHandle {
  readonly engine: EngineName;
  /** Runs statements without parameters and results. */
  exec(sql: string): Promise<void>;
  /** Runs one statement; rows are plain objects, bytes are Uint8Array, whole numbers are numbers. */
  query(sql: string, parameters: readonly unknown[]): Promise<SqlResult>;
  /** Begins a transaction: one that sees a single committed state and changes nothing, or the only one that writes. */
  begin(kind: 'read' | 'write'): Promise<void>;
  savepoint(): Promise<void>;
  /** Keeps what was done since the savepoint. */
  release(): Promise<void>;
  /** Undoes what was done since the savepoint, and ends it. */
  undo(): Promise<void>;
  /** Resolves when what was written is durable. @throws what `happened` judges */
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Of an error that `commit` threw: `no` where surely nothing was committed, `unknown` where nobody can tell. */
  happened(error: unknown): 'no' | 'unknown';
  /** False once another process has the database, or it is not what it was: only a new start can tell what to do. */
  readonly usable: boolean;
  /** Whether a transaction is open. SQLite ends one by itself when the disk is full; a lost connection ends it too. */
  readonly inTransaction: boolean;
  /** Rids the database of the earlier contents of what was erased, as far as the engine can. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is written from the start to the end. */
export interface BlobFile {
  /** Bytes in the file now, whether synced or not. */
  size(): Promise<number>;
  /** Writes all bytes at a position not beyond the end. @throws Refusal `disk-full` */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Returns when the bytes so far survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files in folders, named by relative paths with `/`. Folders come into being with their first file. */
export interface BlobDisk {
  /** Opens for writing, creating the file where it is absent. */
  open(path: string): Promise<BlobFile>;
  /** @returns size in bytes, or null where there is no such file */
  size(path: string): Promise<number | null>;
  /** @returns the bytes from `from` up to, not including, `to` (fewer at the end), or null */
  read(path: string, from: number, to: number): Promise<Uint8Array | null>;
  /** Replaces `to` where it exists. Survives a power cut only after `syncFolder` of both folders. */
  rename(from: string, to: string): Promise<void>;
  /** Returns when the names in this folder survive a power cut. */
  syncFolder(folder: string): Promise<void>;
  /** @returns whether there was such a file */
  remove(path: string): Promise<boolean>;
  /** Names of the files directly in a folder, sorted; none where it is absent. */
  list(folder: string): Promise<string[]>;
}

export interface Disk {
  /**
   * Opens the connection that writes.
   * @throws Refusal `database-damaged` | `data-folder-occupied`; those of PostgreSQL (postgres-disk.ts)
   */
  database(): Promise<DatabaseHandle>;
  /**
   * Opens a connection that only reads and sees the last committed state while the writer is in the middle of a
   * transaction; null where the disk has only one connection, and the store lets reads and writes take turns.
   */
  reader(): Promise<DatabaseHandle | null>;
  readonly blobs: BlobDisk;
  /** Bytes that may still be written. */
  freeBytes(): number;
  /** Lets go of the disk, so that another process or store may have it. */
  close(): void;
}
