/** What a new device or station asked for, beside the entries that answer it and wait for the second registrar. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
}

export async function up(db: Kysely<unknown>, { bytes }: Types): Promise<void> {
  await db.schema.alterTable('pending_proposal').addColumn('asked', bytes).execute();
}
