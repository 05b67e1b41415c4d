/**
 * A courier as the receiving half of a connection sees it: what is answered is kept as owed, what is asked for is asked
 * of nobody. Source: docs/protocol/bundles.md §Owed.
 */
import type { Frame, HelloStatement } from '#wire/frames.ts';
import type { LinksRoom, Talk } from '../talk.ts';
import type { Patience } from './patience.ts';

/** `taken`: now; `held`: before; `refused`: never will be. */
export type Outcome = 'taken' | 'held' | 'refused';

export class CourierTalk implements Talk {
  readonly room: LinksRoom;
  readonly peer: string;
  readonly beyond: Uint8Array | null;
  readonly hello: HelloStatement;
  closed = false;
  /** Nobody at the other end says anything, and chunks are whole. */
  readonly isCounted = false;
  readonly frameBytes = null;
  /** By channel number, of what was answered since. */
  readonly outcomes = new Map<number, Outcome>();
  /** Why items were not taken now, by channel number. */
  readonly notTaken = new Map<number, string>();
  readonly #wake: (rank: number) => void;
  /** Numbers whose custody was taken through this talk. */
  readonly #taken = new Set<number>();
  #fault: unknown = null;

  constructor(room: LinksRoom, { peer, beyond, hello }: Pick<Talk, 'peer' | 'beyond' | 'hello'>, patience: Patience, wake: (rank: number) => void) {
    this.room = {
      ...room,
      budgets: { of: () => patience },
      record: (tx, kind, subject, fields) => {
        if (kind === 'custody-taken' && fields.channel !== undefined) this.#taken.add(fields.channel);
        return room.record(tx, kind, subject, fields);
      },
      say: (word, detail) => {
        if (word === 'item-not-taken') this.notTaken.set(Number(detail['channel']), String(detail['code']));
        room.say(word, detail);
      },
    };
    this.peer = peer;
    this.beyond = beyond;
    this.hello = hello;
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
      case 'custody': case 'refuse':
        await this.room.owed.put(creditor, message);
        this.outcomes.set(message.channel, message.kind === 'refuse' ? 'refused' : this.#taken.has(message.channel) ? 'taken' : 'held');
        return;
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
