/** Requests of people's new devices, on the shelf until they are vouched for, admitted, or lapse. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('device_request')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('voucher', 'text')
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addColumn('left_at', integer, (column) => column.notNull())
    .addColumn('expires', integer, (column) => column.notNull())
    .execute();
}
