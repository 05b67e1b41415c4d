/** Whether a folder that was restored has given a directory entry its index since: until then it hears its neighbours first. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('restoration').addColumn('led', integer).execute();
}
