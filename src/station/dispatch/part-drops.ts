/**
 * The end of parts that nobody sends: given up by whoever uploaded them, or left alone for too long. What a dispatch or an
 * open draft names is never ended, nor what a link brings: it holds its claim until what names the part is committed, and
 * a drop holds the same one until the blob is gone.
 */
import { partClaim } from '#station/kernel/claims.ts';
import type { Room } from './deps.ts';

const CLOSED = ['sent', 'discarded'] as const;

/** Where the upload of a part stands. */
export function stagingId(root: string): string {
  return `upload-${root.slice(0, 56)}`;
}

/**
 * Drops what is held of a part, in its turn.
 * @returns whether there was something to drop; null where a link is at it
 */
export async function dropPart(room: Room, root: string, before: number): Promise<boolean | null> {
  const release = room.claims.claimNow(partClaim(root));
  if (release === null) return null;
  try {
    return await dropClaimed(room, root, before);
  } finally {
    release();
  }
}

/** Drops it, or has the next sweep do so unless somebody goes on with it. */
export async function giveUpPart(room: Room, root: string): Promise<void> {
  const dropped = await dropPart(room, root, Number.MAX_SAFE_INTEGER);
  if (dropped === null) await room.tables.commit((tx) => tx.updateTable('part').set({ declared: 0 }).where('root', '=', root).execute());
}

/**
 * The row goes first: a file that outlives it after a crash is only a file. Nothing names the part from here on until the
 * claim is free: a link waits for it, and an upload begins again in its turn.
 */
async function dropClaimed({ tables, blobs }: Room, root: string, before: number): Promise<boolean> {
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
