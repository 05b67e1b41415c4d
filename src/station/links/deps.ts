/** What the links room is given, narrowed to what it uses. */

import type { Clock, Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Peers } from '#model/directories.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import type { Blobs } from '#station/kernel/blobs.ts';
import type { Claims } from '#station/kernel/claims.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Store } from '#station/kernel/store.ts';
import type { LogPoint } from '#wire/names.ts';
import type { TwinSigner } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import type { BudgetLimits } from './budget.ts';
import type { Network } from './carrier.ts';
import type { Traffic } from './traffic.ts';
import type { Witness } from './witness.ts';

/** A run of directory entries with the checkpoint that covers the log after the last of them. */
export interface DirectoryRun {
  readonly from: number;
  readonly entries: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: Uint8Array;
}

/** What the people room gives the links: the log that rides them. */
export interface DirectoryExchange {
  /** The directory as it is now. */
  view(): DirectoryView;
  /** What other organisations show. */
  peers(): Peers;
  /** All entries from an index on, and the newest checkpoint. */
  entriesFrom(from: number): Promise<DirectoryRun>;
  /** Verifies and takes in what a neighbour sent. @throws Refusal `directory-…`; DecodeError */
  receive(run: DirectoryRun): Promise<void>;
  /** Calls back after each growth, of what others show too; the returned function ends it. */
  onGrown(listener: () => void): () => void;
}

/** What the people room knows of other organisations' directories, and shows them of ours. */
export interface PeerExchange {
  held(): readonly { readonly organisation: Uint8Array; readonly point: LogPoint; readonly bytes: Uint8Array }[];
  /** What the peer may see of the own directory, growing from a size. */
  disclose(agreement: AgreementRecord, from: number): Promise<Uint8Array>;
  /** Whether the peer may see an entry beyond that size. */
  showsMore(agreement: AgreementRecord, size: number): Promise<boolean>;
  /** Verifies and takes in what the peer shows, or what somebody of ours hands on. @throws Refusal; DecodeError */
  takeDisclosure(organisation: Uint8Array, bytes: Uint8Array): Promise<unknown>;
  takeShown(organisation: Uint8Array, bytes: Uint8Array): Promise<unknown>;
  /**
   * A neighbour showed what does not follow from what is held: an operator sees it until `confirm`, or until the log grows from there.
   * @returns whether it was not told before
   */
  refuse(organisation: Uint8Array, code: string, by: { readonly peer: string; readonly size: number; readonly root?: Uint8Array | undefined }): Promise<boolean>;
  /** The peer itself shows the very log that is held. */
  confirm(organisation: Uint8Array): Promise<void>;
  refusal(organisation: Uint8Array): { readonly code: string; readonly at: Instant } | null;
}

/** A dispatch of ours that a neighbour took under a number of the ended incarnation. */
interface ReturnedItem {
  readonly channel: number;
  readonly header: Uint8Array;
  /** Our own station's over it, as the neighbour took it; null where it did not say. */
  readonly sealing: Signed | null;
}

/** What a folder that was restored knows of incarnations before its own: not of those that were opened from the same copy. */
export interface Lineage {
  /** All that it follows, from the first on. */
  readonly formers: readonly Uint8Array[];
  /** The last of them. */
  readonly former: Uint8Array;
  /** When an operator opened its own. */
  readonly opened: Instant;
}

/** Words without content: what the log may say about a link. */
type Remark = (word: string, detail: Readonly<Record<string, string | number>>) => void;

export interface LinksDeps {
  readonly station: string;
  /** Incarnation of the data folder, 16 bytes. */
  readonly incarnation: () => Uint8Array;
  /** Which incarnations this folder's follows, where it was restored. */
  readonly lineage?: Lineage | null | undefined;
  /** A neighbour proved that another folder goes on in our name. */
  readonly superseded?: ((peer: string, successor: Uint8Array) => Promise<void>) | undefined;
  /** A neighbour of our organisation was met: entries of the log that it says to hold, and how many are held here. */
  readonly heard?: ((size: number, held: number) => void) | undefined;
  /** A neighbour told of dispatches that our ended incarnation sent. @returns how many were not believed */
  readonly givenBack?: ((peer: string, items: readonly ReturnedItem[]) => Promise<number>) | undefined;
  readonly store: Store;
  readonly blobs: Blobs;
  /** Shared with whoever else drops parts. */
  readonly claims: Claims;
  readonly ledger: Pick<Ledger, 'append' | 'head' | 'entries' | 'entriesAbout'>;
  readonly witness: Witness;
  readonly provider: CryptoProvider;
  readonly signer: TwinSigner;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly directory: DirectoryExchange;
  /** Absent where nothing is shown to anybody. */
  readonly peerExchange?: PeerExchange | undefined;
  /** A neighbour has been sent more of a directory, which it asked for: what it refused may be offered again, behind it. */
  readonly showed?: ((peer: string) => void) | undefined;
  /** The owner of the items; asked for late, because it is made after its outbox. */
  readonly traffic: () => Traffic;
  readonly network: Network;
  /** Next hops and addresses that the operator chose against the directory's. */
  readonly nextHops?: Readonly<Record<string, string>> | undefined;
  readonly addresses?: Readonly<Record<string, string>> | undefined;
  /** Where neighbours answer too, each tried when the one before it does not answer. */
  readonly furtherAddresses?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly remark?: Remark | undefined;
  /** Bytes of unfinished parts that a neighbour may leave with us, and for how long. */
  readonly stagedBytesMax?: number | undefined;
  readonly stagingDays?: number | undefined;
  /** What each neighbour may make us do; by default BUDGET. */
  readonly budget?: BudgetLimits | undefined;
  /** Before volumes for a courier are written. @throws Refusal `disk-full` */
  readonly demandRoom?: ((bytes: number) => void) | undefined;
  /** Of the disk: when what found no room on it may come again. Absent where nobody knows. */
  readonly freeBytes?: (() => number) | undefined;
}
