/** The room's tables as Kysely sees them (migrations/0002-people.ts), and the queries that several nouns ask. */

import type { Db, Tx } from '#station/kernel/store.ts';

export interface PeopleTables {
  directory_entry: { entry_index: number; bytes: Uint8Array };
  /** One row: the newest. */
  directory_checkpoint: { size: number; note: Uint8Array };
  /** One row: how far the log was verified here, under a key of this station (model/verified-log.ts). */
  directory_verified: { number: number; mark: Uint8Array };
  /** Entries that devices alone have signed, of the last day; `keys` is office and purpose of a new key. */
  own_word: { entry_index: number; device: string; keys: string | null; time: number };
  key_wrap: { office: string; purpose: string; number: number; device: string; bytes: Uint8Array };
  /** Shares of storage keys for custodians, and those given out (wire/escrow.ts). */
  escrow_share: { office: string; number: number; escrow: number; custodian: string; device: string; bytes: Uint8Array };
  escrow_release: { office: string; number: number; escrow: number; custodian: string; device: string; use: string; bytes: Uint8Array };
  /** When each office last rehearsed. */
  escrow_rehearsal: { office: string; time: number };
  /** Transport keys that were destroyed, with the event that says so. */
  key_destroyed: { office: string; number: number; time: number; ledger: number };
  /** Entries that one registrar signed (wire/proposal.ts), waiting for the second; `asked` is the request that they answer (model/asked-statement.ts). */
  pending_proposal: { proposal: string; person: string; bytes: Uint8Array; created: number; expires: number; asked: Uint8Array | null };
  /** What was withdrawn of them, kept to be read: who did it and why, and `statements` (wire/proposal.ts) alone, without the signatures. */
  withdrawn_proposal: { proposal: string; withdrawn_at: number; withdrawn_by: string; person: string; created: number; expires: number; why: string | null; statements: Uint8Array };
  /** Requests of people's new devices (wire/invitation.ts), by their codes; `voucher` is the device that vouches, `sent` the stations that have it besides, with spaces between; `origin` the station that sent it here. */
  device_request: { code: string; person: string; device: string; voucher: string | null; bytes: Uint8Array; left_at: number; expires: number; brought: string | null; sent: string | null; origin: string | null };
  /** Requests that were taken back or turned down after somebody had vouched for them, by which device; nobody takes them again until they are stale. `word` is the DeviceRequest that says so, while `untold` names stations, with a space between, to which no way led yet. */
  device_request_ended: { code: string; person: string; device: string; until: number; word: Uint8Array | null; untold: string | null };
  /** What each peer shows (wire/federation.ts ShownDirectory), by its organisation id in hexadecimal. */
  peer_directory: { organisation: string; size: number; bytes: Uint8Array };
  /** Why what was shown last of a peer's log was not taken, by its organisation id. */
  peer_refusal: { organisation: string; code: string; at: number };
  /** What the ledger was told of it since the log grew last; `root` in hexadecimal, empty where none was said. */
  peer_refusal_told: { organisation: string; code: string; root: string; at: number };
  /** The greatest keyring revision that each device has shown. */
  device_revision: { device: string; revision: number };
  /** The newest sealed copy of each device's keyring; `card` is its card's locator in hexadecimal. */
  ring_copy: {
    device: string; revision: number; bytes: Uint8Array; gate: Uint8Array; card: string | null; card_gate: Uint8Array | null;
    opaque_record: Uint8Array | null;
  };
  /** Attempts by OPAQUE since the last right one, and when the next is answered. */
  opaque_attempt: { device: string; attempts: number; next: number };
  /** One row. */
  opaque_setup: { number: number; setup: Uint8Array };
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

/** @returns how far the log was verified before, by whoever wrote that */
export async function readMark(db: Db<PeopleTables>): Promise<Uint8Array | null> {
  const row = await db.selectFrom('directory_verified').select('mark').executeTakeFirst();
  return row?.mark ?? null;
}

export async function writeMark(tx: Tx<PeopleTables>, mark: Uint8Array): Promise<void> {
  await tx.insertInto('directory_verified').values({ number: 1, mark }).onConflict((conflict) => conflict.column('number').doUpdateSet({ mark })).execute();
}

/** @returns the greatest keyring revision that the device has shown, this one included */
export async function rememberRevision(tx: Tx<PeopleTables>, device: string, revision: number): Promise<number> {
  const row = await tx.selectFrom('device_revision').select('revision').where('device', '=', device).executeTakeFirst();
  const greatest = Math.max(revision, row?.revision ?? 0);
  if (greatest !== row?.revision) {
    await tx.insertInto('device_revision').values({ device, revision: greatest })
      .onConflict((conflict) => conflict.column('device').doUpdateSet({ revision: greatest })).execute();
  }
  return greatest;
}
