/** Which dispatch another corrects, replaces, cancels, recalls, chases or says was misrouted; who says it, and which of these. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { bytes }: { readonly bytes: 'blob' | 'bytea' }): Promise<void> {
  await db.schema.alterTable('dispatch').addColumn('about', bytes).execute();
  await db.schema.alterTable('dispatch').addColumn('about_by', 'text').execute();
  await db.schema.alterTable('dispatch').addColumn('about_as', 'text').execute();
  await db.schema.createIndex('dispatch_about').on('dispatch').columns(['about', 'about_by', 'about_as']).execute();
}
