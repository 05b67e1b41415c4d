/** Connections to PostgreSQL: opened within a bounded time, with values as SQLite's, refused where a commit would not be durable. */
import { readFileSync } from 'node:fs';
import { type ClientConfig, Client } from 'pg';
import { Refusal } from '#core/refusals.ts';
import { POSTGRES_TYPES } from './postgres-values.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** How a station reaches its database. The password is asked for at each connection and kept nowhere. */
export interface PostgresAccess {
  readonly address: PostgresAddress;
  /** Empty where the server wants none (a socket, with `peer`). */
  password(): Promise<string>;
  /** How long another's lock is awaited, in the server: the one that a dead process leaves behind ends sooner. */
  readonly lockMsMax?: number;
}

const CONNECT_MS_MAX = 10_000;
/** No statement of a station takes longer; a server that has gone silent is given up. */
const STATEMENT_MS_MAX = 60_000;
const LOCK_MS_MAX = 30_000;
const VERSION_MIN = 150_000;

/**
 * A commit is durable when it has returned, whatever the server's defaults: an asynchronous one is refused, not mended,
 * because an operator who wanted it should hear of it. Then what was found is pinned for the session.
 */
const SETTINGS = `select current_setting('server_version_num')::int8 as version, current_setting('synchronous_commit') as synchronous,
  current_setting('fsync') as fsync, current_setting('full_page_writes') as pages, current_setting('server_encoding') as encoding,
  pg_is_in_recovery() as standby, ('B' < 'a' and 'z' < 'Đ' and 'a-' < 'a0' and 'a0' < 'aB') as plain`;

/** Ends what a vanished station leaves behind within half a minute, and lets nobody else's defaults end our transactions. */
const SESSION = `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
  set idle_session_timeout = 0; set client_min_messages = warning; set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5;
  set tcp_keepalives_count = 3; set tcp_user_timeout = 25000`;

/** Every statement in order, not one after the other's answer: what ends a transaction's step goes along with what comes next. */
export async function connect({ address, password, lockMsMax = LOCK_MS_MAX }: PostgresAccess, application = 'tram'): Promise<Client> {
  const { host, port, user, database, tls } = address;
  const config: ClientConfig & { pipeline: boolean } = {
    host, port, user, database, password, application_name: application, types: POSTGRES_TYPES, pipeline: true,
    ssl: tls === null ? false : { rejectUnauthorized: true, ...(tls.authority === null ? {} : { ca: readFileSync(tls.authority, 'utf8') }) },
    connectionTimeoutMillis: CONNECT_MS_MAX, query_timeout: STATEMENT_MS_MAX, keepAlive: true, keepAliveInitialDelayMillis: 10_000,
  };
  const client = new Client(config);
  // Without a listener, the loss of an idle connection would end the process; whoever uses it next finds out.
  client.on('error', () => {});
  try {
    await client.connect();
    await demandDurable(client);
    await client.query(`set lock_timeout = ${lockMsMax}`);
    return client;
  } catch (error) {
    disconnect(client);
    throw error;
  }
}

/** Lets go at once; the server undoes what was not committed. */
export function disconnect(client: Client): void {
  client.end().catch(() => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

async function demandDurable(client: Client): Promise<void> {
  const { rows: [found] } = await client.query<Record<string, string | number>>(SETTINGS);
  const demand = (holds: boolean, reason: string): void => {
    if (!holds) throw new Refusal('database-refused', { reason });
  };
  demand(Number(found!['version']) >= VERSION_MIN, 'version');
  demand(found!['synchronous'] === 'on' || found!['synchronous'] === 'remote_apply', 'synchronous_commit');
  demand(found!['fsync'] === 'on', 'fsync');
  demand(found!['pages'] === 'on', 'full_page_writes');
  demand(found!['encoding'] === 'UTF8', 'encoding');
  demand(found!['standby'] === 0, 'standby');
  demand(found!['plain'] === 1, 'collation');
  await client.query(`set synchronous_commit = ${found!['synchronous']}; ${SESSION}`);
}
