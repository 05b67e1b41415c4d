/** What a restored folder knows of the numbers that its ended incarnation gave; which incarnations of neighbours ended. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema.alterTable('link_state').addColumn('former_sent', integer).execute();
  await db.schema
    .createTable('link_ended')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('successor', bytes, (column) => column.notNull())
    .addColumn('hello', bytes, (column) => column.notNull())
    .addColumn('given_back', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_ended_key', ['peer', 'incarnation'])
    .execute();
}
