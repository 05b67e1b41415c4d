/** What a backup holds, read object by object: nothing is given out before it verified. Source: docs/protocol/backup.md. */
import type { Kysely } from 'kysely';
import { equal, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { Blobs } from '#station/kernel/blobs.ts';
import type { Tx } from '#station/kernel/store.ts';
import type { BackupTable } from '#wire/backup.ts';
import { segmentName } from './make.ts';
import { segmentsOf } from './part-copies.ts';
import type { BackupFolder } from './objects.ts';
import { CHUNK_PLAIN_MAX, decodeRows, type Row } from './rows.ts';
import { openObject, openSmall, type Unsealer } from './sealing.ts';

const PARAMETERS_MAX = 16_000;

export interface ReadingDeps extends Unsealer {
  readonly stop: AbortSignal;
}

/** The rows of a table chunk by chunk, each with the digest that the signed manifest gives it. @throws Refusal `backup-damaged`, `cancelled` */
export async function* chunksOf(
  deps: ReadingDeps, folder: BackupFolder, table: BackupTable, from = 0, to = table.chunks.length,
): AsyncGenerator<{ rows: Row[]; size: number }> {
  for (const { name, digest } of table.chunks.slice(from, to)) {
    if (deps.stop.aborted) throw new Refusal('cancelled');
    const file = await folder.open(hex(name));
    try {
      const plain = await openSmall(deps, hex(name), file, CHUNK_PLAIN_MAX);
      if (!equal(deps.crypto.hash.sha256(plain), digest)) throw new Refusal('backup-damaged', { object: hex(name).slice(0, 16), reason: 'digest' });
      yield { rows: decodeRows(table.columns, plain), size: plain.length };
    } finally {
      await file.close();
    }
  }
}

/** Writes a sealed part and seals it under its name. @throws Refusal `backup-damaged`, `cancelled`, `disk-full` */
export async function restoreBlob(
  deps: ReadingDeps, folder: BackupFolder,
  { blobs, naming, root, size }: { readonly blobs: Blobs; readonly naming: Uint8Array; readonly root: string; readonly size: number },
): Promise<void> {
  const staged = await blobs.stage(`restore-${root.slice(0, 48)}`, 0);
  try {
    for (let segment = 0; segment < segmentsOf(size); segment++) {
      const name = segmentName(deps.crypto, naming, root, segment);
      const file = await folder.open(name);
      try {
        for await (const chunk of openObject(deps, name, file)) {
          if (deps.stop.aborted) throw new Refusal('cancelled');
          await staged.append(chunk, staged.size);
        }
      } finally {
        await file.close();
      }
    }
    if (staged.size !== size) throw new Refusal('backup-damaged', { object: root.slice(0, 16), reason: 'size' });
  } catch (error) {
    // An open file that nothing holds any more is an error of its own, later.
    await staged.abandon();
    throw error;
  }
  await staged.seal(root);
}

/** Rows into a table, in one commit with whatever else the transaction does. */
export async function insertRows(tx: Tx<unknown>, { name, columns }: BackupTable, rows: readonly Row[]): Promise<void> {
  const most = Math.max(1, Math.floor(PARAMETERS_MAX / columns.length));
  const db = tx as unknown as Kysely<Record<string, Record<string, unknown>>>;
  for (let at = 0; at < rows.length; at += most) await db.insertInto(name).values(rows.slice(at, at + most) as Record<string, unknown>[]).execute();
}
