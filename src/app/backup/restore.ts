/**
 * `tram restore`: a new data folder from one backup, on whichever engine; what the folder then may do is said by the
 * incarnations (src/station/incarnations). Nothing is believed before it verified: every chunk of rows has the digest that
 * the signed manifest gives it, and the caller audits the folder. Source: docs/protocol/backup.md.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '#core/refusals.ts';
import { openBlobs } from '#station/kernel/blobs.ts';
import { closeIncarnation } from '#station/incarnations/index.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import { stationMigrations } from '#station/compose.ts';
import { backupManifest, type BackupManifest, type BackupTable, signedManifest } from '#wire/backup.ts';
import { verifySignature, type TwinVerifier } from '#wire/sign.ts';
import { parseCertificate } from '#x509/certificate.ts';
import type { DatabaseKeys } from '../station-database.ts';
import { CONFIGURATION_FILE, configurationFor, IDENTITY_FILE, readIdentityText, refuseOccupied, type StationIdentity } from '../station-folder.ts';
import { MANIFEST_NAME } from './make.ts';
import type { BackupFolder, SnapshotName } from './objects.ts';
import { chunksOf, insertRows, restoreBlob } from './reading.ts';
import type { Row } from './rows.ts';
import { bytesAsSource, openSmall, type Unsealer } from './sealing.ts';
import { readBackupSettings } from './settings.ts';

const MANIFEST_BYTES_MAX = 33 * 1_048_576;
const BATCH_BYTES = 8 * 1_048_576;

export interface RestoreDeps extends Unsealer {
  readonly stop: AbortSignal;
  readonly progress: (what: { readonly table: string; readonly rows: number; readonly blobs: number }) => void;
}

/** The newest backup not after a time. @throws Refusal `backup-missing` */
export function chooseSnapshot(folder: BackupFolder, notAfter: number | null): SnapshotName {
  const found = folder.snapshots().findLast(({ time }) => notAfter === null || time <= notAfter);
  if (found !== undefined) return found;
  throw new Refusal('backup-missing', { folder: folder.folder, ...(notAfter === null ? {} : { time: new Date(notAfter).toISOString() }) });
}

/** A backup's manifest, signed by the station whose identity it holds. @throws Refusal `backup-key-wrong`, `backup-damaged` */
export async function readManifest(unsealer: Unsealer, folder: BackupFolder, { name }: SnapshotName): Promise<BackupManifest> {
  return openManifest(unsealer, folder.snapshotBytes(name), name);
}

/** A sealed manifest as it stood in its folder. @throws as readManifest */
export async function openManifest(unsealer: Unsealer, sealed: Uint8Array, name: string): Promise<BackupManifest> {
  const { statement, signature } = signedManifest.decode(await openSmall(unsealer, MANIFEST_NAME, bytesAsSource(sealed), MANIFEST_BYTES_MAX));
  const manifest = backupManifest.decode(statement);
  const isSigned = await verifySignature(unsealer.crypto, verifierOf(unsealer, identityIn(manifest)), 'backup', statement, signature);
  if (!isSigned) throw new Refusal('backup-damaged', { object: name, reason: 'signature' });
  return manifest;
}

export function identityIn({ files }: BackupManifest): StationIdentity {
  const file = files.find(({ name }) => name === IDENTITY_FILE);
  if (file === undefined) throw new Refusal('backup-damaged', { object: IDENTITY_FILE, reason: 'missing' });
  return readIdentityText(file.bytes);
}

function verifierOf({ crypto: { hash } }: Unsealer, { certificates: { p256, mldsa } }: StationIdentity): TwinVerifier {
  return {
    p256: parseCertificate(p256).publicKey.raw, mldsa: parseCertificate(mldsa).publicKey.raw,
    p256Certificate: hash.sha256(p256), mldsaCertificate: hash.sha256(mldsa),
  };
}

/**
 * Writes a whole data folder, which was empty, in the state `restored`.
 * @param into the folder; which database it has from now on; the disk of both, which the caller closes
 */
export async function restoreFolder(deps: RestoreDeps, folder: BackupFolder, manifest: BackupManifest, into: RestoreTarget): Promise<void> {
  await new Restoring(deps, folder, manifest, into).run();
}

export interface RestoreTarget {
  readonly data: string;
  readonly keys: DatabaseKeys;
  readonly disk: Disk;
}

/** @throws Refusal `data-folder-occupied` */
export function refuseRestoreOver(data: string): void {
  refuseOccupied(data);
}

