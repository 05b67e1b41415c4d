/** From which station a request of a new device came. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('device_request').addColumn('origin', 'text').execute();
}
