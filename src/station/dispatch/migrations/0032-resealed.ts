/** What stands beside a sealing after the first: the first one, and the origin office's word. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { bytes }: { readonly bytes: 'blob' | 'bytea' }): Promise<void> {
  await db.schema.alterTable('dispatch').addColumn('resealed', bytes).execute();
}
