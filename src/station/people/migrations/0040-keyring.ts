/** Sealed copies of devices' keyrings with the keys that prove who may fetch them, attempts at them, and the station's OPAQUE keys. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('ring_copy')
    .addColumn('device', 'text', (column) => column.primaryKey())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addColumn('gate', bytes, (column) => column.notNull())
    .addColumn('card', 'text')
    .addColumn('card_gate', bytes)
    .addColumn('opaque_record', bytes)
    .execute();
  await db.schema.createIndex('ring_copy_card').on('ring_copy').column('card').execute();
  await db.schema
    .createTable('opaque_attempt')
    .addColumn('device', 'text', (column) => column.primaryKey())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('next', integer, (column) => column.notNull())
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('opaque_setup')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('setup', bytes, (column) => column.notNull())
    .execute();
}
