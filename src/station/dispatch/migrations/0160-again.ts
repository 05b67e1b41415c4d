/** What came with word that it may not be the first time goes on with it. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('dispatch_stanza').addColumn('again', integer, (column) => column.notNull().defaultTo(0)).execute();
}
