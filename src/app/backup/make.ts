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
import { PartCopies, segmentsOf } from './part-copies.ts';
import { encodeRow, type Row, RowChunker } from './rows.ts';
import { sealObject, type Sealer } from './sealing.ts';
import { BACKUP_FILE, type BackupSettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';

/** The pages' certificate and key among them: without these a restored station could open its pages to nobody. */
const FILES = [IDENTITY_FILE, CONFIGURATION_FILE, BACKUP_FILE, 'pages.key', 'pages.pem'];
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
  /** Opens one; whoever asks closes it. */
  readonly snapshot: () => Promise<Snapshot>;
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
  /** Files that were on their way, and are not in it. */
  readonly unfinished: number;
}

/** @throws Refusal `cancelled`, `disk-full`, `backup-damaged` where a blob that the database goes on naming is not there */
export async function makeBackup(deps: BackupDeps, source: BackupSource, folder: BackupFolder): Promise<BackupMade> {
  return new Making(deps, source, folder).run();
}

class Making {
  readonly #deps: BackupDeps;
  readonly #source: BackupSource;
  readonly #folder: BackupFolder;
  readonly #sealer: Sealer;
  readonly #parts: PartCopies;
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
    this.#parts = new PartCopies({
      blobs: source.blobs, stop: deps.stop,
      progress: (held) => deps.progress({ table: 'blobs', rows: 0, blobs: held, written: this.#bytes }),
      put: (root, segment, size, plain) => this.#put(segmentName(deps.crypto, source.settings.naming, root, segment), size, plain),
    });
  }

  async run(): Promise<BackupMade> {
    // Before any work: a clock that is wrong is said at once.
    this.#folder.nextTime(this.#deps.clock.now());
    let time = 0;
    const snapshot = await this.#parts.wholeSnapshot(async () => {
      time = this.#deps.clock.now();
      return this.#source.snapshot();
    });
    try {
      return await this.#of(snapshot, time);
    } finally {
      await snapshot.close();
    }
  }

  /** The manifest says the time as it is, the name keeps the order. */
  async #of(snapshot: Snapshot, time: Instant): Promise<BackupMade> {
    const { data } = this.#source;
    const identity = readIdentity(data);
    const named = this.#folder.nextTime(time);
    const tree = new CompactTree(this.#deps.crypto.hash);
    const tables: BackupTable[] = [];
    const roots: string[] = [];
    for (const table of snapshot.tables) {
      tables.push(await this.#chunked(table.name, table.columns, this.#watched(snapshot.rows(table), table.name, tree, roots)));
    }
    const unfinished = await snapshot.unfinished();
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
      objects: this.#objects, bytes: this.#bytes, unfinished,
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
  async *#watched(rows: AsyncIterable<Row>, table: string, tree: CompactTree, roots: string[]): AsyncGenerator<Row> {
    for await (const row of rows) {
      if (table === 'ledger_entry') tree.push(leafHash(this.#deps.crypto.hash, row['bytes'] as Uint8Array));
      if (table === 'part' && row['complete'] === 1) roots.push(row['root'] as string);
      yield row;
    }
  }

  async #chunked(name: string, columns: readonly BackupColumn[], rows: Iterable<Row> | AsyncIterable<Row>): Promise<BackupTable> {
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
    this.#needed.add(name);
    await this.#put(name, chunk.length, () => [chunk]);
    return { name: fromHex(name)!, digest };
  }

  *#blobRows(roots: readonly string[]): Generator<Row> {
    for (const root of roots) {
      const size = this.#parts.sizeOf(root);
      for (let segment = 0; segment < segmentsOf(size); segment++) {
        this.#needed.add(segmentName(this.#deps.crypto, this.#source.settings.naming, root, segment));
      }
      this.#blobs += 1;
      this.#blobBytes += size;
      yield { root, size };
    }
  }

  async #put(name: string, size: number, plain: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
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
