/** Which numbers a neighbour missed and were queued anew for that. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('link_sent').addColumn('anew', integer, (column) => column.notNull().defaultTo(0)).execute();
}
