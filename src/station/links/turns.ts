/**
 * Whose data goes next among what waits at one rank: heads in the order of the offers, then parts by turns of a chunk, so
 * that a file of a gibibyte does not hold back for hours what was accepted after it.
 * Source: docs/protocol/frames.md §Order; docs/decisions/0101-parts-take-turns.md.
 */
import { LIMITS } from '#wire/limits.ts';

/** A part of up to so many bytes goes whole in its turn. */
const TURN_BYTES = LIMITS.chunkSealedBytes;

/** Of one item under way. */
export class Turn {
  /** How many turns it has had; who comes later begins where the others are. */
  #turns = 0;
  #bytes = 0;

  get turns(): number {
    return this.#turns;
  }

  /** It waits from now on among others that have had so many. */
  join(turns: number): void {
    this.#turns = Math.max(this.#turns, turns);
  }

  sent(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < TURN_BYTES) return;
    this.#bytes = 0;
    this.#turns += 1;
  }
}

interface Candidate {
  readonly isHead: boolean;
  readonly turn: Turn;
}

/** @param candidates in the order of their offers @returns the one whose turn it is, null where nobody waits */
export function nextOf<One extends Candidate>(candidates: Iterable<One>): One | null {
  let best: One | null = null;
  for (const one of candidates) if (best === null || goesBefore(one, best)) best = one;
  return best;
}

function goesBefore(one: Candidate, other: Candidate): boolean {
  if (one.isHead !== other.isHead) return one.isHead;
  return !one.isHead && one.turn.turns < other.turn.turns;
}
