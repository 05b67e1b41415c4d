/**
 * The seam between the links, which move items, and the room that owns the items (dispatch). Links know channel numbers,
 * queues and bytes; the owner knows what an item means, whether it may be taken, and where it goes next.
 *
 * Ledger events of the link itself (queued, sent, custody-taken, custody-received, duplicate, gap, refused, incarnation)
 * are written by the links, in `enqueue` and in `also`; those of the item (accepted, arrived, expired, receipt) by its owner.
 */

import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import type { RefusalCode } from '#core/refusals.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { ItemKind } from '#wire/frames.ts';
import type { Precedence } from '#wire/names.ts';
import type { Signed } from '#wire/signature.ts';

/** An item by name: the dispatch or note id, and which sealing of it. */
export interface ItemName {
  readonly kind: ItemKind;
  readonly id: Uint8Array;
  readonly sealing: number;
}

/** An item as it was offered to a neighbour: what joins it afterwards is another matter. */
export interface OfferedCopy extends ItemName {
  /** Whom the head that was offered was for; where that is not remembered (a stick), whom it is queued for now. */
  readonly offices?: readonly string[] | undefined;
}

/** An item as a neighbour offers it, its head complete. */
export interface OfferedItem extends ItemName {
  readonly head: Uint8Array;
  /** Station code of the neighbour. */
  readonly from: string;
  /** The organisation that it comes from over a border; the owner then takes what may cross, and nothing else. */
  readonly beyond?: Uint8Array;
  /** Stations passed before this one. */
  readonly hops: number;
  /** The sender says that it may not be the first time: an incarnation of ours that ended, or another home of its office, may have had it. */
  readonly again?: boolean;
}

/** The leaf list of a part where it is known: checked against the root when it was taken, so that nobody hashes again. */
export type KnownLeaves = (part: HeaderPart) => Promise<Uint8Array | null>;

/** An offered item whose parts have come. */
export interface ReceivedItem extends OfferedItem {
  readonly leaves?: KnownLeaves;
}

export type Verdict =
  /** Everything about the head is in order; these parts belong to it (none for a note). */
  | { readonly verdict: 'take'; readonly parts: readonly HeaderPart[] }
  /** Held already: say custody again. The offer is a duplicate when it came under another channel number. */
  | { readonly verdict: 'held'; readonly receipts: readonly Signed[] }
  | { readonly verdict: 'refuse'; readonly code: RefusalCode };

/** Whose an item is: the office that sent it, by its name in the tables, and what it takes with its parts. */
export interface ItemOwner {
  readonly office: string;
  readonly bytes: number;
}

/** An item on its way out, as one neighbour is to receive it. */
export interface OutgoingItem {
  readonly head: Uint8Array;
  readonly parts: readonly HeaderPart[];
  readonly precedence: Precedence;
  readonly hops: number;
  readonly period: number;
  /** Null for what no office sent. */
  readonly owner: ItemOwner | null;
  /** Offices that its head is for, by the names in the tables; nothing is said of a note. */
  readonly offices?: readonly string[];
  /** It may not be the first time: the neighbour had custody of it, or it may have been passed on before. */
  readonly again?: boolean;
}

export interface SealedHeader {
  readonly header: Uint8Array;
  readonly sealing: Signed;
}

