/** Backups on this machine, as the command line asks for them. */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BackupHost, BackupKey, BackupOrder, BackupReport, BackupWatch, KeptBackup, RestoreOrder, RestoreReport } from '#cli/backup-host.ts';
import { equal, hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { DEFAULT_CONFIGURATION } from '#station/kernel/config.ts';
import { folderBlobs } from '#station/kernel/folder-blobs.ts';
import { auditFolder } from '../audit/index.ts';
import { newestBackup, readLastBackup, rememberBackup } from '../last-backup.ts';
import { passingFolder } from '../passing-folder.ts';
import { type DatabaseKeys, stationDisk, stationReader } from '../station-database.ts';
import { isStationFolder, readStationConfiguration } from '../station-folder.ts';
import type { BackupManifest } from '#wire/backup.ts';
import { version } from '../version.ts';
import { prunable } from './keep.ts';
import { lossesOf } from './losses.ts';
import { makeBackup } from './make.ts';
import { BackupFolder } from './objects.ts';
import { reopenFolder } from './reopen.ts';
import { demandProvenance } from './provenance.ts';
import { chooseSnapshot, identityIn, readManifest, refuseRestoreOver, removeHalf, restoreFolder, type RestoreDeps, type RestoreTarget } from './restore.ts';
import type { Unsealer } from './sealing.ts';
import { type BackupSettings, decodeRecipient, readBackupSettings, settingsIn, writeBackupSettings } from './settings.ts';
import { Snapshot } from './snapshot.ts';
import { rememberTried, type TrialKind } from './tried.ts';

export const nodeBackups: BackupHost = {
  make,
  list: async (folder) => listOf(BackupFolder.forReading(folder)),
  restore: ({ data, database, databasePasswordFile, ...order }, watch) =>
    restore(order, { data, keys: { database: database ?? null, databasePasswordFile: databasePasswordFile ?? '' }, kind: 'restored' }, watch),
  verify,
  reopen: reopenFolder,
  losses: lossesOf,
};

async function make({ data, to, recipient, keep, everyMs }: BackupOrder, watch: BackupWatch): Promise<BackupReport> {
  if (!isStationFolder(data)) throw new Refusal('data-folder-empty', { folder: data });
  // What is wrong with the order is said before anything is written.
  if (keep !== null) prunable(keep, []);
  const settings = settingsOf(data, { to, recipient });
  const began = nodeClock.monotonicMs();
  const folder = BackupFolder.forWriting(to);
  try {
    // Once the place can be written to; who can write the backup folder cannot put another recipient there.
    if (settings.isNew) writeBackupSettings(data, settings);
    const snapshot = async (): Promise<Snapshot> => Snapshot.over(await stationReader(data, readStationConfiguration(data), 'tram backup'));
    const deps = { crypto: nodeCrypto, random: nodeRandom, clock: nodeClock, version, ...watch };
    const made = await remembered(data, everyMs ?? null, () => makeBackup(deps, { data, snapshot, blobs: folderBlobs(data), settings }, folder));
    const removed = keep === null ? [] : prunable(keep, folder.snapshots());
    const objects = removed.length === 0 ? 0 : folder.prune(removed);
    return { ...made, tookMs: Math.round(nodeClock.monotonicMs() - began), pruned: { backups: removed.length, objects } };
  } finally {
    folder.close();
  }
}

/** The folder remembers how it went: `tram doctor`, `tram status` and the pages say when the last backup was. */
async function remembered<T extends { readonly time: number; readonly rows: number }>(data: string, everyMs: number | null, work: () => Promise<T>): Promise<T> {
  const rhythm = everyMs === null ? {} : { everyMs };
  try {
    const done = await work();
    rememberBackup(data, { time: done.time, ok: true, rows: done.rows, ...rhythm });
    return done;
  } catch (error) {
    rememberFailure(data, error, rhythm);
    throw error;
  }
}

export function rememberFailure(data: string, error: unknown, rhythm: { everyMs?: number } = {}): void {
  const last = readLastBackup(data);
  const made = newestBackup(last);
  rememberBackup(data, {
    time: nodeClock.now(), ok: false, refusal: error instanceof Refusal ? error.code : 'internal',
    ...(made === null ? {} : { made }), ...(last?.rows === undefined ? {} : { rows: last.rows }), ...rhythm,
  });
}

/** Recipient and place are the station's to remember, the place with the recipient, or where none was remembered. */
function settingsOf(data: string, { to, recipient }: Pick<BackupOrder, 'to' | 'recipient'>): BackupSettings & { readonly isNew: boolean } {
  const known = readBackupSettings(data);
  if (recipient === null) {
    if (known === null) throw new Refusal('backup-recipient-missing');
    return known.folder === null ? { ...known, folder: to, isNew: true } : { ...known, isNew: false };
  }
  const asked = decodeRecipient(recipient);
  const isSame = known !== null && equal(known.recipient.publicKey, asked.publicKey);
  if (isSame) return { ...known, folder: to, isNew: known.folder !== to };
  // Other names too: objects sealed to the former key must be written anew.
  return { recipient: asked, naming: nodeRandom.bytes(32), folder: to, isNew: true };
}

function listOf(folder: BackupFolder): KeptBackup[] {
  return folder.snapshots().map(({ name, time }) => {
    const objects = folder.objectsOf(name);
    return { name, time, objects: objects.length, bytes: objects.reduce((sum, one) => sum + (folder.size(one) ?? 0), 0) };
  });
}

async function restore({ from, at, secret, founding: asked }: RestoreOrder, { data, keys, kind }: { data: string; keys: DatabaseKeys; kind: TrialKind }, watch: BackupWatch): Promise<RestoreReport> {
  refuseRestoreOver(data);
  const began = nodeClock.monotonicMs();
  const folder = BackupFolder.forReading(from);
  const deps: RestoreDeps = { ...(await unsealerOf({ secret })), ...watch };
  const chosen = chooseSnapshot(folder, at);
  const manifest = await readManifest(deps, folder, chosen);
  // The rest of the rows is held against the same founding entry by the audit below.
  await demandProvenance(deps, folder, { manifest, identity: identityIn(manifest), chosen, asked });
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    await restoreInto(deps, folder, manifest, { data, keys });
  } catch (error) {
    removeHalf(data);
    throw error;
  }
  const { station, founding, incarnation, ledger, tables, blobs, blobBytes, time } = manifest;
  const audit = await auditFolder(data);
  rememberTried(from, settingsIn(manifest).naming, kind, { asOf: time, ok: audit.ok });
  // The folder was made of one: whoever looks after it must not hear that there is none.
  if (kind === 'restored') rememberBackup(data, { time, ok: true });
  return {
    name: chosen.name, time, station, founding: hex(founding), incarnation: hex(incarnation),
    ledger: { size: ledger.size, root: hex(ledger.root) }, rows: tables.reduce((sum, { rows }) => sum + rows, 0), blobs: blobs.rows, blobBytes,
    formerEngine: manifest.engine, engine: keys.database === null ? 'sqlite' : 'postgresql',
    audit, tookMs: Math.round(nodeClock.monotonicMs() - began),
  };
}

