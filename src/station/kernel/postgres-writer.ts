/**
 * The connection that writes. A commit whose answer was lost with the connection is neither acknowledged nor given up
 * before it is known whether it took place: the connection is opened again, the lock awaited (then the old session has
 * ended), and the lease row says which round was the last. See docs/decisions/0020.
 */
import type { Client, QueryResult } from 'pg';
import type { Clock } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { type PostgresAccess, connect, disconnect } from './postgres-client.ts';
import { DatabaseTaken, isConnectionLost, isLockTimeout, OutcomeUnknown, postgresRefusal } from './postgres-errors.ts';
import { PostgresHandle } from './postgres-handle.ts';
import { beginRound, type Binding, resumeLease, takeLease } from './postgres-lease.ts';

/** How long a lost server is awaited: a restart takes seconds. Commits wait meanwhile. */
const RECONNECT_MS_MAX = 30_000;
const RECONNECT_EVERY_MS = 200;
/** Tables up to here are written anew by a scrub; larger ones would stand still for too long. */
const REWRITE_BYTES_MAX = 64 * 2 ** 20;
const VACUUM_MS_MAX = 10 * 60_000;
/** A backup or an audit that reads a table keeps it from being written anew; rounds must not wait for its end. */
const SCRUB_LOCK_MS_MAX = 2_000;
/** Snapshots of others: a vacuum keeps what they may see. A moment's reader counts too, and costs one more rewriting. */
const SEEN_BY_OTHERS = 'select count(*) as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null';
const DELETED_FROM = /^delete from "([^"]+)"/;

interface WriterOptions {
  readonly access: PostgresAccess;
  readonly binding: () => Binding;
  /** 32 hexadecimal digits of this opening. */
  readonly holder: string;
  readonly clock: Pick<Clock, 'after' | 'monotonicMs'>;
  readonly reconnectMsMax?: number;
}

export class PostgresWriter extends PostgresHandle {
  readonly #life: Life;
  #begun: Promise<QueryResult> | null = null;
  readonly #deletedFrom = new Set<string>();

  /** @throws Refusal of postgres-lease.ts and postgres-client.ts */
  static async open(options: WriterOptions): Promise<PostgresWriter> {
    const life = new Life(options);
    const writer = new PostgresWriter(life);
    await writer.connected();
    return writer;
  }

  private constructor(life: Life) {
    super(() => life.connect());
    this.#life = life;
  }

  override get usable(): boolean {
    return this.#life.usable;
  }

  override async begin(): Promise<void> {
    await this.connected();
    this.#begun = this.along(this.#life.beginRound());
    this.entered();
  }

  override async query(sql: string, parameters: readonly unknown[]): ReturnType<PostgresHandle['query']> {
    const table = DELETED_FROM.exec(sql)?.[1];
    if (table !== undefined) this.#deletedFrom.add(table);
    return super.query(sql, parameters);
  }

  override async commit(): Promise<void> {
    await this.#demandLease();
    try {
      const { command } = await this.along('commit');
      // A transaction in which something failed answers a commit with ROLLBACK and no error.
      if (command !== 'COMMIT') throw new Error('the transaction had failed before its commit');
    } catch (error) {
      if (!isConnectionLost(error)) throw postgresRefusal(error);
      await this.#findOut(error);
    } finally {
      this.left();
    }
    this.#life.committed();
  }

  override happened(error: unknown): 'no' | 'unknown' {
    return (error as Error).cause instanceof OutcomeUnknown || !this.usable ? 'unknown' : 'no';
  }

