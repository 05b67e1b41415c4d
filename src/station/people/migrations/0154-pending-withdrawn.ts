/** Who withdrew entries that waited for the second registrar, when and why: they are kept a while for registrars to read. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('pending_proposal').addColumn('withdrawn_by', 'text').execute();
  await db.schema.alterTable('pending_proposal').addColumn('withdrawn_at', integer).execute();
  await db.schema.alterTable('pending_proposal').addColumn('why', 'text').execute();
}
