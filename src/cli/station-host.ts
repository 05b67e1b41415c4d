/**
 * What commands ask of the composition root: to make, run and audit stations. The command line itself knows the
 * client's side only; app/ hands this in.
 */
import type { AuditReport } from './audit-report.ts';
import type { DoctorReport } from '#core/findings.ts';
import type { StatusReport } from './status-report.ts';
import type { BackupHost } from './backup-host.ts';
import type { DistantPages, PagesOpening } from './pages-host.ts';
import type { StandbyHost } from './standby-host.ts';
import type { StationSecrets } from '#client/directory/join-request.ts';
import type { DurableFiles, KeyringStore, Files, HttpTransport } from '#core/outside.ts';

/** A station's folder that is being made. */
export interface NewStation {
  readonly data: string;
  readonly station: string;
  readonly secrets: StationSecrets;
  readonly apiPort?: number | undefined;
  readonly linkPort?: number | undefined;
  /** URL of a PostgreSQL database, without a password; absent: SQLite in the folder. */
  readonly database?: string | undefined;
  readonly databasePasswordFile?: string | undefined;
}

/** The directory log that a new station begins with. */
export interface FirstLog {
  /** SHA-256 of the founding entry that is believed. */
  readonly founding: Uint8Array;
  readonly entries: readonly Uint8Array[];
  /** The sequencer's signed note; null where this station is the sequencer and signs it itself. */
  readonly checkpoint: Uint8Array | null;
}

export interface StationPorts {
  readonly api?: number | undefined;
  readonly link?: number | undefined;
  /** Instead of the configuration's. */
  readonly logLevel?: 'info' | 'warn' | undefined;
  /** Asked where another process holds the folder: whether to try once more. Absent: no. */
  readonly tryAgain?: (() => Promise<boolean>) | undefined;
}

export interface RunningStation {
  readonly station: string;
  readonly url: string;
  /** Where its pages are, by HTTPS where other machines reach them; null where it serves none. */
  readonly pages: string | null;
  readonly linkPort: number;
  /** Why it only reads: its folder was restored and not reopened, or another one took its place. Null where it works. */
  readonly standsStill: 'station-restored' | 'station-superseded' | null;
  /** Resolves when it has stopped by itself or by `stop`. */
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

/** What only the composition root can do. */
export interface StationHost {
  /** @throws Refusal `data-folder-occupied` where something stands there */
  refuseOccupied(data: string): void;
  /** @throws Refusal `port-twice` where a station that is to be made would listen twice on one */
  refusePortTwice(ports: StationPorts): void;
  exists(file: string): boolean;
  /** Whether an ordinary file stands there with exactly that content. @param sha256 of all of it */
  holds(file: string, sizeBytes: number, sha256: Uint8Array): boolean;
  /** For a process that will be one station and nothing else: it may begin anew in its own place, once. */
  beginCompiled(): Promise<void>;
  /** Whether a station stands there. */
  isStation(data: string): boolean;
  /** The process that runs the station of a folder, where it is known. */
  holderOf(data: string): number | null;
  /**
   * Writes keys, configuration and log of a new station, whole or not at all. @param beside keeps what must stand before the
   * station does; where it throws there is none @throws Refusal `data-folder-occupied`
   */
  create(made: NewStation, log: FirstLog, beside?: () => Promise<void>): Promise<void>;
  /** @throws Refusal `data-folder-empty` | `data-folder-in-use` | `port-in-use` | `database-damaged` … */
  start(data: string, ports: StationPorts): Promise<RunningStation>;
  audit(data: string): Promise<AuditReport>;
  /** Examines a station's folder, stopped or running, and a device's, and changes nothing. @param order without `data` the device alone @throws Refusal `data-folder-empty` */
  doctor(order: { readonly data: string | null; readonly folder?: string; readonly home: string | null; readonly days: number }): Promise<DoctorReport>;
  /** @throws Refusal `data-folder-empty` */
  status(data: string): Promise<StatusReport>;
  readonly backups: BackupHost;
  readonly standby: StandbyHost;
  /** Runs a command in a process of its own, which outlives this one, and waits for its first line. @throws Refusal what it refused with */
  apart(argv: readonly string[], secret: string): Promise<void>;
  /** Where a keyring, files and a station's interface are reached. */
  keyring(file: string): KeyringStore;
  readonly durable: DurableFiles;
  files(folder: string): Files;
  /** @param certificate PEM of the one authority to believe for HTTPS; null or absent: the system's */
  transport(url: string, certificate?: string | null): HttpTransport & { close(): void };
  readonly pages: DistantPages & PagesOpening;
}