  /**
   * Rewrites the tables from which something was deleted, up to a size, so that the old files are gone from the
   * database's folder; larger ones are only vacuumed. What a reader may still see is kept, and left to the next scrub. The server's log of changes, its copies and its backups keep what
   * they have: that is the operator's (docs/operating/postgresql.md).
   */
  override async scrub(): Promise<void> {
    const { rows: [before] } = await super.query(`select current_setting('lock_timeout') as wait`, []);
    await this.ask(`set lock_timeout = ${SCRUB_LOCK_MS_MAX}`);
    try {
      for (const table of this.#deletedFrom) if (await this.#rewrite(table)) this.#deletedFrom.delete(table);
    } finally {
      await this.ask(`set lock_timeout = '${String(before?.['wait'])}'`);
    }
    await this.ask('checkpoint').catch(() => {});
  }

  /** @returns whether nothing of what was deleted is left in it */
  async #rewrite(table: string): Promise<boolean> {
    try {
      const { rows: [row] } = await super.query('select pg_total_relation_size(to_regclass($1)) as bytes', [`"${table}"`]);
      const { rows: [seen] } = await super.query(SEEN_BY_OTHERS, []);
      const isSmall = Number(row?.['bytes'] ?? 0) <= REWRITE_BYTES_MAX;
      await this.ask(`vacuum ${isSmall ? '(full, analyze)' : '(analyze)'} "${table}"`, VACUUM_MS_MAX);
      return Number(seen?.['count']) === 0;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return false;
    }
  }

  /** Before a commit is asked for, the answer of its beginning has to be there: the lease was ours. */
  async #demandLease(): Promise<void> {
    try {
      const [, updated] = (await this.#begun) as unknown as QueryResult[];
      if (updated?.rowCount === 1) return;
    } catch (error) {
      this.left();
      if (isConnectionLost(error)) this.sever();
      throw postgresRefusal(error);
    }
    await this.rollback();
    throw postgresRefusal(this.#life.lost(new DatabaseTaken(new Refusal('database-in-use'))));
  }

  /** Returns where the commit took place. @throws where it did not, and OutcomeUnknown where that cannot be found out */
  async #findOut(lost: unknown): Promise<void> {
    this.sever();
    try {
      await this.connected();
    } catch (error) {
      throw postgresRefusal(new OutcomeUnknown(error));
    }
    if (!this.#life.tookPlace) throw postgresRefusal(lost);
  }
}

/** What outlives a connection: the lease, and which round was begun, acknowledged and found. */
class Life {
  readonly #options: WriterOptions;
  #taken: DatabaseTaken | null = null;
  #begun = 0;
  #committed = 0;
  #found = 0;
  #isHeld = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get usable(): boolean {
    return this.#taken === null;
  }

  /** Whether the round that was begun last is the one that the database has. */
  get tookPlace(): boolean {
    return this.#found === this.#begun;
  }

  beginRound(): string {
    this.#begun = this.#committed + 1;
    return beginRound(this.#options.holder, this.#begun);
  }

  committed(): void {
    this.#committed = this.#begun;
  }

  lost(taken: DatabaseTaken): DatabaseTaken {
    this.#taken = taken;
    return taken;
  }

  /** The first connection is tried once; a lost one is sought until the time is up. */
  async connect(): Promise<Client> {
    const { clock, reconnectMsMax = RECONNECT_MS_MAX } = this.#options;
    const until = clock.monotonicMs() + reconnectMsMax;
    for (;;) {
      if (this.#taken !== null) throw this.#taken;
      try {
        return await this.#connectOnce();
      } catch (error) {
        if (error instanceof DatabaseTaken) throw this.lost(error);
        if (!this.#isHeld || !isPassing(error) || clock.monotonicMs() >= until) throw error;
        await new Promise<void>((resolve) => clock.after(RECONNECT_EVERY_MS, resolve));
      }
    }
  }

  async #connectOnce(): Promise<Client> {
    const { access, binding, holder } = this.#options;
    const client = await connect(access);
    try {
      if (this.#isHeld) {
        this.#found = await resumeLease(client, holder, this.#committed, this.#begun);
        this.#committed = this.#found;
      } else {
        this.#committed = this.#begun = this.#found = (await takeLease(client, binding(), holder)).round;
        this.#isHeld = true;
      }
      return client;
    } catch (error) {
      disconnect(client);
      throw error;
    }
  }
}

/** The server is not there, or starting, or still busy with our old session. */
function isPassing(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === 'database-in-use' && isLockTimeout(error.cause);
  return isConnectionLost(error);
}

