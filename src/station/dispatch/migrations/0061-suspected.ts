/** Whether a delivery may be of what was handled before this station was restored. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('delivery').addColumn('suspected', integer, (column) => column.notNull().defaultTo(0)).execute();
}
