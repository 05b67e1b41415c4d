/** Which numbers of ours the neighbour's incarnation before may have taken. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('link_state').addColumn('sent_before', integer, (column) => column.notNull().defaultTo(0)).execute();
}
