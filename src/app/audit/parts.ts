/**
 * Claims: every sealed blob's chunks give leaves, its leaves the root that is its name; every part that a dispatch
 * lists is here, complete; what is staged fits what was declared. One chunk is in memory at a time.
 * Source: docs/protocol/parts.md.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { equal, fromHex, hex } from '#core/bytes.ts';
import { CompactTree } from '#core/merkle.ts';
import { chunkCount, chunkLeaf, plainSize, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { BLOB_BYTES_MAX } from '#station/kernel/blobs.ts';
import type { Placed } from './database.ts';
import type { HeldDispatches } from './items.ts';
import type { AuditRun } from './run.ts';
import type { Claim, Item } from './tally.ts';

const BLOBS = 'blobs';
const STAGING = 'staging';
const NAME = /^[0-9a-f]{64}$/;
const OF_BUNDLE = /^bundle-[0-9a-f]{32}-\d{1,2}$/;
const FOLDER = /^[0-9a-f]{2}$/;
const LEAF_BYTES = 32;

type PartRow = Placed<'part'>;

export async function auditParts(run: AuditRun, held: HeldDispatches): Promise<void> {
  const rows = new Map<string, PartRow>();
  const claim = run.tally.claim('parts');
  const uses = auditUses(run, held);
  for (const row of run.db.rows('part')) {
    rows.set(row.root, row);
    await auditPart(run, row, uses, claim.item(row.place));
  }
  for (const { header, place } of held.all) {
    for (const { root, chunks, size } of header.parts) {
      const row = rows.get(hex(root));
      const item = claim.item(`part:${hex(root)}`);
      if (!item.demand(row !== undefined, `is missing: ${place} lists it`)) continue;
      item.demand(row!.complete === 1, `is not complete: ${place} lists it`);
      item.demand(row!.chunks === chunks && row!.size === size, `has another size than ${place} says`);
    }
  }
  auditDownloads(run, held);
  await auditStrays(run, rows);
}

/** Every download that the ledger has is of a part of a dispatch that is held. */
function auditDownloads({ facts, tally }: AuditRun, held: HeldDispatches): void {
  const claim = tally.claim('downloads');
  for (const { index, subject, fields: { digest } } of facts.of('downloaded')) {
    const item = claim.item(`ledger_entry:${index}`);
    const isPart = digest !== undefined && held.get(subject)?.header.parts.some(({ root }) => equal(root, digest)) === true;
    item.demand(isPart, 'is of no part of a dispatch that is held');
  }
}

async function auditPart(run: AuditRun, row: PartRow, uses: ReadonlyMap<string, boolean>, item: Item): Promise<void> {
  item.demand(NAME.test(row.root), 'is not named by a digest');
  const plain = plainSize(row.size);
  item.demand(plain !== null && chunkCount(plain) === row.chunks, `no part has ${row.size} bytes in ${row.chunks} chunks`);
  item.demand(row.held <= row.size && row.complete === (row.held === row.size ? 1 : 0), 'does not say how much of it is held');
  const isWhole = row.held % SEALED_CHUNK_BYTES === 0 || row.held === row.size;
  item.demand(isWhole, 'holds a chunk in part');
  auditLeaves(run, row, item);
  if (row.office === null) item.demand(uses.has(row.root), 'nobody uploaded it and nothing uses it');
  else item.demand(run.directory === null || run.directory.state.office(row.office) !== null, 'was uploaded by an office that is in no directory');
  if (row.complete === 1) await auditBlob(run, row);
  else await auditUpload(run, row, item);
}

async function auditBlob(run: AuditRun, row: PartRow): Promise<void> {
  const file = blobFile(run.data, row.root);
  const claim = run.tally.claim('part-files');
  if (!existsSync(file)) return claim.missing(relative(run.data, file), `is missing: ${row.place} says that it is complete`);
  const blob = claim.item(relative(run.data, file));
  blob.demand(statSync(file).size === row.size, `has ${statSync(file).size} bytes, not ${row.size}`);
  const list = row.leaves;
  const leaves = await leavesOf(run, file, row.size, (index, leaf) => {
    const isRight = list === null || equal(leaf, list.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES));
    if (!isRight) claim.missing(`${blob.place}:chunk ${index}`, 'is not that of its leaf');
  });
  blob.demand(hex(leaves.root) === row.root, 'its chunks do not give its name');
}

/** The list that chunks are checked against, whole or not yet. */
function auditLeaves({ provider }: AuditRun, { leaves, chunks, root }: PartRow, item: Item): void {
  if (leaves === null) return;
  if (!item.demand(leaves.length === chunks * LEAF_BYTES, 'has not as many leaves as chunks')) return;
  const tree = new CompactTree(provider.hash);
  for (let at = 0; at < leaves.length; at += LEAF_BYTES) tree.push(leaves.slice(at, at + LEAF_BYTES));
  item.demand(hex(tree.root()) === root, 'its list of leaves does not give its name');
}

