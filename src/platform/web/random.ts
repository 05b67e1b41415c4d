/** The browser's own chance. */
import type { RandomSource } from '#core/clock.ts';

export const webRandom: RandomSource = {
  /** Browsers themselves refuse more than 65,536 bytes at a time. */
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
