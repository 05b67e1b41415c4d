/**
 * Whose database it is. One row says which data folder it belongs to, which process may write, and the number of the
 * last round that was committed. A process holds a session's advisory lock besides: that keeps a second one out at
 * once, and when the lock is had again after a lost connection, the old session has ended and its last transaction is
 * decided. The row fences: every round updates it in its own transaction, so that one whose lease was taken cannot
 * commit, whatever became of its lock.
 */
import type { Client } from 'pg';
import { Refusal } from '#core/refusals.ts';
import { DatabaseTaken, isLockTimeout } from './postgres-errors.ts';

export const LEASE_TABLE = 'store_lease';
/** 'Tram', and which of our locks. Advisory locks are per database. */
const LOCK = '1416782189, 1';

/** What a data folder remembers of its database. */
export interface Binding {
  /** 32 hexadecimal digits, made with the folder. */
  readonly folder: string;
  /** Whether a database was founded for it: then an empty one is not a new station's but a lost one. */
  readonly isFounded: boolean;
}

interface Lease {
  /** Of the last committed round. */
  readonly round: number;
}

/**
 * Takes a database for a folder, founding it where both are new.
 * @param holder 32 hexadecimal digits of this process
 * @throws Refusal `database-in-use` | `database-occupied` | `database-damaged`
 */
export async function takeLease(client: Client, { folder, isFounded }: Binding, holder: string): Promise<Lease> {
  await lockOut(client);
  const held = await readLease(client);
  if (held === 'occupied') throw new Refusal('database-occupied');
  if (held === null) {
    if (isFounded) throw new Refusal('database-damaged', { reason: 'missing' });
    await client.query(`begin; create table ${LEASE_TABLE} (id int8 primary key check (id = 1), folder text not null, holder text not null, round int8 not null); `
      + `insert into ${LEASE_TABLE} values (1, '${folder}', '${holder}', 0); commit`);
    return { round: 0 };
  }
  if (held.folder !== folder) throw new Refusal('database-occupied');
  await client.query({ text: `update ${LEASE_TABLE} set holder = $1`, values: [holder] });
  return { round: held.round };
}

/**
 * Holds it again after the connection was lost.
 * @param committed number of the last round that was acknowledged; `begun`, of the last one that was begun
 * @returns the number of the last round that took place
 * @throws DatabaseTaken where another process has had it, or the database has gone back in time
 */
export async function resumeLease(client: Client, holder: string, committed: number, begun: number): Promise<number> {
  await lockOut(client);
  const held = await readLease(client);
  if (held === null || held === 'occupied') throw new DatabaseTaken(new Refusal('database-damaged', { reason: 'missing' }));
  if (held.holder !== holder) throw new DatabaseTaken(new Refusal('database-in-use'));
  if (held.round < committed || held.round > begun) throw new DatabaseTaken(new Refusal('database-damaged', { reason: 'went-back' }));
  return held.round;
}

/** Begins a round. The row stays locked until it ends, so nobody takes the lease in between. */
export function beginRound(holder: string, round: number): string {
  return `begin; update ${LEASE_TABLE} set round = ${round} where holder = '${holder}'`;
}

/** For who only reads, without any lock. @throws Refusal `database-damaged` where it is empty, `database-occupied` where it is not this folder's */
export async function demandFolders(client: Client, folder: string): Promise<void> {
  const held = await readLease(client);
  if (held === null) throw new Refusal('database-damaged', { reason: 'missing' });
  if (held === 'occupied' || held.folder !== folder) throw new Refusal('database-occupied');
}

/** Undoes a founding that came to nothing: all tables, where they are this folder's. */
export async function dropDatabase(client: Client, folder: string): Promise<void> {
  await lockOut(client);
  const held = await readLease(client);
  if (held === null || held === 'occupied' || held.folder !== folder) return;
  for (const table of await tablesOf(client)) await client.query(`drop table if exists "${table.replaceAll('"', '""')}" cascade`);
}

async function lockOut(client: Client): Promise<void> {
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`);
  } catch (error) {
    if (isLockTimeout(error)) throw new Refusal('database-in-use', {}, { cause: error });
    throw error;
  }
}

async function readLease(client: Client): Promise<{ folder: string; holder: string; round: number } | 'occupied' | null> {
  const tables = await tablesOf(client);
  if (tables.length === 0) return null;
  if (!tables.includes(LEASE_TABLE)) return 'occupied';
  const { rows: [row] } = await client.query<{ folder: string; holder: string; round: number }>(`select folder, holder, round from ${LEASE_TABLE}`);
  return row ?? 'occupied';
}

/** In the schema where this user's tables come to be. */
async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace '
    + `where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%' and n.nspname not like 'pg_temp%' and c.relkind in ('r', 'p', 'v', 'm', 'f')`);
  return rows.map(({ name }) => name);
}