/** What the links ask of the owner of the items. Parts are blobs named by the hex of their root (kernel/blobs.ts). */
export interface Traffic {
  /** Checks a head before any part is wanted. Never throws for bad input. */
  examine(offered: OfferedItem): Promise<Verdict>;
  /** How many entries of its origin's directory log an offered dispatch is judged by here; null where none is known, and for a note. */
  judgedBy(offered: OfferedItem): number | null;
  /**
   * Takes the item over: signs the receipts, then commits item, receipts, events and onward queue entries together with
   * `also` (the link's own record). All parts are sealed blobs by now. Resolves when all of it is durable.
   */
  accept(received: ReceivedItem, also: (tx: Transaction) => Promise<void>): Promise<readonly Signed[]>;
  /** The item as this neighbour is to have it (stanzas pruned), the same again for what was offered; null where it is not held any more. */
  load(item: OfferedCopy, peer: string): Promise<OutgoingItem | null>;
  /**
   * There was nothing to offer of it: commits `also`, which takes it off the queue, unless something of it waits for that neighbour by now.
   */
  letGo(item: ItemName, peer: string, also: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** The neighbour has lost what it took of it: its word of that counts no more, and whoever gets it now is told that it may not be the first time. */
  lost(tx: Transaction, item: ItemName, peer: string): Promise<void>;
  /** The header of a dispatch that is held, with what its origin station signed over that sealing; null where it is not. */
  header(id: Uint8Array, sealing: number): Promise<SealedHeader | null>;
  /** The leaf list of a part of it as its owner keeps it. */
  readonly leaves: KnownLeaves;
  /** The list was worked out from the part, which is not to be done again. */
  keepLeaves(part: HeaderPart, leaves: Uint8Array): Promise<void>;
  /**
   * The neighbour has it: checks the receipts, commits what they say together with `also`. What joined it since it was offered
   * is queued anew then, and goes under a number of its own; so it does after `refused`.
   * @returns for how many offices that we had sent it for; none of a note
   * @throws Refusal `receipt-forged` where they do not verify; the item then stays queued.
   */
  delivered(item: OfferedCopy, peer: string, receipts: readonly Signed[], also: (tx: Transaction) => Promise<void>): Promise<number>;
  /**
   * What a neighbour's refusal comes to: its code, or one that may pass where the neighbour judged by less than is known here.
   * @param judgedBy entries of the origin's log, as the neighbour says; null where it does not
   */
  refusalOf(item: ItemName, peer: string, code: string, judgedBy: number | null): Promise<string>;
  /** The neighbour will not take it, for good or for now. Commits the outcome together with `also`; none where that says that the copy waits there no more. */
  refused(item: OfferedCopy, peer: string, code: string, also: (tx: Transaction) => Promise<boolean | void>): Promise<void>;
}

/** A copy in the queue towards a neighbour. */
export interface QueuedCopy extends ItemName {
  /** Larger ones were queued later. */
  readonly position: number;
}

export type Withdrawn = 'offered' | 'unoffered';

/** What the owner of the items asks of the links. */
export interface Outbox {
  /** Queues the item towards a neighbour, once; inside the transaction that makes the item durable. */
  enqueue(tx: Transaction, item: ItemName & { readonly precedence: Precedence; readonly peer: string; readonly owner: ItemOwner | null }): Promise<void>;
  /** Copies of what an office sent that wait for any neighbour, and their bytes. */
  waitingOf(db: Snapshot, office: string): Promise<{ readonly copies: number; readonly bytes: number }>;
  /** The neighbour through which a station is reached, or null where there is no route. */
  nextHop(station: string): string | null;
  /** Neighbours, past ones too, for whom anything waits. */
  peers(): Promise<string[]>;
  /** What waits for a neighbour behind a position, in the order of acceptance. */
  waitingFor(peer: string, after: number, limit: number): Promise<QueuedCopy[]>;
  /** Whether it has a number towards that neighbour, which has not answered. */
  isUnderWay(db: Snapshot, item: ItemName, peer: string): Promise<boolean>;
  /**
   * Takes a copy off a neighbour's queue, for it goes another way or none, and records that as `refused`.
   * @param evenOffered whether also one that has a number: the neighbour may have it, which is known when it is met again
   * @param code why, `no-route` where nothing else is said
   * @returns whether it had a number, so that the neighbour may have it; null where it was not taken off
   */
  withdraw(tx: Transaction, item: ItemName, peer: string, evenOffered: boolean, code?: RefusalCode): Promise<Withdrawn | null>;
}
