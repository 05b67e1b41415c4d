/** The dispatch room's tables: parts, drafts, numbers, dispatches with their stanzas, deliveries, receipts, notes. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await createParts(db, types);
  await createDrafts(db, types);
  await createNumbers(db, types);
  await createDispatches(db, types);
  await createDuties(db, types);
  await createReceipts(db, types);
  await createNotes(db, types);
}

async function createParts(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('part')
    .addColumn('root', 'text', (column) => column.primaryKey())
    .addColumn('office', 'text')
    .addColumn('chunks', integer, (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('held', integer, (column) => column.notNull())
    .addColumn('complete', integer, (column) => column.notNull())
    .addColumn('declared', integer, (column) => column.notNull())
    .addColumn('leaves', bytes)
    .execute();
  await db.schema.createIndex('part_office').on('part').columns(['office', 'complete']).execute();
  await db.schema
    .createTable('part_use')
    .addColumn('root', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('holder_id', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('part_use_key', ['root', 'holder', 'holder_id'])
    .modifyEnd(clustered)
    .execute();
}

async function createDrafts(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('draft')
    .addColumn('id', bytes, (column) => column.primaryKey())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('changed', integer, (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('sealed', bytes)
    .addColumn('dispatch', bytes)
    .execute();
  await db.schema.createIndex('draft_office').on('draft').columns(['office', 'changed']).execute();
}

async function createNumbers(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('number_counter')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('series', 'text', (column) => column.notNull())
    .addColumn('last', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('number_counter_key', ['office', 'direction', 'series'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('number_issued')
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('series', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('draft', bytes)
    .addColumn('dispatch', bytes)
    .addColumn('time', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('number_issued_key', ['office', 'direction', 'series', 'number'])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex('number_issued_draft').on('number_issued').columns(['draft']).execute();
  await db.schema.createIndex('number_issued_dispatch').on('number_issued').columns(['dispatch', 'office']).execute();
}

async function createDispatches(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('dispatch')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('header', bytes, (column) => column.notNull())
    .addColumn('seal', bytes, (column) => column.notNull())
    .addColumn('body', bytes, (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('taken', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('dispatch_key', ['id', 'sealing'])
    .execute();
  await db.schema
    .createTable('dispatch_stanza')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('position', integer, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('period', integer, (column) => column.notNull())
    .addColumn('stanza', bytes, (column) => column.notNull())
    .addColumn('path', bytes, (column) => column.notNull())
    .addColumn('hops', integer, (column) => column.notNull())
    .addColumn('previous', 'text')
    .addColumn('next', 'text')
    .addColumn('refusal', 'text')
    .addPrimaryKeyConstraint('dispatch_stanza_key', ['id', 'sealing', 'position'])
    .modifyEnd(clustered)
    .execute();
}

async function createDuties(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema.createIndex('dispatch_stanza_refusal').on('dispatch_stanza').columns(['refusal']).execute();
  await db.schema
    .createTable('outgoing')
    .addColumn('id', bytes, (column) => column.primaryKey())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('series', 'text', (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('accepted', integer, (column) => column.notNull())
    .addColumn('ledger', integer, (column) => column.notNull())
    .addColumn('submission', bytes, (column) => column.notNull())
    .addColumn('expires', integer)
    .execute();
  await db.schema.createIndex('outgoing_office').on('outgoing').columns(['office', 'ledger']).execute();
  await db.schema
    .createTable('outgoing_recipient')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('refusal', 'text')
    .addPrimaryKeyConstraint('outgoing_recipient_key', ['id', 'office'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('delivery')
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('ledger', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('delivery_key', ['id', 'office'])
    .execute();
  await db.schema.createIndex('delivery_office').on('delivery').columns(['office', 'ledger']).execute();
}

async function createReceipts(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('receipt')
    .addColumn('dispatch', bytes, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('office', 'text', (column) => column.notNull())
    .addColumn('station', 'text', (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addColumn('homeward', 'text')
    .addColumn('precedence', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('receipt_key', ['dispatch', 'kind', 'sealing', 'office', 'station'])
    .execute();
  await db.schema.createIndex('receipt_homeward').on('receipt').columns(['homeward', 'precedence']).execute();
}

async function createNotes(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('note')
    .addColumn('id', bytes, (column) => column.primaryKey())
    .addColumn('bytes', bytes)
    .addColumn('precedence', 'text', (column) => column.notNull())
    .addColumn('hops', integer, (column) => column.notNull())
    .addColumn('taken', integer, (column) => column.notNull())
    .execute();
}
