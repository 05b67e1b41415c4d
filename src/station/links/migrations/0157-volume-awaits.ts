/** Which item a volume waits for that is read and lacks nothing but the rest of it: a volume that was read before waits for none. */
import type { Kysely } from 'kysely';

interface Types {
  readonly integer: 'integer' | 'bigint';
}

export async function up(db: Kysely<unknown>, { integer }: Types): Promise<void> {
  await db.schema.alterTable('link_volume_of').addColumn('awaits', integer).execute();
  await db.schema.createIndex('link_volume_awaits').on('link_volume_of').column('awaits').execute();
}
