/** Which incarnation of a neighbour's was heard to know of its missing numbers, and since when that word is kept; the word names whose numbers. */
import type { Kysely } from 'kysely';

interface Types {
  readonly bytes: 'blob' | 'bytea';
  readonly integer: 'integer' | 'bigint';
}

interface Waiting {
  link_owed: { peer: string; incarnation: Uint8Array; kind: string; channel: number; frame: Uint8Array };
}

export async function up(db: Kysely<unknown>, { bytes, integer }: Types): Promise<void> {
  await db.schema.alterTable('link_owed').addColumn('since', integer, (column) => column.notNull().defaultTo(0)).execute();
  await db.schema.alterTable('link_owed').addColumn('heard_by', bytes).execute();
  const rows = await (db as Kysely<Waiting>).selectFrom('link_owed').selectAll().where('kind', '=', 'service').execute();
  for (const row of rows) {
    await (db as Kysely<Waiting>).updateTable('link_owed').set({ frame: naming(row) }).where('peer', '=', row.peer).where('incarnation', '=', row.incarnation)
      .where('kind', '=', 'service').where('channel', '=', row.channel).execute();
  }
}

/** The word that waits with its fourth field: of three, a map in CBOR has 0xa3 where one of four has 0xa4. */
function naming({ frame, incarnation }: Waiting['link_owed']): Uint8Array {
  if (frame[2] !== 0xa3) return frame;
  return Uint8Array.of(...frame.subarray(0, 2), 0xa4, ...frame.subarray(3), 0x04, 0x50, ...incarnation);
}
