/** The incarnations' tables, as Kysely sees them (migrations/0060-restoration.ts). */

/** `restored`: from a backup; `behind`: neighbours have seen more of us; `superseded`: another folder goes on in our name. */
export type Cause = 'restored' | 'behind' | 'superseded';

export interface IncarnationTables {
  /** Each time that this folder was found not to know its own end. Numbers from 1. */
  restoration: {
    number: number;
    cause: Cause;
    /** The incarnation that must not go on. */
    former: Uint8Array;
    /** What this folder knows of its ledger. */
    ledger_size: number;
    root: Uint8Array;
    /** Up to when it knows what happened: the time of the backup. */
    as_of: number;
    /** Ledger index of the event that opened the next incarnation; null while nothing is numbered. */
    opened: number | null;
    incarnation: Uint8Array | null;
    /** Why the folder came to be restored: one of REASONS. */
    reason: string | null;
    /** When the first directory entry was given its index in that incarnation. */
    led: number | null;
    /** Entries of the directory's log that a neighbour said to hold before that, at most; null where none said more than is held. */
    claimed: number | null;
  };
  /** Dispatches that the ended incarnation accepted and a neighbour holds; this folder has lost them. */
  returned_dispatch: { id: Uint8Array; peer: string; channel: number; office: string; created: number; header: Uint8Array };
}
