/** Receipts that have come home before the directory by which they are judged. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>, { bytes }: { readonly bytes: 'blob' | 'bytea' }): Promise<void> {
  await db.schema
    .createTable('early_receipt')
    .addColumn('dispatch', bytes, (column) => column.notNull())
    .addColumn('digest', bytes, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('early_receipt_key', ['dispatch', 'digest'])
    .execute();
}
