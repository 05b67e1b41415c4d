/** What the dispatch room is given, narrowed to what it uses. */

import type { Clock, Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Peers } from '#model/directories.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import type { Blobs } from '#station/kernel/blobs.ts';
import type { Claims } from '#station/kernel/claims.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Store, Tables } from '#station/kernel/store.ts';
import type { TwinSigner, VerifiedRoots } from '#wire/sign.ts';
import type { Outbox } from '../links/index.ts';
import type { BatchSigner } from './batch-signer.ts';
import type { DispatchTables } from './tables.ts';

export interface WaitingCopy {
  readonly peer: string;
  readonly since: number;
  readonly state: 'waiting' | 'offered' | 'sending' | 'no-room';
  readonly sent: number;
  /** The stick on which it lies too. */
  readonly bundle?: { readonly number: number; readonly written: Instant; readonly state: 'under-way' | 'missing' };
}

export interface DispatchDeps {
  readonly store: Store;
  readonly blobs: Blobs;
  /** The links hold theirs of every part that they bring. */
  readonly claims: Pick<Claims, 'claimNow'>;
  readonly ledger: Pick<Ledger, 'append' | 'appendAll' | 'entriesAbout' | 'sealedField'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly provider: CryptoProvider;
  /** The directory as it is now. */
  readonly view: () => DirectoryView;
  /** What other organisations show of theirs, as it is now. */
  readonly peers: () => Peers;
  /** Whether a peer may see more of our directory than so many entries of its log. */
  readonly showsMore: (agreement: AgreementRecord, size: number) => Promise<boolean>;
  /** Code of this station, and its keys. */
  readonly station: string;
  readonly signer: TwinSigner;
  /** Incarnation of the data folder, 16 bytes. */
  readonly incarnation: () => Uint8Array;
  /** When this folder was opened to go on after another that it is a copy of: that one may have accepted what this does not know. */
  readonly restored?: Instant | null | undefined;
  readonly outbox: Outbox;
  /** Bytes that may still be written to the disk. */
  readonly freeBytes: () => number;
  /** Takes in directory entries that a note of that neighbour brought; the people room judges them. @throws Refusal */
  readonly propose: (entries: readonly Uint8Array[], neighbour: string) => Promise<unknown>;
  /** Takes in requests of new devices that a note of that neighbour brought, from the station that it says; the people room judges them. @throws Refusal */
  readonly takeRequests: (requests: readonly Uint8Array[], neighbour: string, origin: string) => Promise<unknown>;
  /** Where copies of a dispatch wait, as the links know it. */
  readonly waiting?: (dispatch: Uint8Array) => Promise<readonly WaitingCopy[]>;
  /** The end of this turn of the event loop: what is signed by then shares a signature. */
  readonly gather?: () => Promise<void>;
  /** Told of faults in work that nobody waits for. */
  readonly onFault?: (error: unknown) => void;
  readonly limits?: Partial<DispatchLimits>;
}

export interface DispatchLimits {
  /** Kept free on the disk by new parts. */
  readonly reserveBytes: number;
  /** Kept free by new dispatches and notes, so that the ledger can always say what happened; at most `reserveBytes`. */
  readonly floorBytes: number;
  /** Sealed bytes that one office may have uploaded without sending them. */
  readonly uploadBytes: number;
  /** Copies of what one office sent that may wait to leave this station, and their bytes. */
  readonly officeCopiesMax: number;
  readonly officeBytesMax: number;
  /** How long receipts for home wait for others: a note costs both ends two commits and a number. */
  readonly gatherReceiptsMs: number;
  /** How long an upload is kept with which nobody goes on. */
  readonly stagingDays: number;
}

const MiB = 2 ** 20;
export const DEFAULT_LIMITS: DispatchLimits = {
  reserveBytes: 64 * MiB, floorBytes: 16 * MiB, uploadBytes: 16 * 1_024 * MiB, officeCopiesMax: 20_000, officeBytesMax: 64 * 1_024 * MiB, gatherReceiptsMs: 200, stagingDays: 14,
};

/** The deps with what the room makes of them once. */
export interface Room extends Omit<DispatchDeps, 'limits'> {
  readonly tables: Tables<DispatchTables>;
  readonly signing: BatchSigner;
  readonly verified: VerifiedRoots;
  readonly limits: DispatchLimits;
}
