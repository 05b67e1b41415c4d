/**
 * The store: one database, written by one loop that commits in groups. Whatever is queued when a round begins shares
 * one transaction and one fsync, so that a hundred clients cost little more than one; each piece of work runs in a
 * savepoint of its own and fails alone. Nothing is acknowledged before it is durable.
 *
 * Reads never see a round in progress. On a folder they have connections of their own (SQLite's WAL gives each read
 * the last committed state, and they run while the writer waits for something). A disk in memory has one connection:
 * there, reads take turns with rounds. A shared-cache database would answer SQLITE_LOCKED instead of waiting, and
 * temporary files could not lose exactly what was uncommitted, which is what a simulation is for.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { assert, Refusal } from '#core/refusals.ts';
import { kyselyOver, type Scope } from './dialect.ts';
import type { DatabaseHandle, Disk } from './disk.ts';
import { COLUMN_TYPES, migrate, type Migrations } from './migrate.ts';
import { ReaderPool } from './reader-pool.ts';
import { refusalOf } from './sqlite-handle.ts';

declare const reading: unique symbol;
declare const writing: unique symbol;

/** A handle of a read or a commit, whatever its tables. */
export interface Snapshot {
  readonly [reading]: true;
}
/** A handle of a commit, whatever its tables: what it writes is durable when the commit resolves. */
export interface Transaction extends Snapshot {
  readonly [writing]: true;
}
export type Db<T> = Kysely<T> & Snapshot;
export type Tx<T> = Kysely<T> & Transaction;

/** The store as one room sees it: with that room's tables. */
export interface Tables<T> {
  /**
   * Queues work for the next round and resolves when what it wrote is durable. Use only `tx` inside; await nothing slow
   * (no network, no blobs), for every other commit waits; do not act on the outside, for the round may still fail.
   * @throws whatever `work` threw (its writes are undone, others' are not)
   * @throws Refusal `disk-full` with nothing written; `stopping` after `close`; `store-failed` after a failed commit
   */
  commit<R>(work: (tx: Tx<T>) => Promise<R>): Promise<R>;
  /** Runs queries on one committed state. Use only `db` inside. */
  read<R>(work: (db: Db<T>) => Promise<R>): Promise<R>;
  /** A handle that another room's work was given, with this room's tables. */
  in(tx: Transaction): Tx<T>;
  in(db: Snapshot): Db<T>;
}

export interface Store extends Tables<unknown> {
  of<T>(): Tables<T>;
  /** Runs once in each round, after all work and before the commit: for a sequencer. A throw fails the whole round. */
  beforeCommit(hook: (tx: Tx<unknown>) => Promise<void>): void;
  /** Runs after each round that became durable; the returned function ends it. A listener must not throw. */
  afterCommit(listener: () => void): () => void;
  /**
   * Rids the database of the earlier contents of what was erased. On SQLite nothing of it is left in the folder. On
   * PostgreSQL it leaves the tables and the cluster's own log keeps it until that is recycled (SECURITY.md).
   */
  scrub(): Promise<void>;
  /** `failed`: a commit neither succeeded nor surely failed. Only a new start can tell what is on the disk. */
  readonly state: 'open' | 'failed' | 'closed';
  /** Waits for queued work, then closes. The disk stays open. */
  close(): Promise<void>;
}

interface StoreOptions {
  readonly migrations: Migrations;
  /**
   * Awaited before a round begins, so that work which is about to be queued can share its fsync. A station passes
   * "the end of this turn of the event loop"; the default takes what is queued.
   */
  readonly gather?: () => Promise<void>;
  /** Told of each round: how many pieces of work it has, and to run it once. */
  readonly watch?: RoundWatch;
}

export type RoundWatch = (works: number, round: () => Promise<void>) => Promise<void>;

/** Work in one round, at most: bounds how long the first waits for the last. */
export const ROUND_MAX = 256;

/**
 * Opens the database on a disk and brings it to this program's form.
 * @throws Refusal `database-damaged` | `data-folder-newer` | `data-folder-occupied` | `disk-full`
 */
export async function openStore(disk: Disk, options: StoreOptions): Promise<Store> {
  const writer = await disk.database();
  try {
    await migrate(options.migrations, COLUMN_TYPES[writer.engine], (step) => runMigration(writer, step));
    return new GroupStore(writer, await ReaderPool.over(disk), options);
  } catch (error) {
    await writer.close();
    throw refusalOf(error);
  }
}

async function runMigration(writer: DatabaseHandle, step: (db: Kysely<unknown>) => Promise<void>): Promise<void> {
  const scope: Scope = { open: true, writes: true };
  await writer.begin('write');
  try {
    await step(kyselyOver(writer, scope));
    await writer.commit();
  } catch (error) {
    if (writer.inTransaction) await writer.rollback();
    throw error;
  } finally {
    scope.open = false;
  }
}

/** One piece of queued work, and how it went. */
interface Work {
  readonly run: (tx: Tx<unknown>) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  outcome: { value: unknown } | { error: unknown } | null;
}