class Restoring {
  readonly #deps: RestoreDeps;
  readonly #folder: BackupFolder;
  readonly #manifest: BackupManifest;
  readonly #data: string;
  readonly #keys: DatabaseKeys;
  readonly #disk: Disk;
  #blobs = 0;

  constructor(deps: RestoreDeps, folder: BackupFolder, manifest: BackupManifest, { data, keys, disk }: RestoreTarget) {
    this.#deps = deps;
    this.#folder = folder;
    this.#manifest = manifest;
    this.#data = data;
    this.#keys = keys;
    this.#disk = disk;
  }

  async run(): Promise<void> {
    const { tables, migrations, files } = this.#manifest;
    const unknown = migrations.find((name) => !(name in stationMigrations));
    if (unknown !== undefined) throw new Refusal('data-folder-newer', { migration: unknown });
    const had = Object.fromEntries(Object.entries(stationMigrations).filter(([name]) => migrations.includes(name)));
    const store = await openStore(this.#disk, { migrations: had });
    try {
      for (const table of tables) await this.#load(store, table);
    } finally {
      await store.close();
    }
    await this.#restoreBlobs();
    await this.#close();
    for (const { name, bytes } of files.filter((file) => ![IDENTITY_FILE, CONFIGURATION_FILE].includes(file.name))) this.#write(name, bytes);
    // The database that the backup was made of is another's from now on, the station's that was lost or put aside.
    const configuration = configurationFor(files.find(({ name }) => name === CONFIGURATION_FILE)?.bytes ?? null, this.#keys);
    if (configuration !== null) this.#write(CONFIGURATION_FILE, configuration);
    // Last: a folder with an identity is a whole station.
    this.#write(IDENTITY_FILE, files.find(({ name }) => name === IDENTITY_FILE)!.bytes);
  }

  /** In today's form, and not to be numbered in until an operator says so. */
  async #close(): Promise<void> {
    const { incarnation, ledger, time } = this.#manifest;
    const store = await openStore(this.#disk, { migrations: stationMigrations });
    try {
      const found = { cause: 'restored' as const, former: incarnation, ledger, asOf: time };
      await store.commit((tx) => closeIncarnation(store, tx, found));
    } finally {
      await store.close();
    }
  }

  async #load(store: Store, table: BackupTable): Promise<void> {
    let batch: Row[] = [];
    let [bytes, count] = [0, 0];
    const flush = async (): Promise<void> => {
      const rows = batch;
      if (rows.length > 0) await store.commit((tx) => insertRows(tx, table, rows));
      [batch, bytes] = [[], 0];
      this.#deps.progress({ table: table.name, rows: count, blobs: this.#blobs });
    };
    for await (const { rows, size } of chunksOf(this.#deps, this.#folder, table)) {
      batch.push(...rows);
      count += rows.length;
      bytes += size;
      if (bytes >= BATCH_BYTES) await flush();
    }
    await flush();
    if (count !== table.rows) throw new Refusal('backup-damaged', { object: table.name, reason: 'rows' });
  }

  async #restoreBlobs(): Promise<void> {
    const naming = this.#naming();
    const blobs = openBlobs(this.#disk.blobs);
    for await (const { rows } of chunksOf(this.#deps, this.#folder, this.#manifest.blobs)) {
      for (const { root, size } of rows) {
        await restoreBlob(this.#deps, this.#folder, { blobs, naming, root: root as string, size: size as number });
        this.#blobs += 1;
        this.#deps.progress({ table: 'blobs', rows: this.#blobs, blobs: this.#blobs });
      }
    }
  }

  /** From the backed-up settings themselves. */
  #naming(): Uint8Array {
    const { files } = this.#manifest;
    const file = files.find(({ name }) => name === 'backup.json');
    if (file === undefined) throw new Refusal('backup-damaged', { object: 'backup.json', reason: 'missing' });
    this.#write('backup.json', file.bytes);
    return readBackupSettings(this.#data)!.naming;
  }

  #write(name: string, bytes: Uint8Array): void {
    if (!/^(?:[a-z]+\.json|pages\.(?:key|pem))$/.test(name)) throw new Refusal('backup-damaged', { object: 'files', reason: 'name' });
    writeFileSync(path.join(this.#data, name), bytes, { mode: 0o600, flush: true });
  }
}

/** Ends what was begun: a folder half restored is worse than none. */
export function removeHalf(data: string): void {
  rmSync(data, { recursive: true, force: true });
}
