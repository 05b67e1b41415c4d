/** Since when a staging file of a link has not grown. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema
    .createTable('link_staging')
    .addColumn('root', 'text', (column) => column.primaryKey())
    .addColumn('bytes', integer, (column) => column.notNull())
    .addColumn('since', integer, (column) => column.notNull())
    .execute();
}
