/**
 * Shamir's secret sharing over GF(2^8), by an audited library (decision 0048). It draws its coefficients from the
 * platform's own generator: the one place where chance is not handed in. What is put together is checked by whoever
 * knows what it must be; fewer shares than the threshold give nothing, wrong ones give something else.
 */
import { combine, split } from 'shamir-secret-sharing';
import { assert } from '#core/refusals.ts';

/** @returns `count` shares of 33 bytes, any `threshold` of which give the 32-byte secret again */
export async function splitSecret(secret: Uint8Array, count: number, threshold: number): Promise<Uint8Array[]> {
  assert(secret.length === 32, 'what is split is a key');
  return split(secret, count, threshold);
}

/** @returns what the shares give, which may be wrong; null where they do not fit together at all */
export async function combineShares(shares: readonly Uint8Array[]): Promise<Uint8Array | null> {
  const places = new Set(shares.map((share) => share.at(-1)));
  const fits = shares.length >= 2 && places.size === shares.length && !places.has(0) && shares.every(({ length }) => length === 33);
  return fits ? combine([...shares]) : null;
}

/** Every choice of `size` out of `items`, in order. */
export function* choices<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= items.length - size; i++) {
    for (const rest of choices(items, size - 1, i + 1)) yield [items[i]!, ...rest];
  }
}
