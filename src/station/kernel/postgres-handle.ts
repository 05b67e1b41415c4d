/**
 * One connection to PostgreSQL as a DatabaseHandle. Statements are pipelined: the begin, the savepoints and their
 * releases go along with the next statement, so that a round of commits waits for the network only where a result is
 * used. A connection that is lost between transactions is opened again at the next one; one that is lost inside ends
 * the transaction, and nothing of it is there.
 */
import type { Client, QueryConfig, QueryResult } from 'pg';
import { assert } from '#core/refusals.ts';
import type { DatabaseHandle, SqlResult, SqlRow } from './disk.ts';
import { disconnect } from './postgres-client.ts';
import { isConnectionLost, postgresRefusal } from './postgres-errors.ts';
import { toPostgresValue } from './postgres-values.ts';

/** Kysely's texts repeat; the server keeps a plan of each, and what comes after so many is planned each time. */
const STATEMENTS_MAX = 400;
const PLANNED = /^(?:select|insert|update|delete|with) /;

export class PostgresHandle implements DatabaseHandle {
  readonly engine = 'postgresql';
  readonly #open: () => Promise<Client>;
  readonly #names = new Map<string, string>();
  #generation = 0;
  #client: Client | null = null;
  #inTransaction = false;

  /** @param open makes a connection, within a bounded time */
  constructor(open: () => Promise<Client>) {
    this.#open = open;
  }

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  get usable(): boolean {
    return true;
  }

  async exec(sql: string): Promise<void> {
    await this.ask(sql);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlResult> {
    const name = this.#nameOf(sql);
    const { rows, rowCount } = await this.#guarded((client) =>
      client.query<SqlRow>({ text: sql, values: parameters.map(toPostgresValue), ...(name === undefined ? {} : { name }) }));
    return { rows, changes: rowCount ?? rows.length };
  }

  async begin(_kind: 'read' | 'write'): Promise<void> {
    await this.connected();
    this.along('begin isolation level repeatable read read only');
    this.#inTransaction = true;
  }

  async savepoint(): Promise<void> {
    this.along('savepoint work');
  }

  async release(): Promise<void> {
    this.along('release work');
  }

  async undo(): Promise<void> {
    this.along('rollback to work; release work');
  }

  async commit(): Promise<void> {
    await this.rollback();
  }

  async rollback(): Promise<void> {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    await this.ask('rollback');
  }

  happened(_error: unknown): 'no' | 'unknown' {
    return 'no';
  }

  async scrub(): Promise<void> {}

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#inTransaction = false;
    // What was asked for has been answered: the store waits for its work before it closes.
    await client?.end().catch(() => {});
  }

  /** Lets go of the connection, as a power cut would. */
  sever(): void {
    const client = this.#client;
    this.#client = null;
    this.#inTransaction = false;
    if (client !== null) disconnect(client);
  }

  /** The connection, opened where there is none. */
  protected async connected(): Promise<Client> {
    if (this.#client !== null) return this.#client;
    try {
      const client = await this.#open();
      this.#names.clear();
      this.#client = client;
      client.on('end', () => {
        if (this.#client === client && !this.#inTransaction) this.#client = null;
      });
      return client;
    } catch (error) {
      throw postgresRefusal(error);
    }
  }

  protected async ask(sql: string, timeoutMs?: number): Promise<QueryResult> {
    // query_timeout is pg's, and missing from its types.
    const config: QueryConfig = timeoutMs === undefined ? { text: sql } : ({ text: sql, query_timeout: timeoutMs } as QueryConfig);
    return this.#guarded((client) => client.query(config));
  }

  /** Sends a statement whose answer nobody awaits; where it fails, so does what comes after it, the commit at the latest. */
  protected along(sql: string): Promise<QueryResult> {
    assert(this.#client !== null, 'a statement has a connection');
    const answer = this.#client.query({ text: sql });
    answer.catch(() => {});
    return answer;
  }

  protected entered(): void {
    this.#inTransaction = true;
  }

  protected left(): void {
    this.#inTransaction = false;
  }

  async #guarded<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#inTransaction ? this.#client : await this.connected();
    try {
      assert(client !== null, 'a statement has a connection');
      return await work(client);
    } catch (error) {
      if (isConnectionLost(error)) this.sever();
      throw postgresRefusal(error);
    }
  }

  #nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= STATEMENTS_MAX) return known;
    if (!PLANNED.test(sql)) {
      // A table may have another form after this, and a kept plan would not.
      this.#names.clear();
      this.#generation += 1;
      return undefined;
    }
    const name = `s${this.#generation}.${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }
}
