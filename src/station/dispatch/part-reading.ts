/** Complete parts as readers get them: sealed bytes from any offset, and the leaf list to check them by. */

import { concat, fromHex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES, chunkLeaf } from '#core/stream.ts';
import type { Room } from './deps.ts';
import { findPart, keepLeaves, type PartRow } from './parts.ts';
import { may, type Caller } from './policy.ts';

/** Read at once: a mebibyte, so that memory stays the same for a part of any size. */
const READ_BYTES = 16 * SEALED_CHUNK_BYTES;

export class PartReading {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Sealed bytes of a part that the caller's office sent, drafts or received. @throws Refusal `part-unknown` */
  async bytes(caller: Caller, root: string, from: number): Promise<{ size: number; source: AsyncIterable<Uint8Array> }> {
    const { size } = await this.#readable(caller, root);
    if (!Number.isSafeInteger(from) || from < 0 || from > size) throw new Refusal('offset-differs', { expected: size });
    return { size: size - from, source: this.#stream(root, from, size) };
  }

  /** The leaf list of such a part. */
  async leaves(caller: Caller, root: string): Promise<Uint8Array> {
    return this.leafList(await this.#readable(caller, root));
  }

  /** Leaves of a complete part, computed once where it came over a link. */
  async leafList(row: Pick<PartRow, 'root' | 'chunks' | 'size' | 'leaves'>): Promise<Uint8Array> {
    if (row.leaves !== null) return row.leaves;
    if (row.chunks === 1) return fromHex(row.root)!;
    const leaves: Uint8Array[] = [];
    for await (const run of this.#stream(row.root, 0, row.size)) {
      for (let at = 0; at < run.length; at += SEALED_CHUNK_BYTES) {
        leaves.push(await chunkLeaf(this.#room.provider.hash, leaves.length, run.subarray(at, at + SEALED_CHUNK_BYTES)));
      }
    }
    const list = concat(...leaves);
    await this.#room.tables.commit((tx) => keepLeaves(tx, row.root, list));
    return list;
  }

  /** A complete part that stands in a draft or dispatch of an office in which the caller may read. */
  async #readable(caller: Caller, root: string): Promise<PartRow> {
    const { tables } = this.#room;
    const [row, out, came] = await tables.read(async (db) => [
      await findPart(db, root),
      await db.selectFrom('part_use').innerJoin('outgoing', 'outgoing.id', 'part_use.holder_id').select('outgoing.office').where('root', '=', root)
        .union(db.selectFrom('part_use').innerJoin('draft', 'draft.id', 'part_use.holder_id').select('draft.office').where('root', '=', root))
        .execute(),
      await db.selectFrom('part_use').innerJoin('delivery', 'delivery.id', 'part_use.holder_id').select('delivery.office')
        .where('root', '=', root).where('delivery.state', '!=', 'expired').execute(),
    ] as const);
    if (row === null || row.complete !== 1) throw new Refusal('part-unknown', { part: root });
    const permitted =
      out.some(({ office }) => may(this.#room, caller, 'read what went', office)) ||
      came.some(({ office }) => may(this.#room, caller, 'read what came', office)) ||
      (row.office !== null && may(this.#room, caller, 'upload a part', row.office));
    if (!permitted) throw new Refusal('not-entitled');
    return row;
  }

  async *#stream(root: string, from: number, size: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at < size; ) {
      const bytes = await this.#room.blobs.read(root, at, Math.min(size, at + READ_BYTES));
      if (bytes === null || bytes.length === 0) throw new Refusal('part-unknown', { part: root });
      yield bytes;
      at += bytes.length;
    }
  }
}
