/** What an office keeps for itself beside a receipt of its own, sealed to its storage key. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { bytes }: { readonly bytes: 'blob' | 'bytea' }): Promise<void> {
  await db.schema.alterTable('receipt').addColumn('own', bytes).execute();
}
