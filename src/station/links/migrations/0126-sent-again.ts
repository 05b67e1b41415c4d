/** Finds whether an item went again under a later number, among all that ever went. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('link_sent_id').on('link_sent').columns(['id', 'peer', 'channel']).execute();
}
