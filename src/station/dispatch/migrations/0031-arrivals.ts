/** Stanzas of arrived dispatches, sealed again to the office's storage key: what stays readable when a period's key is destroyed. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('arrival_stanza')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('stanza', bytes, (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('arrival_stanza_key', ['id', 'office'])
    .execute();
}
