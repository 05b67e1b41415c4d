/**
 * One more backup into a standby's database: chunks that it has stay, what stands between them is exchanged, all tables in
 * one transaction. Parts come first, as files do that rows speak of. Source: docs/protocol/backup.md §Standby.
 */
import { sql } from 'kysely';
import { equal, hex } from '#core/bytes.ts';
import { CompactTree, leafHash } from '#core/compact-tree.ts';
import { Refusal } from '#core/refusals.ts';
import { openBlobs } from '#station/kernel/blobs.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { openStore, type Tx } from '#station/kernel/store.ts';
import { stationMigrations } from '#station/compose.ts';
import type { BackupManifest, BackupTable } from '#wire/backup.ts';
import { TABLES, type TableName } from '../audit/tables.ts';
import type { BackupFolder } from '../backup/objects.ts';
import { chunksOf, insertRows, restoreBlob } from '../backup/reading.ts';
import type { RestoreDeps } from '../backup/restore.ts';
import { settingsIn } from '../backup/settings.ts';
import { type AppliedState, readApplied, writeApplied } from './state.ts';

export interface Increment {
  readonly name: string;
  readonly manifest: BackupManifest;
  /** As it stands in the backup folder. */
  readonly sealed: Uint8Array;
}

export interface AppliedIncrement {
  readonly rows: number;
  readonly blobs: number;
}

/** @throws Refusal `standby-differs` where the backup goes back behind what is held; `backup-damaged`, `cancelled`, `disk-full` */
export async function applyIncrement(deps: RestoreDeps, folder: BackupFolder, disk: Disk, increment: Increment): Promise<AppliedIncrement> {
  const { manifest } = increment;
  const unknown = manifest.migrations.find((name) => !(name in stationMigrations));
  if (unknown !== undefined) throw new Refusal('data-folder-newer', { migration: unknown });
  const had = Object.fromEntries(Object.entries(stationMigrations).filter(([name]) => manifest.migrations.includes(name)));
  const blobs = await applyBlobs(deps, folder, disk, manifest);
  const store = await openStore(disk, { migrations: had });
  try {
    const before = await readApplied(store);
    if (before !== null) demandForward(before.state, increment);
    return { blobs, rows: await store.commit((tx) => new Applying(deps, folder, before?.state ?? null).run(tx, increment)) };
  } finally {
    await store.close();
  }
}

/** In one incarnation a ledger only grows, and time does not go back. */
function demandForward(held: AppliedState, { manifest }: Increment): void {
  const isSame = held.incarnation === hex(manifest.incarnation);
  const isShorter = isSame && manifest.ledger.size < held.ledger.size;
  const isOther = isSame && manifest.ledger.size === held.ledger.size && hex(manifest.ledger.root) !== held.ledger.root;
  if (manifest.time < held.time || isShorter || isOther) throw new Refusal('standby-differs', { reason: 'goes-back' });
}

async function applyBlobs(deps: RestoreDeps, folder: BackupFolder, disk: Disk, manifest: BackupManifest): Promise<number> {
  const { naming } = settingsIn(manifest);
  const blobs = openBlobs(disk.blobs);
  let count = 0;
  for await (const { rows } of chunksOf(deps, folder, manifest.blobs)) {
    for (const row of rows) {
      const [root, size] = [row['root'] as string, row['size'] as number];
      if ((await blobs.size(root)) === size) continue;
      await restoreBlob(deps, folder, { blobs, naming, root, size });
      count += 1;
      deps.progress({ table: 'blobs', rows: count, blobs: count });
    }
  }
  return count;
}

class Applying {
  readonly #deps: RestoreDeps;
  readonly #folder: BackupFolder;
  readonly #before: AppliedState | null;
  #rows = 0;

  constructor(deps: RestoreDeps, folder: BackupFolder, before: AppliedState | null) {
    this.#deps = deps;
    this.#folder = folder;
    this.#before = before;
  }

