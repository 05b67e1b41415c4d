/**
 * Parts as their authors upload them: declared with their leaves, appended in pieces, each chunk checked against its
 * leaf before it is kept, sealed as a blob when the last one is there. Two mebibytes are in memory at a time. What `held`
 * says is on the disk and survives a power cut. Source: docs/protocol/parts.md; api.md §Parts.
 */

import { HOUR_MS } from '#core/clock.ts';
import { equal, fromBase64url, fromHex, hex } from '#core/bytes.ts';
import { root as treeRoot } from '#core/merkle.ts';
import { assert, Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES, chunkCount, chunkLeaf, plainSize } from '#core/stream.ts';
import { Turns } from '#core/turns.ts';
import type { StagedBlob } from '#station/kernel/blobs.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { Room } from './deps.ts';
import { abandonedParts, dropPart, giveUpPart, stagingId } from './part-drops.ts';
import { inRuns } from './part-runs.ts';
import { demand, type Caller } from './policy.ts';
import type { DispatchTables } from './tables.ts';

const LEAF_BYTES = 32;
/** An upload that is declared again sooner is not noted again. */
const FRESH_MS = HOUR_MS;

export interface PartDeclaration {
  readonly root: string;
  readonly chunks: number;
  readonly size: number;
  readonly leaves?: string | undefined;
  readonly office: string;
}

interface PartState {
  readonly root: string;
  readonly held: number;
  readonly size: number;
  readonly complete: boolean;
}

export type PartRow = DispatchTables['part'];

export class Parts {
  readonly #room: Room;
  /** The last work on each part: appends to one part follow one another. */
  readonly #turns = new Map<string, Turns>();

  constructor(room: Room) {
    this.#room = room;
  }

  /**
   * Begins or resumes an upload. A blob that nobody here knows of counts for nothing: a link has just brought it, or a drop
   * was cut short; whoever has the bytes brings them.
   * @throws Refusal `request-malformed`, `part-forged` where leaves and root disagree, `file-too-large` over the
   *   office's quota, `disk-full` before anything was sent
   */
  async declare(caller: Caller, asked: PartDeclaration): Promise<PartState> {
    demand(this.#room, caller, 'upload a part', asked.office);
    const leaves = this.#leavesOf(asked);
    const known = await this.#find(asked.root);
    if (known !== null) return this.#resume(known, asked);
    this.#demandRoom(asked.size);
    await this.#room.tables.commit(async (tx) => {
      const { uploading } = await tx
        .selectFrom('part')
        .select((all) => all.fn.sum<number | null>('size').as('uploading'))
        .where('office', '=', asked.office)
        .where(({ not, exists, selectFrom }) => not(exists(
          selectFrom('part_use').select('part_use.root').whereRef('part_use.root', '=', 'part.root')
            .where('part_use.holder', '=', 'dispatch'),
        )))
        .executeTakeFirstOrThrow();
      const maximum = this.#room.limits.uploadBytes;
      if (Number(uploading ?? 0) + asked.size > maximum) throw new Refusal('file-too-large', { maximum });
      await tx.insertInto('part').values(this.#rowOf(asked, leaves, 0)).onConflict((on) => on.doNothing()).execute();
    });
    return { root: asked.root, held: 0, size: asked.size, complete: false };
  }

  /** @throws Refusal `part-unknown`; `not-entitled` for persons of other offices */
  async state(caller: Caller, root: string): Promise<PartState> {
    return stateOf(await this.#uploadOf(caller, root));
  }

  /**
   * Appends sealed bytes that begin at `offset`; they end at the end of a chunk, or what is over is dropped.
   * @throws Refusal `offset-differs` (detail `expected`), `part-forged` (detail `chunk`), `disk-full`; whatever was
   *   whole and right before that stays
   */
  async append(caller: Caller, root: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<PartState> {
    return this.#inTurn(root, async () => {
      const row = await this.#uploadOf(caller, root);
      if (offset !== row.held) throw new Refusal('offset-differs', { expected: row.held });
      if (row.complete === 1) return stateOf(row);
      this.#demandRoom(0);
      const staged = await this.#room.blobs.stage(stagingId(root), row.held);
      // A crash between sealing and commit left a blob and an empty staging file.
      if (staged.size < row.held) return this.#recover(row, staged);
      return this.#fill(row, staged, source);
    });
  }

