/**
 * Time and chance as parameters. Nothing in the pure rooms reads a clock or a random source of its own: a
 * simulator hands in seeded ones and replays a whole province.
 */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface Clock {
  /** The time of day, as this machine believes it. */
  now(): Instant;
  /** How far `now` may be off, in milliseconds. */
  uncertaintyMs(): number;
  /** Milliseconds that never go back, from an arbitrary origin: for intervals and speeds. */
  monotonicMs(): number;
  /** Runs `wake` once after at least `delayMs`; the returned function cancels. */
  after(delayMs: number, wake: () => void): () => void;
}

export interface RandomSource {
  /** `length` bytes, 0 to 65,536, from a cryptographically secure generator (seeded in simulations only). */
  bytes(length: number): Uint8Array;
}
