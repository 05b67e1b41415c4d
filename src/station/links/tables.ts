/** The tables of the links, as Kysely sees them (migrations/0010-links.ts). */

import type { ItemKind } from '#wire/frames.ts';

export type OwedKind = 'custody' | 'refuse' | 'service' | 'witnessed';

export interface LinkTables {
  /** What waits for a neighbour's custody. */
  link_queue: {
    peer: string;
    kind: ItemKind;
    id: Uint8Array;
    sealing: number;
    /** PRECEDENCE_RANK: larger goes first. */
    rank: number;
    /** Order of acceptance, ascending: within a turn, and on sticks. */
    position: number;
    queued_at: number;
    /** Null until it is first offered. */
    channel: number | null;
    /** The office that sent it, by its name here; empty for what no office sent, and for what waited before this was kept. */
    origin: string;
    /** Head and parts; 0 where no office sent it. */
    bytes: number;
    /** Order among the items of a precedence, before `position`: each office takes its turn. */
    turn: number;
  };
  /** One row for each neighbour that was ever met. */
  link_state: {
    peer: string;
    /** Ours, for which the numbers towards the peer count. */
    incarnation: Uint8Array;
    last_sent: number;
    /** The highest `lastReceived` that the peer told us: if it tells less, it was restored from a copy. */
    peer_received: number;
    /** Size of our ledger that the peer last cosigned. */
    witnessed: number;
    /** The peer's, for which `received` counts; null before the first hello. */
    peer_incarnation: Uint8Array | null;
    /** No number of the peer's is missing up to and with this one. */
    received: number;
    last_met: number | null;
    /** The last number of our ended incarnation that this folder knows of; null before any ended. */
    former_sent: number | null;
    /** The last of our numbers that was given when the peer's incarnation was first met: what bears one up to it the one before may have taken. */
    sent_before: number;
  };
  /** Incarnations of neighbours that were followed by another: who comes with one is a folder that was put aside. */
  link_ended: {
    peer: string;
    incarnation: Uint8Array;
    successor: Uint8Array;
    /** The successor's signed hello, as a frame: what convinces the one that was put aside. */
    hello: Uint8Array;
    /** 1 once everything that we took from the ended one was told to its successor. */
    given_back: number;
  };
  /** Numbers received above a missing one. */
  link_received: { peer: string; channel: number };
  /** Unfinished parts: since when nothing was added. */
  link_staging: { root: string; bytes: number; since: number };
  /** What went out under which number: what a neighbour asks for when it misses one; `withdrawn`: when it was taken off this way unanswered, null where it was answered. */
  link_sent: {
    peer: string; incarnation: Uint8Array; channel: number; kind: ItemKind; id: Uint8Array; sealing: number; withdrawn: number | null;
    /** 1 where the neighbour missed the number, and it was queued anew for that. */
    anew: number;
  };
  /** One row for each neighbour to which or from which a courier went. */
  link_courier: {
    peer: string;
    /** Ours, for which `last_bundle` counts. */
    incarnation: Uint8Array;
    last_bundle: number;
    /** Entries of the directory log that the neighbour was last known to have. */
    peer_directory: number;
    /** Numbers of its bundles that it says are under way, with commas; and the number of the bundle that said so. */
    waiting: string;
    waiting_of: number;
  };
  /** Bundles that we wrote. */
  link_bundle: {
    bundle: Uint8Array; peer: string; incarnation: Uint8Array; number: number; written: number; items: number; bytes: number;
    first: number | null; last: number | null;
  };
  /** What was offered in each, until all of it is settled. */
  link_bundle_item: { bundle: Uint8Array; channel: number };
  /** Volumes that lie in the data folder to be fetched: what stands before their segments. */
  link_bundle_volume: { bundle: Uint8Array; volume: number; start: Uint8Array; bytes: number };
  /**
   * Bundles of neighbours' of which anything was read; `whole`: 1 once all volumes were. `first`, `last`: the numbers that it offered, `sent`: the
   * last that its writer had given; null where nothing was offered, and for what was met before these were kept.
   */
  link_bundle_read: {
    peer: string; incarnation: Uint8Array; number: number; bundle: Uint8Array; written: number; volumes: number; whole: number;
    first: number | null; last: number | null; sent: number | null;
  };
  /** A bundle's id is its writer's word: whose volume it was belongs to its name. `awaits`: the number of the item that goes on in another volume, until it is decided. */
  link_volume_of: { peer: string; incarnation: Uint8Array; bundle: Uint8Array; volume: number; at: number; awaits: number | null };
  /** Answers to what a courier brought, until the neighbour is known to have them; and what is missing of its numbers (`service`). */
  link_owed: {
    peer: string;
    /** The neighbour's, for which the number counts. */
    incarnation: Uint8Array;
    kind: OwedKind;
    /** What it answers; the first number that is missing; 0 for what is about none. */
    channel: number;
    frame: Uint8Array;
    /** The first bundle in which it was written; null before. */
    first_bundle: number | null;
    since: number;
    /** Of word of missing numbers: the incarnation of the neighbour's that was heard to know of it; the next one is told again. */
    heard_by: Uint8Array | null;
  };
}
