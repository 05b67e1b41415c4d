/** What took back a request of a new device, for the stations to which no way led when it was said. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
}

export async function up(db: Kysely<unknown>, { bytes }: Types): Promise<void> {
  await db.schema.alterTable('device_request_ended').addColumn('word', bytes).execute();
  await db.schema.alterTable('device_request_ended').addColumn('untold', 'text').execute();
}
