/**
 * Kysely over a DatabaseHandle, one short-lived instance for each commit or read. An instance that outlives its
 * commit refuses to run: a forgotten `await` would otherwise write into a stranger's transaction.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  Kysely,
  type LimitNode,
  type QueryCompiler,
  type QueryResult,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode,
} from 'kysely';
import { assert } from '#core/refusals.ts';
import type { DatabaseHandle, EngineName } from './disk.ts';

/** What a handle may do, and until when. */
export interface Scope {
  open: boolean;
  readonly writes: boolean;
  /**
   * A statement failed. On PostgreSQL nothing more runs before the savepoint is undone; the same holds on SQLite, so
   * that work which hides an error from the store fails on both.
   */
  failed?: boolean;
}

/** A Kysely instance over this connection that works while `scope.open`. About 3 µs. */
export function kyselyOver(handle: DatabaseHandle, scope: Scope): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: new ScopedDialect(handle.engine, new ScopedConnection(handle, scope)) });
}

class ScopedDialect implements Dialect {
  readonly #engine: EngineName;
  readonly #connection: DatabaseConnection;

  constructor(engine: EngineName, connection: DatabaseConnection) {
    this.#engine = engine;
    this.#connection = connection;
  }

  createDriver(): Driver {
    return new ScopedDriver(this.#connection);
  }

  createQueryCompiler(): QueryCompiler {
    return this.#engine === 'sqlite' ? new PlainLimits() : new PostgresQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return this.#engine === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return this.#engine === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db);
  }
}

/**
 * SQLite looks at a limit that is a parameter when it plans, and so plans anew each time one is bound, which costs several
 * times what the statement does. What stands in the text is planned once.
 */
class PlainLimits extends SqliteQueryCompiler {
  protected override visitLimit({ limit }: LimitNode): void {
    assert(ValueNode.is(limit) && Number.isSafeInteger(limit.value), 'a limit is a whole number');
    this.append(`limit ${String(limit.value)}`);
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
    assert(this.#scope.failed !== true, 'no statement has failed before in this commit or read');
    try {
      const { rows, changes } = await this.#handle.query(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      this.#scope.failed = true;
      throw error;
    }
  }

  // oxlint-disable-next-line require-yield -- Kysely's interface; rows come all at once from SQLite
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the store does not stream: read a page at a time');
  }
}
