/** The links' tables: the queue towards each neighbour, the state of each link, the numbers on both sides. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

export async function up(db: Kysely<unknown>, types: Types): Promise<void> {
  await createQueue(db, types);
  await createState(db, types);
  await createNumbers(db, types);
}

async function createQueue(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('link_queue')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addColumn('rank', integer, (column) => column.notNull())
    .addColumn('position', integer, (column) => column.notNull().unique())
    .addColumn('queued_at', integer, (column) => column.notNull())
    .addColumn('channel', integer)
    .addPrimaryKeyConstraint('link_queue_key', ['peer', 'kind', 'id', 'sealing'])
    .execute();
  await db.schema.createIndex('link_queue_order').on('link_queue').columns(['peer', 'rank', 'position']).execute();
  await db.schema.createIndex('link_queue_id').on('link_queue').columns(['id']).execute();
  await db.schema.createIndex('link_queue_channel').on('link_queue').columns(['peer', 'channel']).execute();
}

async function createState(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema
    .createTable('link_state')
    .addColumn('peer', 'text', (column) => column.primaryKey())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('last_sent', integer, (column) => column.notNull())
    .addColumn('peer_received', integer, (column) => column.notNull())
    .addColumn('witnessed', integer, (column) => column.notNull())
    .addColumn('peer_incarnation', bytes)
    .addColumn('received', integer, (column) => column.notNull())
    .addColumn('last_met', integer)
    .execute();
}

async function createNumbers(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('link_received')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('channel', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_received_key', ['peer', 'channel'])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable('link_sent')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('channel', integer, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', bytes, (column) => column.notNull())
    .addColumn('sealing', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_sent_key', ['peer', 'incarnation', 'channel'])
    .modifyEnd(clustered)
    .execute();
}