class GroupStore implements Store {
  readonly #writer: DatabaseHandle;
  readonly #readers: ReaderPool | null;
  readonly #gather: () => Promise<void>;
  readonly #watch: RoundWatch;
  readonly #hooks: ((tx: Tx<unknown>) => Promise<void>)[] = [];
  readonly #listeners = new Set<() => void>();
  /** Which commit or read the running code is part of: nesting them would wait for itself. */
  readonly #scopes = new AsyncLocalStorage<Scope>();
  #queue: Work[] = [];
  #turns: (() => Promise<void>)[] = [];
  #loop: Promise<void> | null = null;
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(writer: DatabaseHandle, readers: ReaderPool | null, { gather, watch }: StoreOptions) {
    this.#writer = writer;
    this.#readers = readers;
    this.#gather = gather ?? (async () => {});
    this.#watch = watch ?? ((_works, round) => round());
  }

  get state(): 'open' | 'failed' | 'closed' {
    return this.#state;
  }

  of<T>(): Tables<T> {
    return this as unknown as Tables<T>;
  }

  in(handle: Snapshot): Tx<unknown> {
    return handle as Tx<unknown>;
  }

  beforeCommit(hook: (tx: Tx<unknown>) => Promise<void>): void {
    this.#hooks.push(hook);
  }

  afterCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async commit<R>(work: (tx: Tx<unknown>) => Promise<R>): Promise<R> {
    this.#demandOpen();
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({ run: work, resolve: resolve as (value: unknown) => void, reject, outcome: null });
      this.#wake();
    });
  }

  async read<R>(work: (db: Db<unknown>) => Promise<R>): Promise<R> {
    this.#demandOpen();
    const run = (handle: DatabaseHandle): Promise<R> => this.#inScope(handle, false, work);
    if (this.#readers !== null) return this.#readers.run(run);
    return this.#inTurn(() => run(this.#writer));
  }

  async scrub(): Promise<void> {
    this.#demandOpen();
    await this.#inTurn(() => this.#writer.scrub());
  }

  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed';
    await this.#loop;
    await this.#readers?.close();
    await this.#writer.close();
  }

  #demandOpen(): void {
    assert(this.#scopes.getStore()?.open !== true, 'inside a commit or a read, use the handle it was given');
    if (this.#state !== 'open') throw new Refusal(this.#state === 'failed' ? 'store-failed' : 'stopping');
  }

  /** Runs something between rounds, when no transaction is open. */
  #inTurn<R>(turn: () => Promise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#turns.push(() => turn().then(resolve, reject));
      this.#wake();
    });
  }

  #wake(): void {
    // The loop must not inherit the scope of whoever happened to wake it.
    this.#loop ??= this.#scopes.exit(() => this.#runLoop());
  }

  async #runLoop(): Promise<void> {
    await this.#gather();
    while (this.#queue.length > 0 || this.#turns.length > 0) {
      const turns = this.#turns.splice(0);
      await Promise.all(turns.map((turn) => turn()));
      const works = this.#queue.splice(0, ROUND_MAX);
      if (works.length > 0) await this.#watch(works.length, () => this.#runRound(works));
      await this.#gather();
    }
    this.#loop = null;
  }

  /** One transaction: everything in `works` that does not throw becomes durable together, or nothing does. */
  async #runRound(works: readonly Work[]): Promise<void> {
    try {
      if (this.#state === 'failed') throw new Refusal('store-failed');
      await this.#writer.begin('write');
      for (const work of works) await this.#runWork(work);
      for (const hook of this.#hooks) await this.#inScope(this.#writer, true, hook);
      await this.#commitRound();
    } catch (error) {
      await this.#undoRound();
      if (!this.#writer.usable && this.#state === 'open') this.#state = 'failed';
      for (const work of works) work.reject(outcomeError(work) ?? refusalOf(error));
      return;
    }
    for (const work of works) settle(work);
    for (const listener of this.#listeners) notify(listener);
  }

  async #runWork(work: Work): Promise<void> {
    await this.#writer.savepoint();
    try {
      work.outcome = { value: await this.#inScope(this.#writer, true, work.run) };
      await this.#writer.release();
    } catch (error) {
      // SQLite undoes the whole transaction by itself where the disk is full, a lost connection does: the round is lost.
      if (!this.#writer.inTransaction) throw error;
      work.outcome = { error: refusalOf(error) };
      await this.#writer.undo();
    }
  }

  async #commitRound(): Promise<void> {
    try {
      await this.#writer.commit();
    } catch (error) {
      if (this.#writer.happened(error) === 'unknown' && this.#state === 'open') this.#state = 'failed';
      throw error;
    }
  }

  async #undoRound(): Promise<void> {
    try {
      if (this.#writer.inTransaction) await this.#writer.rollback();
    } catch {
      this.#state = 'failed';
    }
  }

  async #inScope<R>(handle: DatabaseHandle, writes: boolean, work: (tx: Tx<unknown>) => Promise<R>): Promise<R> {
    const scope: Scope = { open: true, writes, failed: false };
    try {
      const result = await this.#scopes.run(scope, () => work(kyselyOver(handle, scope) as Tx<unknown>));
      assert(scope.failed !== true, 'work in which a statement has failed ends with its error');
      return result;
    } finally {
      scope.open = false;
    }
  }
}

function settle(work: Work): void {
  const outcome = work.outcome!;
  if ('error' in outcome) work.reject(outcome.error);
  else work.resolve(outcome.value);
}

/** A listener that throws is a mistake of ours: it crashes the process, but not in the middle of the loop. */
function notify(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The error that work had of its own, in a round that failed for another reason. */
function outcomeError({ outcome }: Work): unknown {
  return outcome !== null && 'error' in outcome ? outcome.error : null;
}
