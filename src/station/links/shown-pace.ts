/**
 * How often what a neighbour shows of an organisation's log is acted upon, whatever the neighbour does: over every connection
 * together, with longer waits behind what was refused and behind what took long to judge. A refused root is not asked for
 * again. Source: docs/protocol/federation.md §Links over the border, docs/decisions/0110-a-refusal-is-told-once.md.
 */
import { hex } from '#core/bytes.ts';
import { type Clock, HOUR_MS, SECOND_MS } from '#core/clock.ts';
import { Buckets } from '#station/kernel/buckets.ts';

/** As often as an honest neighbour shows a growing directory. */
export const SHOWN_AGAIN_MS = 5 * SECOND_MS;
const WAIT_MS_MAX = HOUR_MS;
/** Judging what one neighbour shows takes at most a fifth of the time. */
const REST_PER_WORK = 4;

/** What a neighbour refused is offered again behind so much that it was sent before: as often as it is every hour by itself, and a few times a connection broke. */
const SENT_AGAIN = { most: 4, refillMs: HOUR_MS };

/** Of one neighbour and organisation. Times by the monotonic clock. */
interface Pace {
  readonly nextAt: number;
  readonly waitMs: number;
  /** The root whose log was judged and refused last. */
  readonly refused: string | null;
  readonly refusedUntil: number;
  /** The size of the own log by whose agreement it was judged. */
  readonly judgedAt: number;
}

const FRESH: Pace = { nextAt: 0, waitMs: SHOWN_AGAIN_MS, refused: null, refusedUntil: 0, judgedAt: 0 };

export class ShownPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #ownSize: () => number;
  /** As many as there are neighbours and agreements. */
  readonly #paces = new Map<string, Pace>();
  /** The largest sizes that were sent, by the same names. */
  readonly #sent = new Map<string, number>();
  readonly #sentAgain: Buckets;

  /** @param ownSize of the own log: what hung on an agreement may be right when it has grown */
  constructor(clock: Pick<Clock, 'monotonicMs'>, ownSize: () => number) {
    this.#clock = clock;
    this.#ownSize = ownSize;
    this.#sentAgain = new Buckets(clock, SENT_AGAIN);
  }

  /** @returns milliseconds until what is shown may be acted upon, 0 for now */
  waitMs(peer: string, organisation: Uint8Array, root: Uint8Array | undefined): number {
    const { nextAt, refused, refusedUntil } = this.#of(peer, organisation);
    const until = root !== undefined && hex(root) === refused ? Math.max(nextAt, refusedUntil) : nextAt;
    return Math.max(0, until - this.#clock.monotonicMs());
  }

  /** Something is acted upon now. */
  turn(peer: string, organisation: Uint8Array): void {
    const pace = this.#of(peer, organisation);
    this.#keep(peer, organisation, { ...pace, nextAt: this.#clock.monotonicMs() + pace.waitMs });
  }

  /** What was asked for was judged, in so many milliseconds, and taken. */
  taken(peer: string, organisation: Uint8Array, tookMs: number): void {
    this.#keep(peer, organisation, { ...FRESH, nextAt: this.#clock.monotonicMs() + Math.max(SHOWN_AGAIN_MS, REST_PER_WORK * tookMs) });
  }

  /** The same, and refused. */
  refused(peer: string, organisation: Uint8Array, root: Uint8Array | undefined, tookMs: number): void {
    const now = this.#clock.monotonicMs();
    const waitMs = Math.min(2 * this.#of(peer, organisation).waitMs, WAIT_MS_MAX);
    const nextAt = now + Math.max(waitMs, REST_PER_WORK * tookMs);
    const refused = root === undefined ? null : hex(root);
    this.#keep(peer, organisation, { nextAt, waitMs, refused, refusedUntil: now + WAIT_MS_MAX, judgedAt: this.#ownSize() });
  }

  /**
   * Something was sent to a neighbour that it asked for.
   * @param held what it said to hold, which may be anything
   * @returns whether it may take now what it refused
   */
  sent(peer: string, organisation: Uint8Array, size: number, held: number): boolean {
    if (size <= held) return false;
    const name = `${peer} ${hex(organisation)}`;
    if (size <= (this.#sent.get(name) ?? 0)) return this.#sentAgain.take(name) === 0;
    this.#sent.set(name, size);
    return true;
  }

  #of(peer: string, organisation: Uint8Array): Pace {
    const pace = this.#paces.get(`${peer} ${hex(organisation)}`) ?? FRESH;
    const isJudgedAnew = pace.refused !== null && pace.judgedAt !== this.#ownSize();
    return isJudgedAnew ? { ...FRESH, nextAt: Math.min(pace.nextAt, this.#clock.monotonicMs() + SHOWN_AGAIN_MS) } : pace;
  }

  #keep(peer: string, organisation: Uint8Array, pace: Pace): void {
    this.#paces.set(`${peer} ${hex(organisation)}`, pace);
  }
}
