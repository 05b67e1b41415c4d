/** Requests of new devices that a neighbour brought, because a registrar works here. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('device_request').addColumn('brought', 'text').execute();
}
