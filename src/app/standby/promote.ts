/**
 * `tram promote`: a standby becomes the station. Every step may be killed and is done again by the same command; the folder
 * is a station only when all of it is done. Source: docs/protocol/backup.md §Standby.
 */
import path from 'node:path';
import type { BackupWatch, ReopenReport } from '#cli/backup-host.ts';
import type { PromoteOrder, PromoteReport } from '#cli/standby-host.ts';
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { writeDurably } from '#platform/node/durable.ts';
import { stationMigrations } from '#station/compose.ts';
import { closeIncarnation, newestRestoration } from '#station/incarnations/index.ts';
import type { Disk } from '#station/kernel/disk.ts';
import { folderDisk } from '#station/kernel/folder-disk.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import type { BackupManifest } from '#wire/backup.ts';
import { auditFolder } from '../audit/index.ts';
import { reopenFolder } from '../backup/reopen.ts';
import { identityIn, openManifest } from '../backup/restore.ts';
import { writeBackupSettings, settingsIn } from '../backup/settings.ts';
import {
  CONFIGURATION_FILE, configurationFor, isStationFolder, writeIdentity,
} from '../station-folder.ts';
import { appliedIn, stepOf, sweepParts, unsealerOf } from './follow.ts';
import { forgetMark, readMark, type StandbyMark, writeMark } from './mark.ts';
import { forgetApplied } from './state.ts';
import { requestTerm } from './term-file.ts';

export async function promote(order: PromoteOrder, watch: BackupWatch): Promise<PromoteReport> {
  const { data } = order;
  const mark = readMark(data);
  if (mark === null) throw new Refusal('standby-missing', { folder: data });
  const { uncaught, from } = await settled(order, watch);
  const reopened = await reopenedOnce(data, order.margin);
  const audit = await finish(data);
  if (audit.ok) forgetMark(data);
  return {
    station: mark.station, founding: mark.founding, from, uncaught, reopened,
    termRequest: await requestTerm(data), audit,
  };
}

/** Everything up to the identity: from here on the folder knows that it does not know its end. */
async function settled(order: PromoteOrder, watch: BackupWatch): Promise<Pick<PromoteReport, 'uncaught' | 'from'>> {
  const { data } = order;
  const disk = folderDisk(data);
  try {
    // Again, now that nobody else has the folder.
    const mark = readMark(data)!;
    const unsealer = await unsealerOf(order);
    const uncaught = mark.promoting !== null ? null : await lastLook(() => stepOf({ disk, data, mark, unsealer }, watch));
    const applied = await appliedIn(disk, data);
    if (applied === null) {
      // All of it was done but the audit.
      if (mark.promoting !== null && isStationFolder(data)) return { uncaught, from: fromOf(mark.promoting) };
      throw new Refusal('standby-missing', { folder: data });
    }
    const { snapshot, time } = applied.state;
    const manifest = await openManifest(unsealer, applied.manifest, snapshot);
    writeMark(data, { ...mark, promoting: { snapshot, time } });
    await closed(disk, manifest);
    await writeFiles(data, manifest);
    return { uncaught, from: fromOf({ snapshot, time }) };
  } finally {
    disk.close();
  }
}

function fromOf({ snapshot, time }: NonNullable<StandbyMark['promoting']>): PromoteReport['from'] {
  return { name: snapshot, time };
}

/** The backup folder may have died with the station; what is held then has to do. */
async function lastLook(step: () => Promise<unknown>): Promise<string | null> {
  try {
    await step();
    return null;
  } catch (error) {
    const isFolders = error instanceof Refusal ? ['backup-missing', 'backup-damaged'].includes(error.code) : typeof (error as NodeJS.ErrnoException).code === 'string';
    if (!isFolders) throw error;
    return error instanceof Refusal ? error.code : (error as NodeJS.ErrnoException).code!;
  }
}

/** In today's form, and not to be numbered in before the next incarnation; once, however often it is run. */
async function closed(disk: Disk, { incarnation, ledger, time }: BackupManifest): Promise<void> {
  const store = await openStore(disk, { migrations: stationMigrations });
  try {
    await store.commit(async (tx) => {
      const newest = await newestRestoration(store, tx);
      if (newest !== null && equal(newest.former, incarnation)) return;
      await closeIncarnation(store, tx, { cause: 'restored', former: incarnation, ledger, asOf: time });
    });
    await sweepParts(disk, await partsOf(store));
  } finally {
    await store.close();
  }
}

async function partsOf(store: Store): Promise<Set<string>> {
  const rows = await store.of<{ part: { root: string; complete: number } }>().read((db) =>
    db.selectFrom('part').select('root').where('complete', '=', 1).execute());
  return new Set(rows.map(({ root }) => root));
}

/** The identity comes last, with log keys that the station which is lost never had. */
async function writeFiles(data: string, manifest: BackupManifest): Promise<void> {
  if (isStationFolder(data)) return;
  writeBackupSettings(data, settingsIn(manifest));
  const had = manifest.files.find(({ name }) => name === CONFIGURATION_FILE)?.bytes ?? null;
  const configuration = configurationFor(had, { database: null, databasePasswordFile: '' });
  if (configuration !== null) writeDurably(path.join(data, CONFIGURATION_FILE), configuration);
  const { signatures } = nodeCrypto;
  const term = { ed25519: await signatures.generateSecret('ed25519'), mldsa44: await signatures.generateSecret('ml-dsa-44') };
  writeIdentity(data, { ...identityIn(manifest), term });
}

/** @returns null where an earlier run opened the incarnation */
async function reopenedOnce(data: string, margin: number | null): Promise<ReopenReport | null> {
  try {
    return await reopenFolder({ data, reason: 'standby', margin });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'station-not-restored') return null;
    throw error;
  }
}

/** What only a standby needs goes, and all of the rest is audited. */
async function finish(data: string): Promise<PromoteReport['audit']> {
  const disk = folderDisk(data);
  try {
    const store = await openStore(disk, { migrations: stationMigrations });
    await store.commit((tx) => forgetApplied(tx)).finally(() => store.close());
  } finally {
    disk.close();
  }
  return auditFolder(data);
}