/** An upload that goes on: what is held was verified. After a crash between the two it may be sealed already. */
async function auditUpload(run: AuditRun, row: PartRow, item: Item): Promise<void> {
  if (existsSync(blobFile(run.data, row.root)) || row.held === 0) return;
  const file = path.join(run.data, STAGING, `upload-${row.root.slice(0, 56)}`);
  const list = row.leaves;
  if (!item.demand(existsSync(file) && statSync(file).size >= row.held, `${relative(run.data, file)} does not hold ${row.held} bytes`)) return;
  await leavesOf(run, file, row.held, (index, leaf) => {
    const isRight = list === null || equal(leaf, list.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES));
    if (!isRight) run.tally.claim('part-files').missing(`${relative(run.data, file)}:chunk ${index}`, 'is not that of its leaf');
  });
}

/** Reads a file chunk by chunk. */
async function leavesOf(
  { provider, progress }: AuditRun, file: string, size: number, each: (index: number, leaf: Uint8Array) => void,
): Promise<{ root: Uint8Array; count: number }> {
  const tree = new CompactTree(provider.hash);
  const handle = openSync(file, 'r');
  try {
    const buffer = new Uint8Array(SEALED_CHUNK_BYTES);
    for (let at = 0; at < size; at += SEALED_CHUNK_BYTES) {
      const read = readSync(handle, buffer, 0, Math.min(SEALED_CHUNK_BYTES, size - at), at);
      const leaf = await chunkLeaf(provider.hash, tree.size, buffer.subarray(0, read));
      each(tree.size, leaf);
      tree.push(leaf);
      progress('part-files', at + read);
    }
    return { root: tree.root(), count: tree.size };
  } finally {
    closeSync(handle);
  }
}

/** Which dispatch or draft needs which part, compared with the headers both ways. @returns roots in use */
function auditUses({ db, tally }: AuditRun, held: HeldDispatches): Map<string, boolean> {
  const claim = tally.claim('part-uses');
  const expected = new Set(held.all.flatMap(({ id, header }) => header.parts.map(({ root }) => `${hex(root)} ${id}`)));
  const drafts = new Set([...db.rows('draft')].map(({ id }) => hex(id)));
  const parts = new Set([...db.rows('part')].map(({ root }) => root));
  const found = new Set<string>();
  const uses = new Map<string, boolean>();
  for (const { root, holder, holder_id: id, place } of db.rows('part_use')) {
    const item = claim.item(place);
    uses.set(root, true);
    item.demand(parts.has(root), 'is of a part that is not here');
    if (holder === 'draft') item.demand(drafts.has(hex(id)), 'is a part of a draft that is not here');
    else if (item.demand(holder === 'dispatch', 'is used by neither draft nor dispatch')) {
      found.add(`${root} ${hex(id)}`);
      item.demand(expected.has(`${root} ${hex(id)}`), 'is a part that its dispatch does not list');
    }
  }
  for (const key of expected) if (!found.has(key)) claim.missing(`part_use:${key.replace(' ', '/dispatch/')}`, 'is missing');
  return uses;
}

/** Files that no row speaks of: what a stopped transfer left is said, what nobody can have left is a fault. */
async function auditStrays(run: AuditRun, rows: ReadonlyMap<string, PartRow>): Promise<void> {
  const claim = run.tally.claim('part-files');
  for (const folder of namesIn(path.join(run.data, BLOBS))) {
    const isFolder = FOLDER.test(folder) && statSync(path.join(run.data, BLOBS, folder)).isDirectory();
    if (!isFolder) claim.missing(relative(run.data, path.join(run.data, BLOBS, folder)), 'is no folder of blobs');
    for (const name of namesIn(path.join(run.data, BLOBS, folder))) {
      const file = path.join(run.data, BLOBS, folder, name);
      const isNamed = NAME.test(name) && folder === name.slice(0, 2) && statSync(file).isFile();
      if (!isNamed) claim.missing(relative(run.data, file), 'is no blob');
      else if (rows.get(name)?.complete !== 1) await auditStrayBlob(run, file, name, claim.item(relative(run.data, file)));
    }
  }
  for (const name of namesIn(path.join(run.data, STAGING))) auditStaged(run, name, rows, claim);
}

async function auditStrayBlob(run: AuditRun, file: string, name: string, item: Item): Promise<void> {
  const { size } = statSync(file);
  item.demand(size <= BLOB_BYTES_MAX, 'is larger than any part');
  const { root } = await leavesOf(run, file, size, () => {});
  if (!item.demand(equal(root, fromHex(name)!), 'its chunks do not give its name')) return;
  run.tally.remark(item.place, 'is whole and nothing here lists it: a transfer that ended before its item was taken');
}

function auditStaged(run: AuditRun, name: string, rows: ReadonlyMap<string, PartRow>, claim: Claim): void {
  // A courier's volume that is to be fetched; couriers.ts looks at what it is.
  if (OF_BUNDLE.test(name)) return;
  const file = path.join(run.data, STAGING, name);
  const item = claim.item(relative(run.data, file));
  const row = [...rows.values()].find(({ root }) => name === `upload-${root.slice(0, 56)}`) ?? rows.get(name);
  const isOfLink = NAME.test(name);
  if (!item.demand(isOfLink || row !== undefined, 'is staged for no part that was declared')) return;
  const { size } = statSync(file);
  item.demand(size <= (row?.size ?? BLOB_BYTES_MAX), 'is larger than what was declared');
  run.tally.remark(item.place, `${size} bytes of a part that is not complete`);
}

function blobFile(data: string, name: string): string {
  return path.join(data, BLOBS, name.slice(0, 2), name);
}

function relative(data: string, file: string): string {
  return path.relative(data, file);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).toSorted() : [];
}

