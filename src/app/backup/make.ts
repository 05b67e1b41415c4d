/**
 * `tram backup`: one committed state of a station, running or not, into a folder of sealed objects. What stands there
 * already is not written again; the manifest comes last, so that what is interrupted is no backup and is not lost either.
 * Source: docs/protocol/backup.md.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { concat, fromHex, hex, uint32be, utf8 } from '#core/bytes.ts';
import { CompactTree, leafHash } from '#core/compact-tree.ts';
import type { Clock, Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, twinSigner } from '#model/certificate-maker.ts';
import type { BlobDisk } from '#station/kernel/disk.ts';
import { backupManifest, signedManifest, type BackupColumn, type BackupManifest, type BackupTable } from '#wire/backup.ts';
import { signOne } from '#wire/sign.ts';
import { CONFIGURATION_FILE, IDENTITY_FILE, readIdentity, type StationIdentity } from '../station-folder.ts';
import { type BackupFolder, snapshotName } from './objects.ts';
import { encodeRow, type Row, RowChunker } from './rows.ts';
import { sealObject, type Sealer } from './sealing.ts';
import { BACKUP_FILE, type BackupSettings } from './settings.ts';
import type { Snapshot, SnapshotTable } from './snapshot.ts';

/** A blob's object: an interrupted backup of a large file goes on at the next. */
export const SEGMENT_BYTES = 64 * 1_048_576;
const READ_BYTES = 1_048_576;
const FILES = [IDENTITY_FILE, CONFIGURATION_FILE, BACKUP_FILE];
export const MANIFEST_NAME = 'manifest';

export const BLOB_COLUMNS: readonly BackupColumn[] = [
  { name: 'root', type: 'text', nullable: 0 }, { name: 'size', type: 'integer', nullable: 0 },
];

export interface BackupDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly version: string;
  readonly stop: AbortSignal;
  readonly progress: (what: { readonly table: string; readonly rows: number; readonly blobs: number; readonly written: number }) => void;
}

export interface BackupSource {
  readonly data: string;
  readonly snapshot: Snapshot;
  readonly blobs: BlobDisk;
  readonly settings: BackupSettings;
}

export interface BackupMade {
  readonly name: string;
  readonly station: string;
  readonly time: number;
  readonly ledger: { readonly size: number; readonly root: string };
  readonly rows: number;
  readonly blobs: number;
  /** Objects that were not there before, and their bytes on the disk. */
  readonly objects: number;
  readonly bytes: number;
}

/** @throws Refusal `cancelled`, `disk-full`, `backup-damaged` where a blob that the database names is not there */
export async function makeBackup(deps: BackupDeps, source: BackupSource, folder: BackupFolder): Promise<BackupMade> {
  return new Making(deps, source, folder).run();
}

class Making {
  readonly #deps: BackupDeps;
  readonly #source: BackupSource;
  readonly #folder: BackupFolder;
  readonly #sealer: Sealer;
  readonly #needed = new Set<string>();
  #rows = 0;
  #blobs = 0;
  #blobBytes = 0;
  #objects = 0;
  #bytes = 0;

  constructor(deps: BackupDeps, source: BackupSource, folder: BackupFolder) {
    this.#deps = deps;
    this.#source = source;
    this.#folder = folder;
    this.#sealer = { ...deps, publicKey: source.settings.recipient.publicKey };
  }

