/** Shares of storage keys for custodians, shares given out, and when each office last rehearsed. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('escrow_share')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('escrow', integer, (column) => column.notNull())
    .addColumn('custodian', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('escrow_share_key', ['office', 'number', 'escrow', 'custodian', 'device'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('escrow_release')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('escrow', integer, (column) => column.notNull())
    .addColumn('custodian', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('use', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('escrow_release_key', ['office', 'number', 'escrow', 'custodian', 'device', 'use'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('escrow_rehearsal')
    .addColumn('office', 'text', (column) => column.primaryKey())
    .addColumn('time', integer, (column) => column.notNull())
    .modifyEnd(clustered)
    .execute();
}