  async run(tx: Tx<unknown>, { name, manifest, sealed }: Increment): Promise<number> {
    // A ledger's end is exchanged while what speaks of it still stands.
    await sql`pragma defer_foreign_keys = on`.execute(tx);
    const isOrdered = manifest.engine === 'sqlite';
    const tables: AppliedState['tables'] = {};
    for (const table of manifest.tables) tables[table.name] = { chunks: await this.#table(tx, table, isOrdered) };
    await this.#demandLedger(tx, manifest);
    const { incarnation, ledger, time } = manifest;
    const state: AppliedState = {
      snapshot: name, time, incarnation: hex(incarnation), ledger: { size: ledger.size, root: hex(ledger.root) }, ordered: isOrdered, tables,
    };
    await writeApplied(tx, { state, manifest: sealed });
    return this.#rows;
  }

  async #table(tx: Tx<unknown>, table: BackupTable, isOrdered: boolean): Promise<[string, number][]> {
    const held = this.#before?.tables[table.name]?.chunks ?? [];
    const wanted = table.chunks.map(({ digest }) => hex(digest));
    const { first, last } = common(held, wanted, isOrdered && this.#before?.ordered === true);
    await deleteBetween(tx, table.name, rowsIn(held.slice(0, first)), rowsIn(held.slice(first, held.length - last)));
    const fresh: [string, number][] = [];
    for await (const { rows } of chunksOf(this.#deps, this.#folder, table, first, wanted.length - last)) {
      await insertRows(tx, table, rows);
      fresh.push([wanted[first + fresh.length]!, rows.length]);
      this.#rows += rows.length;
      this.#deps.progress({ table: table.name, rows: this.#rows, blobs: 0 });
    }
    const chunks = [...held.slice(0, first), ...fresh, ...held.slice(held.length - last)];
    const { rows: [counted] } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table.name)}`.execute(tx);
    if (rowsIn(chunks) !== table.rows || counted!.count !== table.rows) throw new Refusal('backup-damaged', { object: table.name, reason: 'rows' });
    return chunks;
  }

  /** The ledger as it now stands has the root that the signed manifest says. */
  async #demandLedger(tx: Tx<unknown>, { ledger }: BackupManifest): Promise<void> {
    const { hash } = this.#deps.crypto;
    const tree = new CompactTree(hash);
    for (;;) {
      const { rows } = await sql<{ bytes: Uint8Array }>`select bytes from ledger_entry where entry_index >= ${tree.size} order by entry_index limit 512`.execute(tx);
      for (const { bytes } of rows) tree.push(leafHash(hash, bytes));
      if (rows.length < 512) break;
    }
    if (tree.size !== ledger.size || !equal(tree.root(), ledger.root)) throw new Refusal('backup-damaged', { object: 'ledger_entry', reason: 'root' });
  }
}

/** How many chunks stay at the beginning and at the end. Where rows stand in no known order, all of a table or nothing. */
function common(held: readonly (readonly [string, number])[], wanted: readonly string[], isOrdered: boolean): { first: number; last: number } {
  const isSame = held.length === wanted.length && held.every(([digest], i) => digest === wanted[i]);
  if (isSame) return { first: held.length, last: 0 };
  if (!isOrdered) return { first: 0, last: 0 };
  const most = Math.min(held.length, wanted.length);
  let first = 0;
  while (first < most && held[first]![0] === wanted[first]) first += 1;
  let last = 0;
  while (last < most - first && held.at(-1 - last)![0] === wanted.at(-1 - last)) last += 1;
  return { first, last };
}

/** `count` rows after the first `from`, in the order of the table's key, which is that of a backup. */
async function deleteBetween(tx: Tx<unknown>, name: string, from: number, count: number): Promise<void> {
  if (count === 0) return;
  const { key } = TABLES[name as TableName] as { key: readonly string[] };
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const row = key.length === 1 ? columns : sql`(${columns})`;
  await sql`delete from ${sql.table(name)} where ${row} in (select ${columns} from ${sql.table(name)} order by ${columns} limit ${count} offset ${from})`.execute(tx);
}

function rowsIn(chunks: readonly (readonly [string, number])[]): number {
  return chunks.reduce((sum, [, rows]) => sum + rows, 0);
}
