/** Requests of new devices that were taken back or turned down, and to which stations one was sent. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('device_request').addColumn('sent', 'text').execute();
  await db.schema
    .createTable('device_request_ended')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('until', integer, (column) => column.notNull())
    .execute();
}
