/**
 * Challenges that need no memory until one is answered rightly, so that asking for many costs nothing and pushes
 * nobody else's out: nonce ‖ HMAC of nonce and minute, under a key of this run. Good for the minute it was given in and
 * the next; the ones used rightly are remembered that long, so that each counts once.
 */

import { concat, equal, hex, uint64be } from '#core/bytes.ts';
import { type Clock, type Instant, MINUTE_MS, type RandomSource } from '#core/clock.ts';
import type { Hash } from '#core/crypto.ts';

const NONCE_BYTES = 16;
export const CHALLENGE_BYTES = 32;

export class Challenges {
  readonly #clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly #random: RandomSource;
  readonly #hash: Pick<Hash, 'hmacSha256'>;
  readonly #key: Uint8Array;
  /** Used challenge to its minute. */
  readonly #used = new Map<string, number>();

  constructor(deps: { clock: Pick<Clock, 'now' | 'monotonicMs'>; random: RandomSource; hash: Pick<Hash, 'hmacSha256'> }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#hash = deps.hash;
    this.#key = deps.random.bytes(32);
  }

  issue(): { challenge: Uint8Array; expires: Instant } {
    const nonce = this.#random.bytes(NONCE_BYTES);
    return { challenge: concat(nonce, this.#tag(nonce, this.#minute())), expires: this.#clock.now() + MINUTE_MS };
  }

  /** Whether it is ours, fresh and not used. */
  isOpen(challenge: Uint8Array): boolean {
    if (challenge.length !== CHALLENGE_BYTES || this.#used.has(hex(challenge))) return false;
    const [nonce, tag] = [challenge.subarray(0, NONCE_BYTES), challenge.subarray(NONCE_BYTES)];
    const minute = this.#minute();
    return [minute, minute - 1].some((one) => one >= 0 && equal(this.#tag(nonce, one), tag));
  }

  /** Remembers that it was answered. @returns false where somebody was quicker */
  use(challenge: Uint8Array): boolean {
    if (!this.isOpen(challenge)) return false;
    const minute = this.#minute();
    for (const [old, used] of this.#used) if (used < minute - 1) this.#used.delete(old);
    this.#used.set(hex(challenge), minute);
    return true;
  }

  #minute(): number {
    return Math.floor(this.#clock.monotonicMs() / MINUTE_MS);
  }

  #tag(nonce: Uint8Array, minute: number): Uint8Array {
    return this.#hash.hmacSha256(this.#key, concat(nonce, uint64be(minute))).slice(0, CHALLENGE_BYTES - NONCE_BYTES);
  }
}
