/** Entries that one registrar signed and that wait for the second. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('pending_proposal')
    .addColumn('proposal', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addColumn('created', integer, (column) => column.notNull())
    .addColumn('expires', integer, (column) => column.notNull())
    .execute();
}
