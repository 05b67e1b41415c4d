/** The people room's tables: the directory log with its newest checkpoint, office keys wrapped for devices, keyring revisions. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('directory_entry')
    .addColumn('entry_index', integer, (column) => column.primaryKey())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('directory_checkpoint')
    .addColumn('size', integer, (column) => column.primaryKey())
    .addColumn('note', bytes, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('key_wrap')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('key_wrap_key', ['device', 'office', 'purpose', 'number'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('device_revision')
    .addColumn('device', 'text', (column) => column.primaryKey())
    .addColumn('revision', integer, (column) => column.notNull())
    .modifyEnd(clustered)
    .execute();
}
