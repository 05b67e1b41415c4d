/** Which dispatch another corrects, replaces, cancels, recalls, chases or says was misrouted. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { bytes }: { readonly bytes: 'blob' | 'bytea' }): Promise<void> {
  await db.schema.alterTable('dispatch').addColumn('about', bytes).execute();
  await db.schema.createIndex('dispatch_about').on('dispatch').column('about').execute();
}
