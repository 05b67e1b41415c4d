/**
 * How often what a neighbour shows of an organisation's log is acted upon, whatever the neighbour does: over every connection
 * together, with longer waits behind what was refused and behind what took long to judge. A refused root is not asked for
 * again. Source: docs/protocol/federation.md §Links over the border, docs/decisions/0110-a-refusal-is-told-once.md.
 */
import { hex } from '#core/bytes.ts';
import { type Clock, HOUR_MS, SECOND_MS } from '#core/clock.ts';

/** As often as an honest neighbour shows a growing directory. */
export const SHOWN_AGAIN_MS = 5 * SECOND_MS;
const WAIT_MS_MAX = HOUR_MS;
/** Judging what one neighbour shows takes at most a fifth of the time. */
const REST_PER_WORK = 4;

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

  /** @param ownSize of the own log: what hung on an agreement may be right when it has grown */
  constructor(clock: Pick<Clock, 'monotonicMs'>, ownSize: () => number) {
    this.#clock = clock;
    this.#ownSize = ownSize;
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

  #of(peer: string, organisation: Uint8Array): Pace {
    const pace = this.#paces.get(`${peer} ${hex(organisation)}`) ?? FRESH;
    const isJudgedAnew = pace.refused !== null && pace.judgedAt !== this.#ownSize();
    return isJudgedAnew ? { ...FRESH, nextAt: Math.min(pace.nextAt, this.#clock.monotonicMs() + SHOWN_AGAIN_MS) } : pace;
  }

  #keep(peer: string, organisation: Uint8Array, pace: Pace): void {
    this.#paces.set(`${peer} ${hex(organisation)}`, pace);
  }
}
