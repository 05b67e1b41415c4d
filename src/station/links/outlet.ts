/**
 * The way out of a connection: frames wait here by urgency, not in buffers that nothing can overtake, and go when there is
 * room under way. Source: docs/protocol/frames.md §Pace, §Order.
 */
import type { Clock } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { dataFramePieces, frame, type Frame } from '#wire/frames.ts';
import type { Carrier } from './carrier.ts';
import { Pace } from './pace.ts';

/** 1 to 4 are the ranks of precedences. */
export type Urgency = number;
/** Does not wait: it is small, or nothing is more urgent. */
export const AT_ONCE: Urgency = 5;

/** Of what carries no item's rank. The directory goes with what is immediate: a key that must not be used is told by it. */
const URGENCY: Partial<Record<Frame['kind'], Urgency>> = { directory: 3, disclosed: 2, check: 1, witnessed: 1, returned: 1 };

interface Waiting {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  readonly urgency: Urgency;
  /** About an item: goes only where nothing of a higher rank is about to. */
  readonly isRanked: boolean;
  readonly gone: PromiseWithResolvers<void>;
}

export class Outlet {
  readonly #carrier: Carrier;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** Null where the other end does not say what has come: then only the carrier's own back-pressure bounds what is under way. */
  readonly #pace: Pace | null;
  readonly #waiting: Waiting[] = [];
  /** Ranks of which the next block is being read. */
  readonly #coming: Urgency[] = [];
  #room: PromiseWithResolvers<void> | null = null;
  #pumping = false;
  #closed = false;
  /** Nothing but a hello before the other end has shown who it is. */
  #isLive = false;

  constructor(carrier: Carrier, clock: Pick<Clock, 'monotonicMs'>) {
    this.#carrier = carrier;
    this.#clock = clock;
    this.#pace = carrier.isCounted === true ? new Pace() : null;
  }

  get isCounted(): boolean {
    return this.#pace !== null;
  }

  /** Bytes of data that one frame may have now; null where chunks go whole. */
  get frameBytes(): number | null {
    return this.#pace?.frameBytes ?? null;
  }

  /** The first mark goes before anything large: its way there and back is the link's own. */
  live(): void {
    this.#isLive = true;
    if (this.#pace !== null) void this.#mark(this.#pace);
  }

  /** Resolves when the frame has gone to the carrier, or never will: a closed connection drops it quietly. */
  async send(message: Frame, rank?: Urgency): Promise<void> {
    if (this.#closed) return;
    const pieces = message.kind === 'data' ? dataFramePieces(message) : [frame.encode(message)];
    const urgency = rank ?? URGENCY[message.kind] ?? AT_ONCE;
    if (urgency === AT_ONCE) return this.#hand(pieces);
    const gone = Promise.withResolvers<void>();
    this.#waiting.push({ pieces, bytes: sizeOf(pieces), urgency, isRanked: rank !== undefined, gone });
    void this.#pump();
    await gone.promise;
  }

  /**
   * Data of this rank comes, block by block: between two of its blocks, while the next is read, nothing of a lower rank goes.
   * @returns what ends that
   */
  expect(rank: Urgency): () => void {
    this.#coming.push(rank);
    return () => {
      this.#coming.splice(this.#coming.indexOf(rank), 1);
      void this.#pump();
    };
  }

  /** On a narrow link whose other end answers marks, asks whether it is there: a few bytes, where a check has thousands. @returns false on any other */
  ping(): boolean {
    if (this.#pace?.isNarrow !== true) return false;
    void this.#mark(this.#pace);
    return true;
  }

  /** What was under way up to a mark has come. @throws DecodeError */
  reached(number: number): void {
    if (this.#pace === null) throw new DecodeError('reached', 0, 'on a carrier that is not counted');
    this.#pace.reached(number, this.#clock.monotonicMs());
    this.#room?.resolve();
    this.#room = null;
  }

  close(): void {
    this.#closed = true;
    this.#room?.resolve();
    this.#room = null;
    for (const { gone } of this.#waiting.splice(0)) gone.resolve();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let next = this.#next(); next !== null; next = this.#next()) {
        if (!this.#hasRoom(next)) await this.#awaitRoom();
        else await this.#go(next);
      }
    } finally {
      this.#pumping = false;
    }
  }

  async #go(next: Waiting): Promise<void> {
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    try {
      await this.#hand(next.pieces);
      next.gone.resolve();
    } catch (error) {
      next.gone.reject(error);
    }
  }

  /** The most urgent, and of those the one that has waited longest. */
  #next(): Waiting | null {
    const coming = Math.max(0, ...this.#coming);
    let best: Waiting | null = null;
    for (const one of this.#waiting) {
      if ((best === null || one.urgency > best.urgency) && !(one.isRanked && one.urgency < coming)) best = one;
    }
    return best;
  }

  #hasRoom({ bytes }: Waiting): boolean {
    return this.#pace === null || this.#pace.hasRoom(bytes);
  }

  async #awaitRoom(): Promise<void> {
    this.#room ??= Promise.withResolvers<void>();
    const { promise } = this.#room;
    if (this.#pace?.isMarkDue(true) === true) void this.#mark(this.#pace);
    await promise;
  }

  async #hand(pieces: readonly Uint8Array[]): Promise<void> {
    const pace = this.#pace;
    pace?.sent(sizeOf(pieces), this.#clock.monotonicMs());
    const taken = this.#carrier.send(...pieces);
    if (pace !== null && this.#isLive && pace.isMarkDue(false)) void this.#mark(pace);
    await taken;
  }

  async #mark(pace: Pace): Promise<void> {
    const now = this.#clock.monotonicMs();
    const sent = pace.marked(now);
    await this.#carrier.send(frame.encode({ kind: 'mark', sent }));
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
