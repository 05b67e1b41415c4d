/**
 * The end of parts that nobody sends: given up by whoever uploaded them, or left alone for too long. What a dispatch or an
 * open draft names is never ended.
 */
import type { Room } from './deps.ts';

const CLOSED = ['sent', 'discarded'] as const;

/** Where the upload of a part stands. */
export function stagingId(root: string): string {
  return `upload-${root.slice(0, 56)}`;
}

/**
 * Drops what is held of a part, in its turn. The row goes first: a file that outlives it after a crash is only a file.
 * @returns whether there was something to drop
 */
export async function dropPart({ tables, blobs }: Room, root: string, before: number): Promise<boolean> {
  const row = await tables.commit(async (tx) => {
    const found = await tx.selectFrom('part').selectAll().where('root', '=', root).executeTakeFirst();
    if (found === undefined || found.office === null || found.declared >= before || (await isNamed(tx, root))) return null;
    await tx.deleteFrom('part_use').where('root', '=', root).execute();
    await tx.deleteFrom('part').where('root', '=', root).execute();
    return found;
  });
  if (row === null) return false;
  if (row.complete === 1) await blobs.remove(root);
  await (await blobs.stage(stagingId(root), 0)).abandon();
  return true;
}

/** Roots of uploads, whole or not, declared before `before` and named by nothing that is open or sent. */
export async function abandonedParts({ tables }: Room, before: number): Promise<string[]> {
  const rows = await tables.read((db) => db.selectFrom('part').select('root')
    .where('office', 'is not', null).where('declared', '<', before)
    .where(({ not, exists, selectFrom }) => not(exists(
      selectFrom('part_use').select('part_use.root').whereRef('part_use.root', '=', 'part.root').where('part_use.holder', '=', 'dispatch'),
    ))).execute());
  const named = await tables.read((db) => draftUses(db).execute());
  const open = new Set(named.map(({ root }) => root));
  return rows.map(({ root }) => root).filter((root) => !open.has(root));
}

type PartDb = ReturnType<Room['tables']['in']>;

/** What open drafts name. */
function draftUses(db: Pick<PartDb, 'selectFrom'>) {
  return db.selectFrom('part_use').innerJoin('draft', 'draft.id', 'part_use.holder_id').select('part_use.root')
    .where('part_use.holder', '=', 'draft').where('draft.step', 'not in', CLOSED);
}

async function isNamed(db: Pick<PartDb, 'selectFrom'>, root: string): Promise<boolean> {
  const sent = await db.selectFrom('part_use').select('root').where('root', '=', root).where('holder', '=', 'dispatch').limit(1).executeTakeFirst();
  return sent !== undefined || (await draftUses(db).where('part_use.root', '=', root).limit(1).executeTakeFirst()) !== undefined;
}
