/**
 * Kysely over a DatabaseHandle, one short-lived instance for each commit or read. An instance that outlives its
 * commit refuses to run: a forgotten `await` would otherwise write into a stranger's transaction.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { assert } from '#core/refusals.ts';
import type { DatabaseHandle } from './disk.ts';

/** What a handle may do, and until when. */
export interface Scope {
  open: boolean;
  readonly writes: boolean;
}

/** A Kysely instance over this connection that works while `scope.open`. About 3 µs. */
export function kyselyOver(handle: DatabaseHandle, scope: Scope): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: new ScopedDialect(new ScopedConnection(handle, scope)) });
}

class ScopedDialect implements Dialect {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  createDriver(): Driver {
    return new ScopedDriver(this.#connection);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class ScopedDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error('a commit is one transaction already: throw to undo it whole');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class ScopedConnection implements DatabaseConnection {
  readonly #handle: DatabaseHandle;
  readonly #scope: Scope;

  constructor(handle: DatabaseHandle, scope: Scope) {
    this.#handle = handle;
    this.#scope = scope;
  }

  async executeQuery<R>({ query, sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    assert(this.#scope.open, 'a query runs before its commit or read has ended');
    const isRead = query.kind === 'SelectQueryNode' || query.kind === 'RawNode';
    assert(isRead || this.#scope.writes, 'a read does not write');
    // A full disk ends the transaction; what came after would be committed statement by statement.
    assert(!this.#scope.writes || this.#handle.inTransaction, 'the transaction is still open');
    const { rows, changes } = this.#handle.query(sql, parameters);
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  // oxlint-disable-next-line require-yield -- Kysely's interface; rows come all at once from SQLite
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the store does not stream: read a page at a time');
  }
}
