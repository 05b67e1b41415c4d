/** A courier's sticks: what was written on them, what was read from them, and the answers that are owed for it. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await createNeighbours(db, types);
  await createWritten(db, types);
  await createRead(db, types);
  await createOwed(db, types);
}

async function createNeighbours(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('link_courier')
    .addColumn('peer', 'text', (column) => column.primaryKey())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('last_bundle', integer, (column) => column.notNull())
    .addColumn('peer_directory', integer, (column) => column.notNull())
    .addColumn('waiting', 'text', (column) => column.notNull())
    .addColumn('waiting_of', integer, (column) => column.notNull())
    .execute();
}

async function createWritten(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('link_bundle')
    .addColumn('bundle', bytes, (column) => column.primaryKey())
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('written', integer, (column) => column.notNull())
    .addColumn('items', integer, (column) => column.notNull())
    .addColumn('bytes', integer, (column) => column.notNull())
    .addColumn('first', integer)
    .addColumn('last', integer)
    .execute();
  await db.schema.createIndex('link_bundle_number').unique().on('link_bundle').columns(['peer', 'incarnation', 'number']).execute();
  await db.schema
    .createTable('link_bundle_item')
    .addColumn('bundle', bytes, (column) => column.notNull())
    .addColumn('channel', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_bundle_item_key', ['bundle', 'channel'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('link_bundle_volume')
    .addColumn('bundle', bytes, (column) => column.notNull())
    .addColumn('volume', integer, (column) => column.notNull())
    .addColumn('start', bytes, (column) => column.notNull())
    .addColumn('bytes', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_bundle_volume_key', ['bundle', 'volume'])
    .execute();
}

async function createRead(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('link_bundle_read')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('bundle', bytes, (column) => column.notNull())
    .addColumn('written', integer, (column) => column.notNull())
    .addColumn('volumes', integer, (column) => column.notNull())
    .addColumn('whole', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_bundle_read_key', ['peer', 'incarnation', 'number'])
    .execute();
  await db.schema
    .createTable('link_volume_read')
    .addColumn('bundle', bytes, (column) => column.notNull())
    .addColumn('volume', integer, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_volume_read_key', ['bundle', 'volume'])
    .modifyEnd(clustered)
    .execute();
}

async function createOwed(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('link_owed')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('channel', integer, (column) => column.notNull())
    .addColumn('frame', bytes, (column) => column.notNull())
    .addColumn('first_bundle', integer)
    .addPrimaryKeyConstraint('link_owed_key', ['peer', 'incarnation', 'kind', 'channel'])
    .execute();
}
