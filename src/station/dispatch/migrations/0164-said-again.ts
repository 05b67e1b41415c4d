/** How often a later word of custody took the place of an earlier one. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('receipt').addColumn('again', integer, (column) => column.notNull().defaultTo(0)).execute();
}
