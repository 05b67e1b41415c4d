/**
 * What one neighbour may make us do: a measure of work that fills up again with time, kept over its connections. Who has
 * used it up waits, its most urgent first, while everybody else goes on. Units are about a check of a twin signature each,
 * or four kibibytes to be read and kept. Source: docs/protocol/frames.md §Measure, docs/decisions/0111-a-neighbour-has-a-measure.md.
 */
import type { Clock } from '#core/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Recent } from '#core/recent.ts';
import { Refusal } from '#core/refusals.ts';
import type { Measure } from '#station/kernel/buckets.ts';
import type { Release } from '#station/kernel/claims.ts';

/** A storm's day ten times over (some 300,000 units) is a fourteenth of what fills up in a day; what heaps up while a post is cut off is had at once. */
export const BUDGET: BudgetLimits = { most: 65_536, perSecond: 50 };

/**
 * Frames of one neighbour that are read and bring less than a chunk, whatever their kind: most of them bring something, but marks, each of which is
 * answered, and what is about nothing that is under way are some 20 µs of a core each for nothing. An honest one sends few: a frame of data is as
 * large as the link is fast.
 */
export const SMALL_FRAMES: BudgetLimits = { most: 16_384, perSecond: 2_048 };
/** So many bytes, a chunk, come no faster than a line has them: 1,900 a second at 1 Gbit/s. */
export const SMALL_FRAME_BYTES = 65_536;

/** Calls of one neighbour that are answered: each costs a signature and a check of one, whatever comes of it. An honest one calls again after half a second, and later each time. */
export const CALLS: Measure = { most: 256, refillMs: SECOND_MS };
/** Of these, those in which it is another than before, behind what it was, or no station at all: up to three events of the ledger and its word, for ever. */
export const CHANGES: Measure = { most: 64, refillMs: MINUTE_MS };

/** Beside the work of a frame itself. */
export const UNITS = {
  /** An event in the ledger for ever, or a line of the log: an honest neighbour causes few. */
  refused: 64,
  /** As refused, where it hangs on what is known here: mostly no fault of the neighbour's own. */
  unforeseen: 16,
  /** An event all the same, though another may have brought it. */
  duplicate: 16,
  /** An event here and one there, and what went under the numbers is looked for. */
  gap: 64,
  /** Is read from all over the ledger. */
  proof: 2,
  /** A thousand events of the ledger that are looked through for what a neighbour has lost. */
  page: 16,
  /** Of a stick: an event in the ledger and its rows, for ever. */
  volume: 64,
  /** What a neighbour has lost is loaded to see how urgent it is. */
  look: 1 / 2,
  /** Whether anything waits for an answer that a stick brings: mostly a row that is not there, and a mebibyte has 17,000 of them. */
  lookUp: 1 / 16,
  /** A node of a part's tree; a list has 65,536. */
  leaf: 1 / 160,
  /** Lies on the disk, is read and hashed. */
  chunk: 1 / 4,
} as const;
const UNIT_BYTES = 4_096;
/**
 * Of what a dispatch or an answer to ours cost that was in order: a station is there for those. The rest stays taken, so that
 * whoever has the keys to make dispatches that are in order gets a share of a core and not all of it (docs/decisions/0150).
 */
const GIVEN_BACK = 3 / 4;
/** Stands for what has no origin, all of it together. */
const NOBODY = '';
const TURNS_REMEMBERED = 1_024;

export interface BudgetLimits {
  readonly most: number;
  readonly perSecond: number;
}

interface Waiting {
  readonly units: number;
  readonly rank: number;
  readonly isOver: () => boolean;
  /** Of an offer, which may turn out to cost more; null for all else. */
  readonly origin: (() => string) | null;
  readonly turn: PromiseWithResolvers<Release>;
}

/** What an offered head costs: a note has about a receipt in each unit. */
export function unitsOf(headBytes: number): number {
  return 1 + Math.ceil(headBytes / UNIT_BYTES);
}

/**
 * What it costs to send an item anew that a neighbour says to have lost, by the how-manieth time that is: three events in the ledger. Who was
 * restored has that nearly for nothing, and again where the backup was a bad one; who says so again and again pays for the events.
 */
export function unitsAnew(times: number): number {
  return Math.min(4 ** (times - 1), 3 * UNITS.gap);
}

export interface Measured {
  take(units: number, rank: number, isOver: () => boolean, origin?: () => string): Promise<Release>;
  charge(units: number): void;
  inOrder(units: number): void;
  giveBack(units: number): void;
}

