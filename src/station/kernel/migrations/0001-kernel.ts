/**
 * The kernel's tables: the ledger (entries, the nodes of its complete subtrees, fields that can be erased, checkpoints
 * of this and other ledgers, cosignatures) and jobs.
 */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await createLedger(db, types);
  await createCheckpoints(db, types);
  await createJobs(db, types);
}

async function createLedger(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('ledger_entry')
    .addColumn('entry_index', integer, (column) => column.primaryKey())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', bytes)
    .addColumn('bytes', bytes, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('ledger_entry_subject')
    .on('ledger_entry')
    .columns(['subject', 'entry_index'])
    .execute();
  await db.schema
    .createTable('ledger_node')
    .addColumn('level', integer, (column) => column.notNull())
    .addColumn('position', integer, (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_node_key', ['level', 'position'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('sealed_field')
    .addColumn('entry_index', integer, (column) => column.notNull().references('ledger_entry.entry_index'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('salt', bytes, (column) => column.notNull())
    .addColumn('value', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('sealed_field_key', ['entry_index', 'name'])
    .execute();
}

async function createCheckpoints(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('checkpoint')
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('root', bytes, (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('note', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('checkpoint_key', ['origin', 'size'])
    .execute();
  await db.schema
    .createTable('cosignature')
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('key_id', bytes, (column) => column.notNull())
    .addColumn('signature', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('cosignature_key', ['origin', 'size', 'name', 'key_id'])
    .addForeignKeyConstraint('cosignature_checkpoint', ['origin', 'size'], 'checkpoint', ['origin', 'size'])
    .execute();
}

async function createJobs(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('job')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('due', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('lease_until', integer, (column) => column.notNull())
    .addColumn('lease_number', integer, (column) => column.notNull())
    .addColumn('payload', bytes)
    .addPrimaryKeyConstraint('job_key', ['kind', 'key'])
    .execute();
  await db.schema.createIndex('job_due').on('job').columns(['due']).execute();
}
