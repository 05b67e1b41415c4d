/** Whose an item that waits is, how large, and its turn among those of its precedence; what waits already keeps its order. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('link_queue').addColumn('origin', 'text', (column) => column.notNull().defaultTo('')).execute();
  await db.schema.alterTable('link_queue').addColumn('bytes', integer, (column) => column.notNull().defaultTo(0)).execute();
  await db.schema.alterTable('link_queue').addColumn('turn', integer, (column) => column.notNull().defaultTo(0)).execute();
  await db.schema.createIndex('link_queue_turn').on('link_queue').columns(['peer', 'rank', 'turn', 'position']).execute();
  await db.schema.createIndex('link_queue_origin').on('link_queue').columns(['origin', 'peer', 'rank', 'turn', 'bytes']).execute();
}
