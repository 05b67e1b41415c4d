/** What is counted while a station works, from its start on: rounds of commits, refusals that were answered. */
import type { Clock } from '#core/clock.ts';
import type { RefusalCode } from '#core/refusals.ts';
import { type Family, Histogram, labelled } from './exposition.ts';

const ROUND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const ROUND_WORKS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export class Meters {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #seconds = new Histogram(ROUND_SECONDS);
  readonly #works = new Histogram(ROUND_WORKS);
  readonly #refusals = new Map<RefusalCode, number>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Watches one round of commits: for StoreOptions. */
  readonly watch = async (works: number, round: () => Promise<void>): Promise<void> => {
    const beganMs = this.#clock.monotonicMs();
    await round();
    this.#seconds.observe((this.#clock.monotonicMs() - beganMs) / 1_000);
    this.#works.observe(works);
  };

  /** A client was told no. */
  readonly refused = (code: RefusalCode): void => {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  };

  families(): Family[] {
    return [
      this.#seconds.family('tram_commit_round_seconds', 'How long a round of commits took until it was durable.'),
      this.#works.family('tram_commit_round_works', 'Pieces of work that shared a round of commits.'),
      labelled('counter', 'tram_refusals_total', 'Refusals that clients were answered, by code.', 'code', this.#refusals),
    ];
  }
}