/** A database that was empty is empty again where nothing came of it; one that was another's stays as it was. */
async function restoreInto(deps: RestoreDeps, folder: BackupFolder, manifest: BackupManifest, { data, keys }: Omit<RestoreTarget, 'disk'>): Promise<void> {
  const disk = await stationDisk(data, keys);
  try {
    await restoreFolder(deps, folder, manifest, { data, keys, disk });
  } catch (error) {
    const isOthers = error instanceof Refusal && ['database-occupied', 'database-in-use'].includes(error.code);
    if ('discard' in disk && !isOthers) await disk.discard().catch(() => {});
    throw error;
  } finally {
    disk.close();
  }
}

/** A whole station is unsealed for as long as this takes, its keys too: the folder goes, and those that a kill left. */
async function verify(order: RestoreOrder, watch: BackupWatch): Promise<RestoreReport> {
  const passing = passingFolder(tmpdir(), 'tram-verify', HOUR_MS);
  try {
    return await restore(order, { data: path.join(passing, 'data'), keys: DEFAULT_CONFIGURATION, kind: 'verified' }, watch);
  } finally {
    rmSync(passing, { recursive: true, force: true });
  }
}

async function unsealerOf({ secret }: BackupKey): Promise<Unsealer> {
  return { crypto: nodeCrypto, secret, publicKey: await nodeCrypto.kem.publicKey(secret) };
}
