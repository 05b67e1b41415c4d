/** What `tram audit` says of a station's folder. */

/** A kind of statement that the folder makes, and how many of them were derived again. */
export interface AuditClaim {
  readonly claim: string;
  readonly checked: number;
  readonly failed: number;
}

export interface AuditFault {
  /** File, table and index: `blobs/3f/3fa1…:chunk 12`, `ledger_entry:104`. */
  readonly place: string;
  readonly what: string;
}

export interface AuditReport {
  readonly ok: boolean;
  readonly station: string | null;
  readonly claims: readonly AuditClaim[];
  readonly faults: readonly AuditFault[];
  /** What is no fault and worth knowing, such as the staging file of a transfer that stopped. */
  readonly remarks?: readonly AuditFault[];
}