  /** @throws Refusal `part-unknown` where the office uploaded no such part, `part-incomplete`, `header-differs` for other sizes */
  async demandComplete(db: Snapshot, office: string, parts: readonly HeaderPart[]): Promise<void> {
    for (const { root, chunks, size } of parts) {
      const row = await findPart(this.#room.tables.in(db), hex(root));
      if (row === null || row.office !== office) throw new Refusal('part-unknown', { part: hex(root) });
      if (row.complete !== 1) throw new Refusal('part-incomplete', { part: row.root, held: row.held });
      if (row.chunks !== chunks || row.size !== size) throw new Refusal('header-differs', { field: 'parts' });
    }
  }

  /** Parts that a link brought: sealed blobs by now. @throws Refusal `part-incomplete` */
  async demandBlobs(parts: readonly HeaderPart[]): Promise<void> {
    for (const { root, size } of parts) {
      const name = hex(root);
      if ((await this.#room.blobs.size(name)) !== size) throw new Refusal('part-incomplete', { part: name });
    }
  }

  /** Rows and references of a dispatch's parts, in the transaction that takes it over. */
  async use(tx: Transaction, id: Uint8Array, parts: readonly HeaderPart[], leaves: ReadonlyMap<string, Uint8Array | null>): Promise<void> {
    const db = this.#room.tables.in(tx);
    for (const { root, chunks, size } of parts) {
      const row = this.#rowOf({ root: hex(root), chunks, size, office: null }, leaves.get(hex(root)) ?? null, size);
      await db.insertInto('part').values(row).onConflict((on) => on.doNothing()).execute();
    }
    await useParts(db, 'dispatch', id, parts.map(({ root }) => hex(root)));
  }

  /** Of an upload that was given up; what a draft or dispatch names stays. What a link holds goes with the next sweep. @throws Refusal `part-unknown`; `not-entitled` */
  async drop(caller: Caller, root: string): Promise<void> {
    await this.#uploadOf(caller, root);
    await this.#inTurn(root, () => giveUpPart(this.#room, root));
  }

  /** Ends uploads, whole or not, last declared before `before` and named by nothing. @returns how many */
  async dropAbandoned(before: number): Promise<number> {
    let dropped = 0;
    for (const root of await abandonedParts(this.#room, before)) {
      if ((await this.#inTurn(root, () => dropPart(this.#room, root, before))) === true) dropped++;
    }
    return dropped;
  }

  #leavesOf({ root, chunks, size, leaves }: PartDeclaration): Uint8Array | null {
    const plain = plainSize(size);
    if (plain === null || chunkCount(plain) !== chunks) throw new Refusal('request-malformed', { field: 'size' });
    if (chunks === 1) return null;
    const list = fromBase64url(leaves ?? '');
    if (list?.length !== chunks * LEAF_BYTES) throw new Refusal('request-malformed', { field: 'leaves' });
    const hashes = Array.from({ length: chunks }, (_, i) => leafAt(list, i));
    if (hex(treeRoot(this.#room.provider.hash, hashes)) !== root) throw new Refusal('part-forged', { part: root });
    return list;
  }

  #rowOf(asked: Omit<PartDeclaration, 'office' | 'leaves'> & { office: string | null }, leaves: Uint8Array | null, held: number): PartRow {
    const { root, office, chunks, size } = asked;
    const complete = held === size ? 1 : 0;
    return { root, office, chunks, size, leaves, held, complete, declared: this.#room.clock.now() };
  }

  async #resume(row: PartRow, asked: PartDeclaration): Promise<PartState> {
    if (row.chunks !== asked.chunks || row.size !== asked.size) throw new Refusal('part-forged', { part: row.root });
    const now = this.#room.clock.now();
    // Whoever goes on with it has not abandoned it.
    if (now - row.declared > FRESH_MS) await this.#room.tables.commit((tx) => tx.updateTable('part').set({ declared: now }).where('root', '=', row.root).execute());
    return stateOf(row);
  }

  async #recover(row: PartRow, staged: StagedBlob): Promise<PartState> {
    await staged.abandon();
    const complete = (await this.#room.blobs.size(row.root)) === row.size;
    return this.#remember(row, complete ? row.size : 0);
  }

  async #fill(row: PartRow, staged: StagedBlob, source: AsyncIterable<Uint8Array>): Promise<PartState> {
    let failure: unknown = null;
    try {
      await this.#writeChecked(row, staged, source);
    } catch (error) {
      failure = error;
    }
    const held = staged.size;
    if (held === row.size) await staged.seal(row.root);
    else await staged.sync().finally(() => staged.close());
    const state = held === row.held ? stateOf(row) : await this.#remember(row, held);
    if (failure !== null) throw failure;
    return state;
  }

  /** Checks the chunks of one run while the run before it is being written. */
  async #writeChecked(row: PartRow, staged: StagedBlob, source: AsyncIterable<Uint8Array>): Promise<void> {
    let writing: Promise<void> = Promise.resolve();
    let at = staged.size;
    try {
      for await (const run of inRuns(source, row.size - row.held)) {
        const { right, refusal } = await this.#rightBytes(row, at, run);
        await writing;
        writing = appendRun(staged, run.subarray(0, right), at);
        writing.catch(() => {});
        at += right;
        if (refusal !== null) throw refusal;
      }
    } finally {
      await writing;
    }
  }

  /** How much of a run is whole and right, from its beginning. */
  async #rightBytes(row: PartRow, at: number, run: Uint8Array): Promise<{ right: number; refusal: Refusal | null }> {
    for (let right = 0; right < run.length; right += SEALED_CHUNK_BYTES) {
      const refusal = await this.#chunkRefusal(row, at + right, run.subarray(right, right + SEALED_CHUNK_BYTES));
      if (refusal !== null) return { right, refusal };
    }
    return { right: run.length, refusal: null };
  }

  async #chunkRefusal(row: PartRow, at: number, chunk: Uint8Array): Promise<Refusal | null> {
    const index = at / SEALED_CHUNK_BYTES;
    assert(Number.isInteger(index), 'what is held ends at a chunk');
    const expectedBytes = Math.min(SEALED_CHUNK_BYTES, row.size - at);
    const expected = row.leaves === null ? fromHex(row.root)! : leafAt(row.leaves, index);
    const leaf = await chunkLeaf(this.#room.provider.hash, index, chunk);
    const isRight = chunk.length === expectedBytes && equal(leaf, expected);
    return isRight ? null : new Refusal('part-forged', { chunk: index });
  }

  async #remember(row: PartRow, held: number): Promise<PartState> {
    const now = { ...row, held, complete: held === row.size ? 1 : 0 };
    await this.#room.tables.commit((tx) =>
      tx.updateTable('part').set({ held, complete: now.complete }).where('root', '=', row.root).execute());
    return stateOf(now);
  }

  async #uploadOf(caller: Caller, root: string): Promise<PartRow> {
    const row = await this.#find(root);
    if (row === null) throw new Refusal('part-unknown', { part: root });
    if (row.office === null) throw new Refusal('not-entitled');
    demand(this.#room, caller, 'upload a part', row.office);
    return row;
  }

  #demandRoom(bytes: number): void {
    demandRoom(this.#room.freeBytes(), bytes, this.#room.limits.reserveBytes);
  }

  #find(root: string): Promise<PartRow | null> {
    return this.#room.tables.read((db) => findPart(db, root));
  }

  #inTurn<T>(root: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(root) ?? new Turns();
    this.#turns.set(root, turns);
    return turns.next(work).finally(() => {
      if (turns.isIdle) this.#turns.delete(root);
    });
  }
}

