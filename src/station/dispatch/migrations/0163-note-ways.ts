/** Where a note went from here, and why nobody took it where that may pass. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('note').addColumn('next', 'text').execute();
  await db.schema.alterTable('note').addColumn('refusal', 'text').execute();
}
