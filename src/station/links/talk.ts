/** One live connection as its two halves (outgoing.ts, incoming.ts) see it, and what its neighbour may make us do. */
import type { RefusalCode } from '#core/refusals.ts';
import type { Claims } from '#station/kernel/claims.ts';
import type { Frame, HelloStatement } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import type { Measured } from './budget.ts';
import type { Channels } from './channel.ts';
import type { BegunChunk } from './chunk-assembly.ts';
import type { Crowded } from './crowded.ts';
import type { LinksDeps } from './deps.ts';
import type { LeafList } from './leaf-list.ts';
import type { OutgoingLists } from './outgoing-lists.ts';
import type { Urgency } from './outlet.ts';
import type { Owed } from './owed.ts';
import type { Queue } from './queue.ts';
import type { RecordEvent } from './record.ts';
import type { Retries } from './retries.ts';
import type { Shares } from './shares.ts';
import type { ShownPace } from './shown-pace.ts';
import type { Staging } from './staging.ts';

/** What all connections of a station share. */
export interface LinksRoom extends LinksDeps {
  readonly queue: Queue;
  readonly channels: Channels;
  readonly owed: Owed;
  readonly record: RecordEvent;
  readonly claims: Claims;
  /** Neighbours that said they have no room. */
  readonly crowded: Crowded;
  readonly staging: Staging;
  /** Lists of leaves of parts that are to be sent. */
  readonly outgoingLists: OutgoingLists;
  /** Of parts that came lately: checked by root, and what came of those that are not whole, by neighbour and root. */
  readonly incomingLists: Shares<LeafList>;
  /** Bytes of parts that are staged and checked, by root in hex: what a connection leaves to the next. */
  readonly checked: Shares<number>;
  /** What each neighbour may make us do. */
  readonly budgets: { of(peer: string): Measured };
  /** How many small frames of each neighbour are read. */
  readonly smallFrames: { of(peer: string): Measured };
  /** Of a chunk or head that had not come whole when its connection ended, what had: in memory, for it is unchecked. */
  readonly begun: Shares<BegunChunk>;
  /** When what could not be moved is tried again. */
  readonly retries: Retries;
  /** How often what neighbours show of peers is acted upon. */
  readonly pace: ShownPace;
  readonly say: NonNullable<LinksDeps['remark']>;
}

export interface Talk {
  readonly room: LinksRoom;
  readonly peer: string;
  /** The other organisation where this connection crosses a border; null within the own. */
  readonly beyond: Uint8Array | null;
  /** What the peer said of itself. */
  readonly hello: HelloStatement;
  /** The other end offers what it offers to an incarnation of ours that has ended, which may have taken it: a stick that was written before. */
  readonly isForFormer: boolean;
  readonly closed: boolean;
  /** Whether the other end says what has come, and takes pieces of chunks. */
  readonly isCounted: boolean;
  /** Bytes of data that one frame may have now; null where chunks go whole. */
  readonly frameBytes: number | null;
  /** Resolves when there is room for another frame. @param urgency the rank of the item that it is about; else by its kind */
  send(frame: Frame, urgency?: Urgency): Promise<void>;
  /** Nothing of a lower rank goes, while data of this one follows block by block. @returns what ends that */
  expect(rank: number): () => void;
  /** Ends the connection for a reason that goes into the log. */
  fail(word: string, error: unknown): void;
  /** An item could not be moved now: a new connection tries again, later each time, but soon for what is urgent. @param rank of the item @param missing bytes to be freed before it has room, where a disk was full */
  retryLater(code: RefusalCode, rank?: number, missing?: number | null): void;
  /** Something of this rank waits in the queue, and of lower ones there may be. */
  wake(rank: number): void;
  /** Work was done: an idle link compares its numbers soon. */
  worked(): void;
}

/**
 * Resolves when the neighbour's measure has so much for it.
 * @param rank of the item that it is for; what is about none goes first
 * @throws Refusal `cancelled` where the connection ends before; `too-many-attempts` where a stick is read
 */
export async function afford(talk: Pick<Talk, 'room' | 'peer' | 'closed'>, units: number, rank: number = PRECEDENCE_RANK.flash): Promise<void> {
  await talk.room.budgets.of(talk.peer).take(units, rank, () => talk.closed);
}