type PartDb = ReturnType<Room['tables']['in']>;

export async function findPart(db: Pick<PartDb, 'selectFrom'>, root: string): Promise<PartRow | null> {
  return (await db.selectFrom('part').selectAll().where('root', '=', root).executeTakeFirst()) ?? null;
}

/** The list of a complete part that was worked out from it, for it came without. */
export async function keepLeaves(db: PartDb, root: string, leaves: Uint8Array): Promise<void> {
  await db.updateTable('part').set({ leaves }).where('root', '=', root).execute();
}

/** Notes that a draft or dispatch needs these parts. */
export async function useParts(db: PartDb, holder: 'draft' | 'dispatch', id: Uint8Array, roots: readonly string[]): Promise<void> {
  for (const root of roots) {
    await db.insertInto('part_use').values({ root, holder, holder_id: id }).onConflict((on) => on.doNothing()).execute();
  }
}

/** Where a disk has no room for a run, as many of its chunks as fit. @throws Refusal `disk-full` all the same */
async function appendRun(staged: StagedBlob, run: Uint8Array, at: number): Promise<void> {
  try {
    await staged.append(run, at);
  } catch (error) {
    if (run.length <= SEALED_CHUNK_BYTES) throw error;
    for (let done = 0; done < run.length; done += SEALED_CHUNK_BYTES) {
      await staged.append(run.subarray(done, done + SEALED_CHUNK_BYTES), at + done);
    }
  }
}

function stateOf({ root, held, size, complete }: PartRow): PartState {
  return { root, held, size, complete: complete === 1 };
}

function leafAt(list: Uint8Array, index: number): Uint8Array {
  return list.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES);
}
