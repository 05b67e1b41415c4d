/** When a number was taken off its way without an answer: a bundle that was to carry it has not arrived for that. Null for what was answered, and for what was settled before. */
import { type Kysely, sql } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('link_sent').addColumn('withdrawn', integer).execute();
  await db.schema.createIndex('link_sent_withdrawn').on('link_sent').column('withdrawn').where(sql.ref('withdrawn'), 'is not', null).execute();
}
