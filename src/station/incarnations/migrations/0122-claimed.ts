/** How much of the directory a neighbour said to hold before this folder led: a restart in between does not forget it. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('restoration').addColumn('claimed', integer).execute();
}
