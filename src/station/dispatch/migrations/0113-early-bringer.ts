/** Which neighbour brought a receipt that waits: each has places of its own. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('early_receipt').addColumn('peer', 'text', (column) => column.notNull().defaultTo('')).execute();
  await db.schema.createIndex('early_receipt_peer').on('early_receipt').columns(['peer', 'dispatch', 'office']).execute();
}
