/**
 * Whom of our own organisation we met in this run, and how much of the log each said to hold: what a sequencer that does not
 * know its own end goes by. Source: docs/protocol/directory.md §Terms.
 */
import { equal } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';

export interface Met {
  /** Entries of our log that it said to hold when it was last met. */
  readonly size: number;
  readonly incarnation: Uint8Array;
  /** Monotonic ms of the first meeting at which it said more than we held, and we no more than now; null where there was none. */
  readonly claimedAt: number | null;
}

interface Claim {
  readonly held: number;
  readonly at: number;
}

export class MetNeighbours {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #met = new Map<string, Met>();
  /** Not forgotten by a new connection, nor by another number: whoever claims without end has one hour. */
  readonly #claims = new Map<string, Claim>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** @param held entries of the log here */
  heard(peer: string, incarnation: Uint8Array, size: number, held: number): void {
    const known = this.#claims.get(peer);
    if (size > held && known?.held !== held) this.#claims.set(peer, { held, at: this.#clock.monotonicMs() });
    this.#met.set(peer, { size, incarnation, claimedAt: this.#claims.get(peer)?.at ?? null });
  }

  /** 0 for an incarnation that was not met: one that was restored has less than the one before it. */
  sizeOf(peer: string, incarnation: Uint8Array | null): number {
    const met = this.#met.get(peer);
    return met !== undefined && incarnation !== null && equal(met.incarnation, incarnation) ? met.size : 0;
  }

  all(): ReadonlyMap<string, Met> {
    return this.#met;
  }
}
