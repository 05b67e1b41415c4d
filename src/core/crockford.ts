/**
 * Codes that people read, write and say. Crockford's base32: no I, L, O or U, so that they survive a telephone and a
 * hurried hand. Source: https://www.crockford.com/base32.html.
 */

/** 32 characters; 256 is a multiple, so a random byte taken modulo 32 is as likely to be any of them. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS = 5;

/** What was typed, as it was meant: spaces, hyphens and case do not count, O is 0, I and L are 1. @returns null where another character is in it */
export function crockfordTyped(typed: string): string | null {
  const plain = typed.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return [...plain].every((one) => CROCKFORD.includes(one)) ? plain : null;
}

/** In groups of four: `7KQ2-M0XD-91TA`. */
export function inFours(plain: string): string {
  return plain.replaceAll(/.{4}(?=.)/g, '$&-');
}

/** The first bits of bytes, the highest first, five a character. */
export function crockfordOf(bytes: Uint8Array, characters: number): string {
  const bitAt = (at: number): number => (bytes[at >> 3]! >> (7 - (at & 7))) & 1;
  return Array.from({ length: characters }, (_each, i) => {
    const value = Array.from({ length: BITS }, (_one, bit) => bitAt(i * BITS + bit)).reduce((all, bit) => all * 2 + bit, 0);
    return CROCKFORD[value]!;
  }).join('');
}
