/** Ends and beginnings of this folder's incarnations, and what neighbours say that the ended one had done. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('restoration')
    .addColumn('number', integer, (column) => column.primaryKey())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('former', bytes, (column) => column.notNull())
    .addColumn('ledger_size', integer, (column) => column.notNull())
    .addColumn('root', bytes, (column) => column.notNull())
    .addColumn('as_of', integer, (column) => column.notNull())
    .addColumn('opened', integer)
    .addColumn('incarnation', bytes)
    .addColumn('reason', 'text')
    .execute();
  await db.schema
    .createTable('returned_dispatch')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('channel', integer, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('created', integer, (column) => column.notNull())
    .addColumn('header', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('returned_dispatch_key', ['id', 'peer'])
    .execute();
}
