/**
 * What a stick makes a station do has the neighbour's measure, as what comes over a connection has: a reading waits a while for it,
 * over all that is in its volume, and what cannot be had by then is not looked at. Nothing of it is lost: the volume is not read,
 * and is read again. Source: docs/protocol/bundles.md §Reading, docs/decisions/0144-a-stick-has-its-neighbours-measure.md.
 */
import { MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Release } from '#station/kernel/claims.ts';
import type { Measured } from '../budget.ts';
import type { LinksRoom } from '../talk.ts';

/** Somebody stands there and waits, and others wait for the place. */
const WAIT_MS_MAX = 30 * SECOND_MS;

/** The measure of a neighbour for the reading of one volume. */
export class Patience implements Measured {
  readonly #clock: LinksRoom['clock'];
  readonly #budget: Measured;
  #leftMs = WAIT_MS_MAX;
  /** Waits at the moment, and since when there has been one: what waits side by side waits once. */
  #waiting = 0;
  #since = 0;

  constructor({ clock, budgets }: Pick<LinksRoom, 'clock' | 'budgets'>, peer: string) {
    this.#clock = clock;
    this.#budget = budgets.of(peer);
  }

  /** @throws Refusal `too-many-attempts` where it cannot be had in what is left of the time, and from then on at once; `cancelled` */
  async take(units: number, rank: number, isOver: () => boolean, origin?: () => string): Promise<Release> {
    if (this.#left() <= 0) throw tooMuchNow();
    if (this.#waiting++ === 0) this.#since = this.#clock.monotonicMs();
    const late = Promise.withResolvers<never>();
    const cancel = this.#clock.after(this.#left(), () => {
      this.#leftMs = 0;
      late.reject(tooMuchNow());
    });
    const turn = this.#budget.take(units, rank, () => this.#left() <= 0 || isOver(), origin);
    // Cancelled when its turn would have come.
    turn.catch(() => {});
    try {
      return await Promise.race([turn, late.promise]);
    } finally {
      cancel();
      if (--this.#waiting === 0) this.#leftMs -= this.#clock.monotonicMs() - this.#since;
    }
  }

  #left(): number {
    return this.#waiting === 0 ? this.#leftMs : this.#leftMs - (this.#clock.monotonicMs() - this.#since);
  }

  charge(units: number): void {
    this.#budget.charge(units);
  }

  inOrder(units: number): void {
    this.#budget.inOrder(units);
  }

  giveBack(units: number): void {
    this.#budget.giveBack(units);
  }
}

/** To whoever stands there with the stick: it may be read again then. */
function tooMuchNow(): Refusal {
  return new Refusal('too-many-attempts', { seconds: MINUTE_MS / SECOND_MS });
}
