/** Whether a stanza that had gone on from here was given back, and has not gone on again. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('dispatch_stanza').addColumn('back', integer, (column) => column.notNull().defaultTo(0)).execute();
}
