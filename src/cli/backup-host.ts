/** What the commands of backup ask of the composition root. */
import type { AuditReport } from './audit-report.ts';

export interface BackupProgress {
  readonly table: string;
  readonly rows: number;
  readonly blobs: number;
  /** Bytes written so far; of a backup only. */
  readonly written?: number;
}

export interface BackupWatch {
  readonly stop: AbortSignal;
  readonly progress: (what: BackupProgress) => void;
}

export interface BackupOrder {
  readonly data: string;
  readonly to: string;
  /** The text of a recipient's file, to seal to from now on; null keeps the one that the folder knows. */
  readonly recipient: string | null;
  /** Which backups stay, such as `24h7d5w12m`; null keeps all. */
  readonly keep: string | null;
  /** How often the next ones follow, remembered with the station for who watches over it; absent for a single one. */
  readonly everyMs?: number;
}

export interface BackupReport {
  readonly name: string;
  readonly station: string;
  readonly time: number;
  readonly ledger: { readonly size: number; readonly root: string };
  readonly rows: number;
  readonly blobs: number;
  readonly objects: number;
  readonly bytes: number;
  /** Files that were being sent, which are not in it. */
  readonly unfinished: number;
  readonly tookMs: number;
  /** Backups and objects that the rule removed. */
  readonly pruned: { readonly backups: number; readonly objects: number };
}

export interface KeptBackup {
  readonly name: string;
  readonly time: number;
  readonly objects: number;
  /** Of its objects, which others may need too. */
  readonly bytes: number;
}

export interface BackupKey {
  readonly secret: Uint8Array;
}

export interface RestoreOrder extends BackupKey {
  readonly from: string;
  /** The newest backup not after this; null takes the newest. */
  readonly at: number | null;
  /** The organisation that it must be of, as organisationTyped gives it; absent where whoever restores compares by eye. */
  readonly founding?: Uint8Array;
}

export interface RestoreReport {
  readonly name: string;
  readonly time: number;
  readonly station: string;
  /** SHA-256 of the founding entry, hexadecimal. */
  readonly founding: string;
  readonly incarnation: string;
  readonly ledger: { readonly size: number; readonly root: string };
  readonly rows: number;
  readonly blobs: number;
  readonly blobBytes: number;
  /** What kept the records of the station that was backed up, and what keeps them now. */
  readonly formerEngine: 'sqlite' | 'postgresql';
  readonly engine: 'sqlite' | 'postgresql';
  readonly audit: AuditReport;
  readonly tookMs: number;
}

export interface RestoreIntoOrder extends RestoreOrder {
  /** Empty or absent. */
  readonly data: string;
  /** URL of an empty PostgreSQL database; without it the records come into the folder. */
  readonly database?: string | undefined;
  readonly databasePasswordFile?: string | undefined;
}

export interface ReopenOrder {
  readonly data: string;
  readonly reason: string;
  readonly margin: number | null;
}

export interface ReopenReport {
  readonly station: string;
  readonly former: string;
  readonly incarnation: string;
  readonly asOf: number;
  readonly ledger: number;
  readonly skipped: readonly { readonly office: string; readonly direction: 'out' | 'in'; readonly series: string; readonly first: number; readonly last: number }[];
}

/** What is known of what a folder lost before it was restored. */
export interface Losses {
  readonly station: string;
  /** Every time that it was restored or followed by another. */
  readonly restorations: readonly { readonly cause: string; readonly asOf: number; readonly ledger: number; readonly opened: boolean; readonly reason: string | null }[];
  /** Neighbours that were not met again since: what they hold of this station's is not known yet. */
  readonly unheard: readonly string[];
  /** Accepted here after the backup, and held by a neighbour: this folder has lost them, their recipients have not. */
  readonly dispatches: readonly {
    readonly dispatch: string; readonly office: string; readonly created: number;
    /** Neighbours that have it. */
    readonly peers: readonly string[];
    /** Recipients whose own station has it. */
    readonly arrived: readonly string[];
    /** Recipients further on: those neighbours carry it, or have carried it, to them. */
    readonly beyond: readonly string[];
  }[];
  /** Numbers of outgoing registers that were left out since: those that may have been given after the backup. */
  readonly leftOut: readonly { readonly office: string; readonly series: string; readonly first: number; readonly last: number }[];
  /** Came again and may have been handled before. */
  readonly suspected: readonly { readonly dispatch: string; readonly office: string; readonly from: string; readonly state: string }[];
}

export interface BackupHost {
  make(order: BackupOrder, watch: BackupWatch): Promise<BackupReport>;
  list(folder: string): Promise<KeptBackup[]>;
  /** Restores into a new data folder and audits it. */
  restore(order: RestoreIntoOrder, watch: BackupWatch): Promise<RestoreReport>;
  /** Restores into a passing folder, audits it, and removes it. */
  verify(order: RestoreOrder, watch: BackupWatch): Promise<RestoreReport>;
  reopen(order: ReopenOrder): Promise<ReopenReport>;
  /** Of a station at work or at rest. */
  losses(data: string): Promise<Losses>;
}
