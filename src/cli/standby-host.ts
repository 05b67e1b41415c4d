/** What the commands of the standby ask of the composition root. */
import type { AuditReport } from './audit-report.ts';
import type { BackupKey, BackupWatch, ReopenReport } from './backup-host.ts';

export interface StandbyOrder extends BackupKey {
  /** The backup folder that is followed. */
  readonly from: string;
  readonly data: string;
}

export interface StandbyStep {
  readonly station: string;
  /** SHA-256 of the founding entry, hexadecimal. */
  readonly founding: string;
  /** The backup that the standby holds now; null where there is none yet. */
  readonly held: { readonly name: string; readonly time: number; readonly ledger: number } | null;
  /** What this step applied; null where nothing was new. */
  readonly applied: { readonly rows: number; readonly blobs: number; readonly tookMs: number } | null;
}

/** A standby at work: it holds its folder until it is closed. */
export interface Following {
  /** Applies the newest backup where the standby does not hold it yet. */
  step(watch: BackupWatch): Promise<StandbyStep>;
  close(): void;
}

export interface PromoteOrder extends BackupKey {
  readonly data: string;
  readonly margin: number | null;
}

export interface PromoteReport {
  readonly station: string;
  readonly founding: string;
  /** The backup that it now goes on from. */
  readonly from: { readonly name: string; readonly time: number };
  /** Why the last look for a newer backup failed; null where it did not. */
  readonly uncaught: string | null;
  /** Null where an earlier run of the same promotion opened it. */
  readonly reopened: ReopenReport | null;
  /** Where the station sequences the directory: the file that the holders of the root sign. */
  readonly termRequest: string | null;
  readonly audit: AuditReport;
}

export interface StandbyHost {
  /** @throws Refusal `data-folder-occupied`, `data-folder-in-use`, `backup-missing`, `backup-key-wrong`, `standby-differs`, `station-standby` */
  follow(order: StandbyOrder): Promise<Following>;
  /** @throws Refusal `standby-missing`, `data-folder-in-use`, `backup-key-wrong` */
  promote(order: PromoteOrder, watch: BackupWatch): Promise<PromoteReport>;
  /** Writes the request of a promoted folder anew. @returns the file; null where it does not sequence. @throws Refusal `standby-missing` */
  requestTerm(data: string): Promise<string | null>;
  /** Puts a term that the root signed into a promoted folder. @throws Refusal `directory-entry-refused`, `data-folder-empty`, `standby-missing` */
  takeTerm(order: { readonly data: string; readonly entry: Uint8Array; readonly alone: boolean }): Promise<{ readonly station: string; readonly term: number }>;
}
