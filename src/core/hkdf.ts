/**
 * HKDF with SHA-256: many keys from one secret. Source: RFC 5869 §2.
 */
import { concat } from './bytes.ts';
import type { Hash } from './crypto.ts';
import { assert } from './refusals.ts';

/** What HKDF asks of a platform's hashing. */
export type HmacSha256 = Pick<Hash, 'hmacSha256'>;

/** Bytes of one SHA-256 output. */
export const HASH_BYTES = 32;

/** RFC 5869 §2.3: at most 255 blocks. */
const EXPANDED_BYTES_MAX = 255 * HASH_BYTES;

/**
 * Gathers the entropy of `secret` into one pseudorandom key (RFC 5869 §2.2).
 * @param salt any length; empty stands for 32 zero bytes
 * @returns 32 bytes
 */
export function hkdfExtract(hash: HmacSha256, salt: Uint8Array, secret: Uint8Array): Uint8Array {
  return hash.hmacSha256(salt.length === 0 ? new Uint8Array(HASH_BYTES) : salt, secret);
}

/**
 * Derives `length` bytes that belong to `info` alone (RFC 5869 §2.3).
 * @param pseudorandomKey 32 bytes or more, from hkdfExtract or already uniform
 * @param length 0 to 8,160
 */
export function hkdfExpand(
  hash: HmacSha256,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const fits = Number.isSafeInteger(length) && length >= 0 && length <= EXPANDED_BYTES_MAX;
  assert(fits, 'HKDF expands to between 0 and 8,160 bytes');
  const expanded = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += HASH_BYTES, counter++) {
    block = hash.hmacSha256(pseudorandomKey, concat(block, info, Uint8Array.of(counter)));
    expanded.set(block.subarray(0, length - offset), offset);
  }
  return expanded;
}

/** Extract, then expand (RFC 5869 §2.1). */
export function hkdf(
  hash: HmacSha256,
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return hkdfExpand(hash, hkdfExtract(hash, salt, secret), info, length);
}
