/** Which numbers a neighbour's bundle offered, and up to which it had given any: once they have come, nothing of it lacks, whichever of its volumes were read. Null for what was met before. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  for (const column of ['first', 'last', 'sent']) await db.schema.alterTable('link_bundle_read').addColumn(column, integer).execute();
}
