/**
 * `tram audit`: re-derives every claim of a station's folder from that folder alone, without writing to it, without
 * passphrase or network. It never stops at the first fault, and what cannot be read is a fault.
 */
import type { CryptoProvider } from '#core/crypto.ts';
import type { AuditFault, AuditReport } from '#cli/audit-report.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import { databaseAccess, demandConfigured } from '../station-database.ts';
import { readStationConfiguration } from '../station-folder.ts';
import { auditChannels } from './channels.ts';
import { auditCheckpoints } from './checkpoints.ts';
import { AuditDatabase } from './database.ts';
import { auditCouriers } from './couriers.ts';
import { auditDirectory, type Trust } from './directory.ts';
import { auditDrafts } from './drafts.ts';
import { auditFiles, auditIdentity, readAuditedIdentity } from './identity.ts';
import { auditIncarnations } from './incarnations.ts';
import { auditItems } from './items.ts';
import { auditEarlyReceipts } from './early-receipts.ts';
import { auditPeerDirectories, peersIn } from './peer-directories.ts';
import { auditDeviceRequests } from './device-requests.ts';
import { auditPending } from './pending.ts';
import { auditRingCopies } from './ring-copies.ts';
import type { Facts } from './facts.ts';
import { auditEscrow, auditJobs, auditStaging, auditWraps } from './leftovers.ts';
import { auditKeys } from './key-claims.ts';
import { auditLedger, CHANGED_ENTRY } from './ledger.ts';
import { auditNotes } from './notes.ts';
import { auditNumbers } from './numbers.ts';
import { auditParts } from './parts.ts';
import { auditReceipts } from './receipts.ts';
import { auditRegisters } from './registers.ts';
import type { AuditRun } from './run.ts';
import { auditFileHeader, auditSchema } from './schema.ts';
import { type AuditProgress, Tally, wordsOf } from './tally.ts';
import { auditWriteAheadLog } from './write-ahead-log.ts';

export type { AuditProgress };

export interface AuditOptions {
  readonly progress?: AuditProgress;
  /** Node's unless given. */
  readonly provider?: CryptoProvider;
  /** Who vouches for keys: certificates unless given. */
  readonly trust?: Trust;
  /** Told, at the end, which tables were read. */
  readonly tablesRead?: (names: ReadonlySet<string>) => void;
  /** Told what the ledger says, once it was verified. */
  readonly ledgerRead?: (facts: Facts) => void;
}

/** @param data a station's folder, stopped or copied */
export async function auditFolder(data: string, options: AuditOptions = {}): Promise<AuditReport> {
  const tally = new Tally();
  const identity = readAuditedIdentity(data, tally);
  const station = identity?.station ?? '';
  await guarded(tally, 'folder', () => auditFiles(data, tally));
  await guarded(tally, 'database', async () => {
    const configuration = readStationConfiguration(data);
    const { database: url } = configuration;
    if (url !== null) {
      const { copyFromPostgresql } = await import('./postgresql.ts');
      const access = databaseAccess(url, configuration);
      const copy = await AuditDatabase.openCopy((file) => copyFromPostgresql(access, data, file, tally), tally);
      await auditDatabase(copy, { data, station, identity }, tally, options);
      return;
    }
    demandConfigured(data, configuration);
    auditFileHeader(data, tally);
    auditWriteAheadLog(data, tally);
    await auditDatabase(AuditDatabase.open(data, tally), { data, station, identity }, tally, options);
  });
  return reportOf(tally, identity?.station ?? null);
}

/**
 * Of a station that has no folder, with an identity and a configuration in it, but a database and parts in memory, as simulated ones: what
 * these say. @param image the database, as SQLite serializes it @param data a folder with copies of what it has in `blobs` and `staging`
 */
export async function auditImage(image: Uint8Array, { data, station }: Pick<AuditRun, 'data' | 'station'>, options: AuditOptions = {}): Promise<AuditReport> {
  const tally = new Tally();
  await guarded(tally, 'database', () => auditDatabase(AuditDatabase.ofImage(image, tally), { data, station, identity: null }, tally, options));
  return reportOf(tally, station);
}

function reportOf(tally: Tally, station: string | null): AuditReport {
  const { claims, remarks } = tally;
  const faults = causesFirst(tally.faults);
  return { ok: faults.length === 0, station, claims, faults, ...(remarks.length > 0 && { remarks }) };
}

async function auditDatabase(db: AuditDatabase, whose: Pick<AuditRun, 'data' | 'station' | 'identity'>, tally: Tally, options: AuditOptions): Promise<void> {
  const { provider = nodeCrypto, trust = {}, progress = () => {} } = options;
  try {
    await guarded(tally, 'schema', () => auditSchema(db, tally));
    const { ledger, facts } = auditLedger({ db, tally, provider, progress });
    options.ledgerRead?.(facts);
    const directory = await auditDirectory({ db, tally, provider, identity: whose.identity, facts, trust });
    const peers = await peersIn({ db, directory, provider });
    await auditClaims({ ...whose, db, tally, provider, ledger, facts, directory, peers, progress, verified: new VerifiedRoots() });
  } finally {
    options.tablesRead?.(db.read);
    db.close();
  }
}

/** What was changed before what only follows from it: an entry that differs from its own leaf is no other's consequence. */
function causesFirst(faults: readonly AuditFault[]): AuditFault[] {
  const isCause = ({ what }: AuditFault): boolean => what === CHANGED_ENTRY;
  return [...faults.filter(isCause), ...faults.filter((fault) => !isCause(fault))];
}

/** One after the other: each stands on what those before it found. */
async function auditClaims(run: AuditRun): Promise<void> {
  const { tally } = run;
  await guarded(tally, 'identity', () => auditIdentity(run));
  await guarded(tally, 'checkpoints', () => auditCheckpoints(run));
  await guarded(tally, 'items', async () => {
    const held = await auditItems(run);
    const notes = auditNotes(run, held);
    await guarded(tally, 'parts', () => auditParts(run, held));
    const receipts = await auditReceipts(run, held);
    await guarded(tally, 'early-receipts', () => auditEarlyReceipts(run));
    await guarded(tally, 'registers', () => auditRegisters(run, held, receipts));
    await guarded(tally, 'channels', () => auditChannels(run, held, notes));
  });
  await guarded(tally, 'couriers', () => auditCouriers(run));
  await guarded(tally, 'numbers', () => auditNumbers(run));
  await guarded(tally, 'incarnations', () => auditIncarnations(run));
  await guarded(tally, 'drafts', () => auditDrafts(run));
  await guarded(tally, 'wraps', () => auditWraps(run));
  await guarded(tally, 'keys', () => auditKeys(run));
  await guarded(tally, 'escrow', () => auditEscrow(run));
  await guarded(tally, 'ring-copies', () => auditRingCopies(run));
  await guarded(tally, 'peer-directories', () => auditPeerDirectories(run));
  await guarded(tally, 'pending-proposals', () => auditPending(run));
  await guarded(tally, 'device-requests', () => auditDeviceRequests(run));
  await guarded(tally, 'jobs', () => auditJobs(run));
  await guarded(tally, 'jobs', () => auditStaging(run));
}

/** What an audit itself stumbles over is a fault of the folder, and the other claims are still looked at. */
async function guarded(tally: Tally, place: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    tally.claim('readable').missing(place, `cannot be audited: ${wordsOf(error)}`);
  }
}
