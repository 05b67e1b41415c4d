/**
 * A courier as the receiving half of a connection sees it: what is answered is kept as owed, what is asked for is asked
 * of nobody. Source: docs/protocol/bundles.md §Owed.
 */
import type { Frame, HelloStatement } from '#wire/frames.ts';
import { countsOurs } from '../channel.ts';
import type { LinksRoom, Talk } from '../talk.ts';
import type { Patience } from './patience.ts';

export class CourierTalk implements Talk {
  readonly room: LinksRoom;
  readonly peer: string;
  readonly beyond: Uint8Array | null;
  readonly hello: HelloStatement;
  readonly isForFormer: boolean;
  closed = false;
  /** Nobody at the other end says anything, and chunks are whole. */
  readonly isCounted = false;
  readonly frameBytes = null;
  readonly #wake: (rank: number) => void;
  #fault: unknown = null;

  constructor(room: LinksRoom, { peer, beyond, hello }: Pick<Talk, 'peer' | 'beyond' | 'hello'>, patience: Patience, wake: (rank: number) => void) {
    this.room = { ...room, budgets: { of: () => patience } };
    this.peer = peer;
    this.beyond = beyond;
    this.hello = hello;
    this.isForFormer = (room.lineage ?? null) !== null && !countsOurs(room.incarnation(), hello);
    this.#wake = wake;
  }

  /** What went wrong beside the stream of frames, once. */
  demandSound(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  /** An answer is durable before anything counts on it; word of missing numbers is owed since their hole was closed. */
  async send(message: Frame): Promise<void> {
    const creditor = { peer: this.peer, incarnation: this.hello.incarnation };
    switch (message.kind) {
      case 'custody': case 'refuse': return this.room.owed.put(creditor, message);
      case 'witnessed':
        if (message.cosignature.length > 0) await this.room.owed.put(creditor, message);
    }
  }

  fail(word: string, error: unknown): void {
    this.#fault ??= error ?? new Error(word);
  }

  wake(rank: number): void {
    this.#wake(rank);
  }

  expect(): () => void {
    return () => {};
  }

  retryLater(): void {}
  worked(): void {}
}
