/** When a note came here last, beside when it came first. */
import type { Kysely } from 'kysely';

interface Times {
  readonly note: { readonly taken: number; readonly since: number };
}

export async function up(db: Kysely<Times>, { integer }: { readonly integer: 'integer' | 'bigint' }): Promise<void> {
  await db.schema.alterTable('note').addColumn('since', integer, (column) => column.notNull().defaultTo(0)).execute();
  await db.updateTable('note').set(({ ref }) => ({ since: ref('taken') })).execute();
}
