/** Whose volumes were read: a bundle's id is its writer's word, and another may have written the same. */
import type { Kysely, sql } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
  readonly clustered: ReturnType<typeof sql>;
}

interface Before {
  link_bundle_read: { peer: string; incarnation: Uint8Array; bundle: Uint8Array };
  link_volume_read: { bundle: Uint8Array; volume: number; at: number };
  link_volume_of: { peer: string; incarnation: Uint8Array; bundle: Uint8Array; volume: number; at: number };
}

export async function up(db: Kysely<unknown>, { bytes, integer, clustered }: Types): Promise<void> {
  await db.schema
    .createTable('link_volume_of')
    .addColumn('peer', 'text', (column) => column.notNull())
    .addColumn('incarnation', bytes, (column) => column.notNull())
    .addColumn('bundle', bytes, (column) => column.notNull())
    .addColumn('volume', integer, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('link_volume_of_key', ['peer', 'incarnation', 'bundle', 'volume'])
    .modifyEnd(clustered)
    .execute();
  await (db as Kysely<Before>).insertInto('link_volume_of').columns(['peer', 'incarnation', 'bundle', 'volume', 'at'])
    .expression((from) => from.selectFrom('link_volume_read').innerJoin('link_bundle_read', 'link_bundle_read.bundle', 'link_volume_read.bundle')
      .select(['peer', 'incarnation', 'link_volume_read.bundle', 'volume', 'at'])).execute();
  await db.schema.dropTable('link_volume_read').execute();
}
