/** Numbers that were issued and not used are counted before more are. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('number_issued_state').on('number_issued').columns(['state', 'office']).execute();
}
