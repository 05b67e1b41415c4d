/**
 * Claims: the keys and certificates in identity.json are those of this station in the directory, they are nobody
 * else's to read, and nothing stands in the folder that no claim is about.
 */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { equal, hex } from '#core/bytes.ts';
import { openTwinKeys } from '#model/certificate-maker.ts';
import { passingFor } from '#platform/node/durable.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import { parseCertificate } from '#x509/certificate.ts';
import { EXAMINATION_FILE } from '../chores/examination.ts';
import { LAST_BACKUP_FILE } from '../last-backup.ts';
import { STANDBY_FILE } from '../standby/mark.ts';
import { REQUEST_FILE, TERM_FILE } from '../standby/term-file.ts';
import { RUNNING_FILE } from '../running-file.ts';
import { CONFIGURATION_FILE, IDENTITY_FILE, readIdentity, readStationConfiguration, type StationIdentity } from '../station-folder.ts';
import { BACKUP_FILE } from '../backup/settings.ts';
import type { AuditRun } from './run.ts';
import type { Item, Tally } from './tally.ts';

/** What SQLite and the station keep beside the database, and what a killed process had begun to write of it; blobs and staging have a claim of their own. */
const KNOWN_FILES = new Set([
  DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, 'tram.lock', 'tram.lock-journal', 'database.id', IDENTITY_FILE, CONFIGURATION_FILE,
  RUNNING_FILE, BACKUP_FILE, LAST_BACKUP_FILE, EXAMINATION_FILE, STANDBY_FILE, TERM_FILE, REQUEST_FILE, 'pages.key', 'pages.pem',
]);
const KNOWN_FOLDERS = new Set(['blobs', 'staging']);

/** @returns null where the file cannot be read, which is a fault and not the end */
export function readAuditedIdentity(data: string, tally: Tally): StationIdentity | null {
  return tally.claim('identity').item(IDENTITY_FILE).attempt('cannot be read', () => readIdentity(data));
}

export async function auditIdentity(run: AuditRun): Promise<void> {
  const { identity, directory, tally } = run;
  if (identity === null || directory === null) return;
  const item = tally.claim('identity').item(`${IDENTITY_FILE}:certificates`);
  const record = directory.state.station(identity.station);
  if (!item.demand(record !== null, `the directory has no station ${identity.station}`)) return;
  const { certificates, organisation } = { ...identity, organisation: directory.state.organisation };
  item.demand(equal(certificates.p256, record!.certificates.p256), 'p256 is not the certificate of the directory');
  item.demand(equal(certificates.mldsa, record!.certificates.mldsa), 'mldsa is not the certificate of the directory');
  item.demand(equal(certificates.link, record!.link), 'link is not the certificate of the directory');
  item.demand(equal(certificates.issuer, organisation.issuer.mldsa), 'issuer is not that of the organisation');
  item.demand(equal(certificates.root, organisation.root.mldsa), 'root is not that of the organisation');
  await auditSecrets(run, identity, record!);
  auditIncarnation(run, identity);
}

async function auditSecrets({ tally, provider }: AuditRun, { secrets }: StationIdentity, record: Station): Promise<void> {
  const item = tally.claim('identity').item(`${IDENTITY_FILE}:secrets`);
  const { signatures } = provider;
  const twin = await item.attemptAsync('the twin cannot be opened', () => openTwinKeys(provider, secrets.signing));
  item.demand(twin === null || equal(twin.p256.publicKey, record.verifier.p256), 'p256 is not the key of its certificate');
  item.demand(twin === null || equal(twin.mldsa.publicKey, record.verifier.mldsa), 'mldsa is not the key of its certificate');
  const link = await item.attemptAsync('the link key cannot be opened', () => signatures.signingKey('ml-dsa-65', secrets.link));
  const linkKey = item.attempt('the link certificate cannot be read', () => parseCertificate(record.link).publicKey);
  item.demand(link === null || linkKey === null || equal(link.publicKey, linkKey.raw), 'link is not the key of its certificate');
  await auditLogKeys(item, signatures, secrets.logs, record);
}

type Station = NonNullable<ReturnType<NonNullable<AuditRun['directory']>['state']['station']>>;

async function auditLogKeys(
  item: Item, signatures: AuditRun['provider']['signatures'], secrets: StationIdentity['secrets']['logs'], { logKeys }: Station,
): Promise<void> {
  const ed25519 = await item.attemptAsync('ed25519 cannot be opened', () => signatures.signingKey('ed25519', secrets.ed25519));
  item.demand(ed25519 === null || equal(ed25519.publicKey, logKeys.ed25519), 'ed25519 is not the log key of the directory');
  const mldsa44 = await item.attemptAsync('mldsa44 cannot be opened', () => signatures.signingKey('ml-dsa-44', secrets.mldsa44));
  item.demand(mldsa44 === null || equal(mldsa44.publicKey, logKeys.mldsa44), 'mldsa44 is not the log key of the directory');
}

/** The folder's incarnation is the one in which the ledger goes on. */
function auditIncarnation({ tally, facts }: AuditRun, { incarnation }: StationIdentity): void {
  const last = facts.all.at(-1);
  const isSame = last === undefined || last.incarnation === hex(incarnation);
  tally.claim('identity').check(`${IDENTITY_FILE}:incarnation`, isSame, 'is not that of the ledger\'s last entry');
}

/** Modes, and names that nobody knows. */
/** The first name below the folder under which the log is kept; null where it is kept elsewhere. */
function logNameOf(data: string): string | null {
  try {
    const relative = path.relative(data, path.resolve(data, readStationConfiguration(data).logFile));
    return relative === '' || relative.startsWith('..') ? null : relative.split(path.sep)[0]!;
  } catch {
    return null;
  }
}

export function auditFiles(data: string, tally: Tally): void {
  const claim = tally.claim('files');
  const logs = logNameOf(data);
  for (const entry of readdirSync(data, { withFileTypes: true })) {
    const item = claim.item(entry.name);
    const isLog = logs !== null && (entry.name === logs || (entry.isFile() && entry.name.startsWith(`${logs}.`)));
    const isKnown = isLog || (entry.isFile() && KNOWN_FILES.has(passingFor(entry.name) ?? entry.name)) || (entry.isDirectory() && KNOWN_FOLDERS.has(entry.name));
    item.demand(isKnown, 'is nothing that a station keeps');
  }
  const configuration = claim.item(CONFIGURATION_FILE);
  configuration.attempt('cannot be read', () => readStationConfiguration(data));
  const mode = claim.item(`${IDENTITY_FILE}:mode`);
  mode.attempt('has no mode', () => {
    const { mode: bits } = lstatSync(path.join(data, IDENTITY_FILE));
    mode.demand((bits & 0o777) === 0o600, `others may read the station's keys: mode ${(bits & 0o777).toString(8)}, not 600`);
  });
}
