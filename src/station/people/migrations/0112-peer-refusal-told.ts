/** What was written into the ledger of a peer's log that was not taken, until the log grows: nothing of it is written twice. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema
    .createTable('peer_refusal_told')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('root', 'text', (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('peer_refusal_told_key', ['organisation', 'code', 'root'])
    .execute();
}
