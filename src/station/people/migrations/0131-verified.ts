/** How far this station has verified the directory: one row, which only it believes. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
  readonly bytes: 'blob' | 'bytea';
}

export async function up(db: Kysely<unknown>, { integer, bytes }: Types): Promise<void> {
  await db.schema
    .createTable('directory_verified')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('mark', bytes, (column) => column.notNull())
    .execute();
}
