/** Entries that this station took into the log on a device's own word, and when by its own clock: a day of them. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema
    .createTable('own_word')
    .addColumn('entry_index', integer, (column) => column.notNull())
    .addColumn('device', 'text', (column) => column.notNull())
    .addColumn('keys', 'text')
    .addColumn('time', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('own_word_key', ['entry_index', 'device'])
    .execute();
}
