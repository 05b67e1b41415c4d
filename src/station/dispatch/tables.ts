/** The dispatch room's tables, as Kysely sees them (migrations/0004-dispatch.ts). Offices and stations by name (model/foreign-names.ts). */

import type { Precedence, Relation } from '#wire/names.ts';
import type { ReceiptKind } from '#wire/receipt.ts';

export type DraftStep = 'saved' | 'approved' | 'signed' | 'returned' | 'numbered' | 'sent' | 'discarded';
export type Direction = 'out' | 'in';

export interface DispatchTables {
  /** A sealed part: a blob named by `root` once complete, a staging file before. */
  part: {
    root: string;
    /** Office that uploads; null where it came over a link. */
    office: string | null;
    chunks: number;
    size: number;
    /** Sealed bytes durable and verified. */
    held: number;
    complete: number;
    declared: number;
    /** Concatenated leaf hashes; null where there is one chunk, or nobody has asked yet. */
    leaves: Uint8Array | null;
  };
  part_use: { root: string; holder: 'draft' | 'dispatch'; holder_id: Uint8Array };
  draft: {
    id: Uint8Array;
    office: string;
    step: DraftStep;
    version: number;
    changed: number;
    /** Person who saved the core last: may neither approve nor sign it. */
    author: string;
    sealed: Uint8Array | null;
    dispatch: Uint8Array | null;
  };
  number_counter: { office: string; direction: Direction; series: string; last: number };
  number_issued: {
    office: string;
    direction: Direction;
    series: string;
    number: number;
    state: 'issued' | 'used' | 'void';
    draft: Uint8Array | null;
    dispatch: Uint8Array | null;
    time: number;
  };
  /** Header, sealing and body of what this station holds, as origin, relay or recipient. */
  dispatch: {
    id: Uint8Array;
    sealing: number;
    header: Uint8Array;
    /** Encoded Signed over the sealing statement. */
    seal: Uint8Array;
    body: Uint8Array;
    /** Head and parts together. */
    size: number;
    taken: number;
    /** Encoded Resealed; null for the first sealing. */
    resealed: Uint8Array | null;
    /** What a service message speaks of; null for everything else. */
    about: Uint8Array | null;
    /** The office that says it, as it is called here, and what it says. */
    about_by: string | null;
    about_as: Relation | null;
  };
  /** Stanzas held, each with where it came from and the neighbour to which it was queued. */
  dispatch_stanza: {
    id: Uint8Array;
    sealing: number;
    position: number;
    office: string;
    period: number;
    stanza: Uint8Array;
    /** Concatenated digests. */
    path: Uint8Array;
    /** Hops as counted where the next station gets it. */
    hops: number;
    previous: string | null;
    next: string | null;
    /** Why that neighbour would not take it; `no-route` also where there is no neighbour now. */
    refusal: string | null;
    /** 1 where it may not be the first time: whoever brought it said so, or a neighbour that has ended was offered it, or one has lost it. */
    again: number;
    /** 1 where it had gone on from here, was given back or lost there, and has not gone on again: no neighbour's earlier word of it counts. */
    back: number;
  };
  /** What was accepted here. */
  outgoing: {
    id: Uint8Array;
    office: string;
    series: string;
    number: number;
    accepted: number;
    ledger: number;
    /** SHA-256 of the submission, so that a replay is known. */
    submission: Uint8Array;
    expires: number | null;
    /** How often, and when last, stations on its way were asked after it; `ask_next`: when it is looked at again, null for never. */
    asked: number;
    asked_at: number | null;
    ask_next: number | null;
  };
  outgoing_recipient: {
    id: Uint8Array;
    office: string;
    /** unreadable: it arrived, and its office says that it cannot open it; null again once it is sealed anew. */
    outcome: 'arrived' | 'expired' | 'unreadable' | null;
    /** Why the neighbour would not take it. */
    refusal: string | null;
  };
  /** What came for an office of this station: once for each dispatch and office. */
  delivery: {
    id: Uint8Array;
    office: string;
    sealing: number;
    state: 'arrived' | 'opened' | 'handed-over' | 'acted' | 'expired' | 'unreadable';
    time: number;
    ledger: number;
    /** 1 where nobody can tell whether it was handled before: nghi trùng (docs/decisions/0151). */
    suspected: number;
  };
  /** Stanzas of what arrived, sealed again to a storage key of the office, and the device that did it. */
  arrival_stanza: { id: Uint8Array; office: string; sealing: number; stanza: Uint8Array; device: string; time: number };
  receipt: {
    dispatch: Uint8Array;
    kind: ReceiptKind;
    sealing: number;
    office: string;
    station: string;
    time: number;
    bytes: Uint8Array;
    /** Station to which it still has to be sent; null where that is done or it is home. */
    homeward: string | null;
    precedence: Precedence;
    /** Encoded SealedDetail: what the office that says it keeps for itself, of handed-over and acted. It goes nowhere. */
    own: Uint8Array | null;
    /** How often another station's later custody took the place of an earlier one. */
    again: number;
  };
  /** Receipts of what was accepted here, by signers whom the directory that judges them does not know yet; digest: SHA-256 of the bytes. */
  early_receipt: { dispatch: Uint8Array; digest: Uint8Array; office: string; bytes: Uint8Array; peer: string };
  /** Notes held (bytes) or passed on (null), so that a second copy is known. */
  note: {
    id: Uint8Array; bytes: Uint8Array | null; precedence: Precedence; hops: number;
    /** When it came here, or was made here, first and last. */
    taken: number; since: number;
    /** The neighbour that it goes to from here; null where it is for this station. */
    next: string | null;
    /** Why nobody took it; where that does not pass, it was let go of. */
    refusal: string | null;
  };
}
