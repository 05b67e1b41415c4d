/** What `tram doctor` says of a station and of a device: the checks it makes, and each fault that it can name. */
import type { RefusalDetail } from './refusals.ts';

export const CHECKS = [
  'folder', 'identity', 'configuration', 'database', 'disk', 'parts', 'clock', 'ports', 'directory', 'ledger', 'checkpoint', 'links', 'borders',
  'queues', 'jobs', 'backup', 'office-keys', 'registrars', 'machine', 'device',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** Every finding with its weight. A fault stops something now or soon; a warning will become one. */
export const FINDINGS = {
  'station-none': 'warn', 'folder-open': 'fault', 'folder-owner': 'warn', 'folder-unwritable': 'fault', 'secret-open': 'fault',
  'identity-missing': 'fault', 'identity-malformed': 'fault', 'identity-foreign': 'fault', 'certificate-expired': 'fault',
  'certificate-lapsing': 'warn', 'pages-unusable': 'fault', 'pages-lapsing': 'warn',
  'configuration-malformed': 'fault', 'configuration-renamed': 'warn', 'marks-disordered': 'warn',
  'database-missing': 'fault', 'database-damaged': 'fault', 'database-newer': 'fault', 'migrations-waiting': 'warn',
  'database-unreachable': 'fault', 'database-foreign': 'fault',
  'disk-low': 'warn', 'disk-no-parts': 'fault', 'disk-no-dispatches': 'fault',
  'parts-missing': 'fault',
  'clock-uncertain': 'warn', 'clock-behind': 'fault', 'clock-differs': 'fault',
  'port-taken': 'fault', 'port-twice': 'fault', 'api-silent': 'fault', 'api-other': 'fault', 'not-ready': 'fault',
  'directory-missing': 'fault', 'directory-inconsistent': 'fault', 'directory-stale': 'warn',
  'station-restored': 'fault', 'station-superseded': 'fault',
  'ledger-gap': 'fault', 'ledger-tail': 'fault', 'tree-short': 'fault',
  'checkpoint-missing': 'warn', 'checkpoint-old': 'warn', unwitnessed: 'warn',
  'neighbour-unreachable': 'warn', 'neighbour-refused': 'fault', 'neighbour-silent': 'warn', 'neighbour-away': 'warn',
  'border-unseen': 'warn', 'border-forked': 'fault', 'border-silent': 'warn', 'agreement-lapsing': 'warn',
  'queue-stuck': 'warn', 'flash-waits': 'fault', 'no-way': 'fault', 'bundle-missing': 'warn', 'outcome-unknown': 'warn', 'outcome-refused': 'warn',
  'job-failing': 'warn', 'job-late': 'warn',
  'backup-none': 'warn', 'backup-old': 'warn', 'backup-late': 'fault', 'backup-failed': 'fault',
  'office-keys-none': 'warn', 'office-keys-lapsed': 'fault', 'office-keys-lapsing': 'warn', 'office-keys-nobody': 'fault', 'office-keys-known': 'warn',
  'registrar-one': 'warn', 'registrar-none': 'fault',
  'node-other': 'warn', 'memory-short': 'warn', 'memory-large': 'warn',
  'device-missing': 'fault', 'device-open': 'fault', 'device-foreign': 'fault', 'device-unknown': 'fault',
  'device-damaged': 'fault', 'device-secret-gone': 'fault', 'device-no-card': 'warn', 'device-card-untried': 'warn',
  'device-unheard': 'warn', 'device-no-seal': 'warn', 'device-stale': 'warn', 'device-station-silent': 'fault', 'device-station-other': 'fault',
  'check-failed': 'fault',
} as const satisfies Record<string, 'warn' | 'fault'>;
export type FindingName = keyof typeof FINDINGS;

export interface Finding {
  readonly check: CheckName;
  readonly finding: FindingName;
  readonly level: 'warn' | 'fault';
  /** What fills the sentence: short values that are safe to show. */
  readonly detail: RefusalDetail;
}

export interface DoctorReport {
  /** Whether there is no fault; warnings may be there. */
  readonly ok: boolean;
  readonly station: string | null;
  readonly running: boolean;
  /** Checks that were made; one that could not be is a fault. */
  readonly checked: readonly CheckName[];
  readonly findings: readonly Finding[];
}
