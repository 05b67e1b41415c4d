/** What was withdrawn while it waited for the second registrar: who did it, when and why, and what it said, without the signatures. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('withdrawn_proposal')
    .addColumn('proposal', 'text', (column) => column.notNull())
    .addColumn('withdrawn_at', integer, (column) => column.notNull())
    .addColumn('withdrawn_by', 'text', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('created', integer, (column) => column.notNull())
    .addColumn('expires', integer, (column) => column.notNull())
    .addColumn('why', 'text')
    .addColumn('statements', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('withdrawn_proposal_key', ['proposal', 'withdrawn_at'])
    .execute();
}