  async run(): Promise<BackupMade> {
    const { data, snapshot } = this.#source;
    const identity = readIdentity(data);
    // Before any work: a clock that is wrong is said at once. The manifest says the time as it is, the name keeps the order.
    const time = this.#deps.clock.now();
    const named = this.#folder.nextTime(time);
    const tree = new CompactTree(this.#deps.crypto.hash);
    const tables: BackupTable[] = [];
    const roots: string[] = [];
    for (const table of snapshot.tables) tables.push(await this.#table(table, this.#watched(table, tree, roots)));
    await snapshot.end();
    const blobs = await this.#chunked('blobs', BLOB_COLUMNS, this.#blobRows(roots));
    const files = FILES.flatMap((name) => {
      const bytes = readIfThere(path.join(data, name));
      return bytes === null ? [] : [{ name, bytes }];
    });
    const manifest: BackupManifest = {
      version: 1, station: identity.station, founding: identity.founding, incarnation: identity.incarnation, time,
      program: this.#deps.version, engine: snapshot.handle.engine, ledger: { size: tree.size, root: tree.root() },
      migrations: [...snapshot.migrations], files, tables, blobs, blobBytes: this.#blobBytes,
    };
    const name = await this.#seal(identity, manifest, named);
    return {
      name, station: identity.station, time, ledger: { size: tree.size, root: hex(tree.root()) }, rows: this.#rows, blobs: this.#blobs,
      objects: this.#objects, bytes: this.#bytes,
    };
  }

  /** Signed, so that a manifest is the station's; sealed like everything; last of all. */
  async #seal(identity: StationIdentity, manifest: BackupManifest, named: Instant): Promise<string> {
    const { crypto, random } = this.#deps;
    const keys = await openTwinKeys(crypto, identity.secrets.signing);
    const statement = backupManifest.encode(manifest);
    const signature = await signOne(crypto, twinSigner(crypto, keys, identity.certificates), 'backup', statement, random);
    const bytes = signedManifest.encode({ statement, signature });
    const name = snapshotName(named, bytes);
    await this.#folder.addSnapshot(name, [...this.#needed], sealObject(this.#sealer, MANIFEST_NAME, bytes.length, [bytes]));
    return name;
  }

  /** What the manifest says of the ledger, and which blobs it needs, is what stands in the very same rows. */
  async *#watched(table: SnapshotTable, tree: CompactTree, roots: string[]): AsyncGenerator<Row> {
    for await (const row of this.#source.snapshot.rows(table)) {
      if (table.name === 'ledger_entry') tree.push(leafHash(this.#deps.crypto.hash, row['bytes'] as Uint8Array));
      if (table.name === 'part' && row['complete'] === 1) roots.push(row['root'] as string);
      yield row;
    }
  }

  #table({ name, columns }: SnapshotTable, rows: AsyncIterable<Row>): Promise<BackupTable> {
    return this.#chunked(name, columns, rows);
  }

  async #chunked(name: string, columns: readonly BackupColumn[], rows: AsyncIterable<Row>): Promise<BackupTable> {
    const chunker = new RowChunker(this.#deps.crypto.hash);
    const chunks: BackupTable['chunks'] = [];
    let count = 0;
    const keep = async (chunk: Uint8Array | null): Promise<void> => {
      if (chunk !== null) chunks.push(await this.#chunk(name, chunk));
    };
    for await (const row of rows) {
      count += 1;
      await keep(chunker.add(encodeRow(columns, row)));
      if (count % 1_024 === 0) this.#said(name, count);
    }
    await keep(chunker.end());
    if (name !== 'blobs') this.#rows += count;
    this.#said(name, count);
    return { name, columns: [...columns], rows: count, chunks };
  }

  async #chunk(table: string, chunk: Uint8Array): Promise<BackupTable['chunks'][number]> {
    const { crypto, stop } = this.#deps;
    if (stop.aborted) throw new Refusal('cancelled');
    const digest = crypto.hash.sha256(chunk);
    const name = nameOf(crypto, this.#source.settings.naming, concat(utf8(`rows ${table} `), digest));
    await this.#put(name, chunk.length, () => [chunk]);
    return { name: fromHex(name)!, digest };
  }

  async *#blobRows(roots: readonly string[]): AsyncGenerator<Row> {
    for (const root of roots) {
      const size = await this.#source.blobs.size(`blobs/${root.slice(0, 2)}/${root}`);
      if (size === null) throw new Refusal('backup-damaged', { object: root.slice(0, 16), reason: 'blob-missing' });
      for (let segment = 0; segment * SEGMENT_BYTES < Math.max(1, size); segment++) await this.#segment(root, segment, size);
      this.#blobs += 1;
      this.#blobBytes += size;
      yield { root, size };
    }
  }

  async #segment(root: string, segment: number, size: number): Promise<void> {
    const { stop } = this.#deps;
    const [from, to] = [segment * SEGMENT_BYTES, Math.min(size, (segment + 1) * SEGMENT_BYTES)];
    const read = this.#source.blobs;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = from; at < to; at += READ_BYTES) {
        if (stop.aborted) throw new Refusal('cancelled');
        yield (await read.read(`blobs/${root.slice(0, 2)}/${root}`, at, Math.min(to, at + READ_BYTES)))!;
      }
    }
    await this.#put(segmentName(this.#deps.crypto, this.#source.settings.naming, root, segment), to - from, pieces);
  }

  async #put(name: string, size: number, plain: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    this.#needed.add(name);
    if (this.#folder.has(name)) return;
    this.#bytes += await this.#folder.put(name, sealObject(this.#sealer, name, size, plain()));
    this.#objects += 1;
  }

  #said(table: string, rows: number): void {
    this.#deps.progress({ table, rows, blobs: this.#blobs, written: this.#bytes });
  }
}

export function segmentName(crypto: CryptoProvider, naming: Uint8Array, root: string, segment: number): string {
  return nameOf(crypto, naming, concat(utf8('blob '), fromHex(root)!, uint32be(segment)));
}

function nameOf({ hash }: CryptoProvider, naming: Uint8Array, what: Uint8Array): string {
  return hex(hash.hmacSha256(naming, what));
}

function readIfThere(file: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
