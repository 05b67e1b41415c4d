/** The ledger's tables, as Kysely sees them (migrations/0001-kernel.ts). */

export interface LedgerTables {
  ledger_entry: {
    entry_index: number;
    time: number;
    kind: string;
    subject: Uint8Array | null;
    bytes: Uint8Array;
  };
  /** Roots of complete subtrees: `position` counts the subtrees of 2^level entries. */
  ledger_node: { level: number; position: number; hash: Uint8Array };
  sealed_field: { entry_index: number; name: string; salt: Uint8Array; value: Uint8Array };
  /** Checkpoints of this ledger and the last ones seen of others. */
  checkpoint: { origin: string; size: number; root: Uint8Array; time: number; note: Uint8Array };
  cosignature: { origin: string; size: number; name: string; key_id: Uint8Array; signature: Uint8Array };
}
