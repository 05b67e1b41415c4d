/**
 * What a standby's database holds of which backup, kept in that database itself: rows and what is said of them change in
 * one transaction, so that a kill at any moment leaves one whole backup.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import type { DatabaseHandle } from '#station/kernel/disk.ts';
import type { Store, Tx } from '#station/kernel/store.ts';

interface StateRow {
  readonly state: Uint8Array;
  readonly manifest: Uint8Array;
}

const IS_THERE = "select name from sqlite_schema where type = 'table' and name = 'engine_standby'";
const STATE = 'select state, manifest from engine_standby where number = 1';

const tableState = z.strictObject({
  /** Chunks in order: SHA-256 in hexadecimal, rows. */
  chunks: z.array(z.tuple([z.string(), z.int()])),
});

const stateText = z.strictObject({
  /** Name of the backup. */
  snapshot: z.string(),
  time: z.int(),
  incarnation: z.string(),
  ledger: z.strictObject({ size: z.int(), root: z.string() }),
  /** Whether rows stand in the order in which SQLite sorts them. */
  ordered: z.boolean(),
  tables: z.record(z.string(), tableState),
});
export type AppliedState = z.infer<typeof stateText>;

export interface Applied {
  readonly state: AppliedState;
  /** The sealed manifest, as it stood in the backup folder. */
  readonly manifest: Uint8Array;
}

/** @returns null where no backup was applied yet */
export async function readApplied(store: Store): Promise<Applied | null> {
  return store.read(async (db) => {
    const { rows: there } = await sql.raw(IS_THERE).execute(db);
    if (there.length === 0) return null;
    return appliedOf((await sql.raw<StateRow>(STATE).execute(db)).rows);
  });
}

/** As `readApplied`, of a database whose migrations are not this program's to run. */
export async function readAppliedFrom(handle: DatabaseHandle): Promise<Applied | null> {
  if ((await handle.query(IS_THERE, [])).rows.length === 0) return null;
  return appliedOf((await handle.query(STATE, [])).rows as unknown as StateRow[]);
}

function appliedOf([row]: readonly StateRow[]): Applied | null {
  return row === undefined ? null : { state: stateText.parse(JSON.parse(fromUtf8(row.state)!)), manifest: row.manifest };
}

export async function writeApplied(tx: Tx<unknown>, { state, manifest }: Applied): Promise<void> {
  await sql`create table if not exists engine_standby (number integer primary key, state blob not null, manifest blob not null)`.execute(tx);
  await sql`insert or replace into engine_standby values (1, ${utf8(JSON.stringify(state))}, ${manifest})`.execute(tx);
}

export async function forgetApplied(tx: Tx<unknown>): Promise<void> {
  await sql`drop table if exists engine_standby`.execute(tx);
}
