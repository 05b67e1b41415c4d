/** How often the origin asked after what is late, when last, and when it looks again. */
import { type Kysely, sql } from 'kysely';

/** What is underway already is looked at once a routine dispatch of its age would be late. */
const ROUTINE_MS = 360 * 60_000;

export async function up(db: Kysely<unknown>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('outgoing').addColumn('asked', integer, (column) => column.notNull().defaultTo(0)).execute();
  await db.schema.alterTable('outgoing').addColumn('asked_at', integer).execute();
  await db.schema.alterTable('outgoing').addColumn('ask_next', integer).execute();
  await sql`update outgoing set ask_next = accepted + ${sql.lit(ROUTINE_MS)}
    where exists (select 1 from outgoing_recipient where outgoing_recipient.id = outgoing.id and outcome is null)`.execute(db);
  await db.schema.createIndex('outgoing_ask_next').on('outgoing').column('ask_next').execute();
}
