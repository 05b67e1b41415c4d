/** Transport keys of offices that were destroyed: their wraps are erased and none is taken again. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, { integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('key_destroyed')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('ledger', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('key_destroyed_key', ['office', 'number'])
    .modifyEnd(clustered)
    .execute();
}
