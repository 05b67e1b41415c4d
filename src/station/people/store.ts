/** The room's tables as Kysely sees them (migrations/0002-people.ts), and the queries that several nouns ask. */

import type { Db, Tx } from '#station/kernel/store.ts';

export interface PeopleTables {
  directory_entry: { entry_index: number; bytes: Uint8Array };
  /** One row: the newest. */
  directory_checkpoint: { size: number; note: Uint8Array };
  key_wrap: { office: string; purpose: string; number: number; device: string; bytes: Uint8Array };
  /** Shares of storage keys for custodians, and those given out (wire/escrow.ts). */
  escrow_share: { office: string; number: number; escrow: number; custodian: string; device: string; bytes: Uint8Array };
  escrow_release: { office: string; number: number; escrow: number; custodian: string; device: string; use: string; bytes: Uint8Array };
  /** When each office last rehearsed. */
  escrow_rehearsal: { office: string; time: number };
  /** The greatest keyring revision that each device has shown. */
  device_revision: { device: string; revision: number };
}

const INSERT_ROWS_MAX = 256;

export async function readEntries(db: Db<PeopleTables>, from: number, count: number): Promise<Uint8Array[]> {
  const rows = await db
    .selectFrom('directory_entry')
    .select('bytes')
    .where('entry_index', '>=', from)
    .orderBy('entry_index')
    .limit(count)
    .execute();
  return rows.map(({ bytes }) => bytes);
}

export async function readCheckpoint(db: Db<PeopleTables>): Promise<Uint8Array | null> {
  const row = await db.selectFrom('directory_checkpoint').select('note').orderBy('size', 'desc').limit(1).executeTakeFirst();
  return row?.note ?? null;
}

/** Appends entries from an index on, under the checkpoint that covers them. */
export async function writeGrowth(
  tx: Tx<PeopleTables>, from: number, entries: readonly Uint8Array[], checkpoint: { size: number; note: Uint8Array },
): Promise<void> {
  const rows = entries.map((bytes, i) => ({ entry_index: from + i, bytes }));
  for (let at = 0; at < rows.length; at += INSERT_ROWS_MAX) {
    await tx.insertInto('directory_entry').values(rows.slice(at, at + INSERT_ROWS_MAX)).execute();
  }
  await tx.deleteFrom('directory_checkpoint').execute();
  await tx.insertInto('directory_checkpoint').values(checkpoint).execute();
}
