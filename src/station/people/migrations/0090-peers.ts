/** What each organisation with which there is an agreement shows of its directory: the newest that was accepted. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('peer_directory')
    .addColumn('organisation', 'text', (column) => column.primaryKey())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
}