export class Budget implements Measured {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly #limits: BudgetLimits;
  #waiting: Waiting[] = [];
  /** Whose turn was when, the latest last. */
  readonly #turns = new Recent<number>(TURNS_REMEMBERED);
  #turn = 0;
  /** Offers that are looked at, and may be refused. */
  #looking = 0;
  /** Origins of which one is, though there may not be enough for that. */
  readonly #looked = new Set<string>();
  #left: number;
  #countedAt: number;
  #isWaking = false;

  constructor(clock: Pick<Clock, 'monotonicMs' | 'after'>, limits: BudgetLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#left = limits.most;
    this.#countedAt = clock.monotonicMs();
  }

  /**
   * Resolves when there is enough for it; of one rank by turns of the origins.
   * @param isOver whether nobody waits for it any more
   * @param origin of an offer: who sent it, as far as is known. Where there is not enough for all that is looked at to be refused, one of
   * each is looked at at a time, until what this resolves to is called
   * @throws Refusal `cancelled` where it is over first
   */
  take(units: number, rank: number, isOver: () => boolean, origin?: () => string): Promise<Release> {
    const turn = Promise.withResolvers<Release>();
    this.#waiting.push({ units: Math.min(units, this.#limits.most), rank, isOver, origin: origin === undefined ? null : once(origin), turn });
    this.#next();
    return turn.promise;
  }

  /** For what turned out to cost more: whoever comes next waits for it. */
  charge(units: number): void {
    this.#fill();
    this.#left -= units;
  }

  /** What was taken for something that turned out to be in order: most of it comes back. */
  inOrder(units: number): void {
    this.giveBack(units * GIVEN_BACK);
  }

  /** What was taken for something that did not come. */
  giveBack(units: number): void {
    this.#fill();
    this.#left = Math.min(this.#limits.most, this.#left + units);
    this.#next();
  }

  #fill(): void {
    const now = this.#clock.monotonicMs();
    this.#left = Math.min(this.#limits.most, this.#left + ((now - this.#countedAt) * this.#limits.perSecond) / SECOND_MS);
    this.#countedAt = now;
  }

  #next(): void {
    this.#fill();
    const over = this.#waiting.filter((one) => one.isOver());
    if (over.length > 0) this.#waiting = this.#waiting.filter((one) => !over.includes(one));
    for (const { turn } of over) turn.reject(new Refusal('cancelled'));
    for (let first = this.#first(); first !== null; first = this.#first()) {
      if (first.units > this.#left) return this.#wakeFor(first.units);
      this.#waiting.splice(this.#waiting.indexOf(first), 1);
      const release = this.#lookAt(first);
      this.#left -= first.units;
      first.turn.resolve(release);
    }
  }

  #first(): Waiting | null {
    if (this.#waiting.length === 1) return this.#mayLookAt(this.#waiting[0]!) ? this.#waiting[0]! : null;
    let best: Waiting | null = null;
    for (const one of this.#waiting) {
      if (best !== null && (one.rank < best.rank || (one.rank === best.rank && this.#turnOf(one) >= this.#turnOf(best)))) continue;
      if (this.#mayLookAt(one)) best = one;
    }
    return best;
  }

  /** Who never had one comes first. */
  #turnOf({ origin }: Waiting): number {
    return this.#turns.get(origin?.() ?? NOBODY) ?? -1;
  }

  #mayLookAt(one: Waiting): boolean {
    return one.origin === null || this.#hasEnough(one) || !this.#looked.has(one.origin());
  }

  /** Also where all that is looked at is refused. */
  #hasEnough({ units }: Waiting): boolean {
    return this.#left - units >= (this.#looking + 1) * UNITS.refused;
  }

  #lookAt(one: Waiting): Release {
    const origin = one.origin === null || this.#hasEnough(one) ? null : one.origin();
    this.#turns.keep(origin ?? NOBODY, this.#turn++);
    if (one.origin === null) return () => {};
    this.#looking += 1;
    if (origin !== null) this.#looked.add(origin);
    return once(() => {
      this.#looking -= 1;
      if (origin !== null) this.#looked.delete(origin);
      this.#next();
    });
  }

  #wakeFor(units: number): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#clock.after(Math.ceil(((units - this.#left) * SECOND_MS) / this.#limits.perSecond), () => {
      this.#isWaking = false;
      this.#next();
    });
  }
}

function once<Value>(work: () => Value): () => Value {
  let done: { readonly value: Value } | null = null;
  return () => (done ??= { value: work() }).value;
}

/** One for each neighbour, as many as the directory has had. */
export class Budgets {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly #limits: BudgetLimits;
  readonly #budgets = new Map<string, Budget>();

  constructor(clock: Pick<Clock, 'monotonicMs' | 'after'>, limits: BudgetLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  of(peer: string): Budget {
    const budget = this.#budgets.get(peer) ?? new Budget(this.#clock, this.#limits);
    this.#budgets.set(peer, budget);
    return budget;
  }
}
