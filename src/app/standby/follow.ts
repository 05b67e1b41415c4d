/**
 * `tram standby`: follows a station's backups into a folder that is no station. It verifies as a restore does, serves
 * nothing, calls nobody and numbers nothing. Source: docs/protocol/backup.md §Standby.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { BackupKey, BackupWatch } from '#cli/backup-host.ts';
import type { Following, StandbyOrder, StandbyStep } from '#cli/standby-host.ts';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { passingFor } from '#platform/node/durable.ts';
import { openBlobs } from '#station/kernel/blobs.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { DATABASE_FILE, folderDisk } from '#station/kernel/folder-disk.ts';
import { BackupFolder } from '../backup/objects.ts';
import { demandProvenance } from '../backup/provenance.ts';
import { chooseSnapshot, identityIn, openManifest } from '../backup/restore.ts';
import type { Unsealer } from '../backup/sealing.ts';
import { applyIncrement } from './apply.ts';
import { FORMER_PASSING, isStandbyFolder, readMark, STANDBY_FILE, type StandbyMark, writeMark } from './mark.ts';
import { type Applied, readAppliedFrom } from './state.ts';

export async function unsealerOf({ secret }: BackupKey): Promise<Unsealer> {
  return { crypto: nodeCrypto, secret, publicKey: await nodeCrypto.kem.publicKey(secret) };
}

export async function follow(order: StandbyOrder): Promise<Following> {
  const { data, from } = order;
  refuseOther(data);
  const folder = BackupFolder.forReading(from);
  const unsealer = await unsealerOf(order);
  const { name } = chooseSnapshot(folder, null);
  const { station, founding } = await openManifest(unsealer, folder.snapshotBytes(name), name);
  const asked: StandbyMark = { from, station, founding: hex(founding), promoting: null };
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const disk = folderDisk(data);
  try {
    const mark = readMark(data);
    if (mark !== null && mark.promoting !== null) throw new Refusal('station-standby', { folder: data });
    if (mark !== null) demandSame(mark, asked);
    writeMark(data, asked);
    return { step: (watch) => stepOf({ disk, data, mark: asked, unsealer }, watch), close: () => disk.close() };
  } catch (error) {
    disk.close();
    throw error;
  }
}

export interface Standby {
  readonly disk: Disk;
  readonly data: string;
  readonly mark: StandbyMark;
  readonly unsealer: Unsealer;
}

/** @throws Refusal `standby-differs`, `backup-missing`, `backup-damaged`, `backup-key-wrong`, `cancelled`, `disk-full` */
export async function stepOf({ disk, data, mark, unsealer }: Standby, watch: BackupWatch): Promise<StandbyStep> {
  const folder = BackupFolder.forReading(mark.from);
  const held = await appliedIn(disk, data);
  const { name } = chooseSnapshot(folder, null);
  const { station, founding } = mark;
  if (held !== null && name === held.state.snapshot) return { station, founding, held: heldOf(held), applied: null };
  const began = nodeClock.monotonicMs();
  const sealed = folder.snapshotBytes(name);
  const manifest = await openManifest(unsealer, sealed, name);
  demandSame(mark, { station: manifest.station, founding: hex(manifest.founding) });
  const known = held === null ? undefined : identityIn(await openManifest(unsealer, held.manifest, held.state.snapshot));
  await demandProvenance({ ...unsealer, ...watch }, folder, { manifest, identity: identityIn(manifest), chosen: null, known, asked: undefined });
  const { rows, blobs } = await applyIncrement({ ...unsealer, ...watch }, folder, disk, { name, manifest, sealed });
  const tookMs = Math.round(nodeClock.monotonicMs() - began);
  return { station, founding, held: { name, time: manifest.time, ledger: manifest.ledger.size }, applied: { rows, blobs, tookMs } };
}

/** What a standby's database holds; null where no backup was applied yet. */
export async function appliedIn(disk: Disk, data: string): Promise<Applied | null> {
  if (!existsSync(path.join(data, DATABASE_FILE))) return null;
  const reader = await disk.reader();
  if (reader === null) return null;
  try {
    return await readAppliedFrom(reader);
  } finally {
    await reader.close();
  }
}

/** What kills left half written, and parts of dispatches that no backup names any more. */
export async function sweepParts(disk: Disk, named: ReadonlySet<string>): Promise<void> {
  const blobs = openBlobs(disk.blobs);
  for (const id of await blobs.staged()) await (await blobs.stage(id)).abandon();
  for await (const name of blobs.names()) if (!named.has(name)) await blobs.remove(name);
}

function heldOf({ state: { snapshot, time, ledger } }: Applied): StandbyStep['held'] {
  return { name: snapshot, time, ledger: ledger.size };
}

function demandSame(mark: Pick<StandbyMark, 'station' | 'founding'>, other: Pick<StandbyMark, 'station' | 'founding'>): void {
  if (mark.station !== other.station || mark.founding !== other.founding) throw new Refusal('standby-differs', { reason: 'other-station' });
}

/** A folder that is nothing yet but its lock, which a kill may have left, or a standby. */
function refuseOther(data: string): void {
  if (!existsSync(data) || isStandbyFolder(data)) return;
  const others = readdirSync(data).filter((name) => !name.startsWith('tram.lock') && passingFor(name) !== STANDBY_FILE && name !== FORMER_PASSING);
  if (others.length > 0) throw new Refusal('data-folder-occupied', { folder: data });
}
