/**
 * Writes DER, the one canonical form of ASN.1 (ITU-T X.690 §8, §10, §11): a function per type, each
 * giving the whole element with tag and length. Written by hand because schema libraries issue 60
 * times fewer certificates per second; der-reader.ts is the other half.
 */
import { compare, concat, utf8 } from '#core/bytes.ts';
import { assert } from '#core/refusals.ts';

/** Identifier octets of the universal types in use, with the constructed bit where DER sets it. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nullValue: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Identifier octet of an IMPLICIT [number] over a primitive type; number at most 30. */
export function contextTag(number: number): number {
  return 0x80 | number;
}

/** Identifier octet of an EXPLICIT [number], or of an IMPLICIT one over a constructed type. */
export function constructedContextTag(number: number): number {
  return 0xa0 | number;
}

/** One element: identifier octet, minimal definite length, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concat(...contents);
  return concat(Uint8Array.of(tag), lengthOctets(body.length), body);
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

export function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...members);
}

/** SET OF, its members in the ascending order of their encodings that DER demands (X.690 §11.6). */
export function setOf(...members: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...members.toSorted(compare));
}

/** EXPLICIT [number] around a whole element. */
export function explicit(number: number, inner: Uint8Array): Uint8Array {
  return element(constructedContextTag(number), inner);
}

export function boolean(value: boolean): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00));
}

/** INTEGER of a big-endian magnitude of any length, never negative; leading zeros are dropped. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const minimal = magnitude.subarray(start);
  if (minimal.length === 0) return element(TAG.integer, Uint8Array.of(0));
  const sign = (minimal[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return element(TAG.integer, sign, minimal);
}

/** INTEGER of 0 to 2^31 − 1. */
export function smallInteger(value: number): Uint8Array {
  assert(Number.isInteger(value) && value >= 0 && value < 2 ** 31, 'integer is small');
  return unsignedInteger(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

/** BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(0), bytes);
}

/** BIT STRING of a list of named bits, 0 to 7, without trailing zero bits (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  if (bits.length === 0) return element(TAG.bitString, Uint8Array.of(0));
  let octet = 0;
  for (const bit of bits) octet |= 0x80 >>> bit;
  return element(TAG.bitString, Uint8Array.of(7 - Math.max(...bits), octet));
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(TAG.octetString, bytes);
}

export function nullValue(): Uint8Array {
  return element(TAG.nullValue);
}

/** OBJECT IDENTIFIER of a dotted text, a constant of ours (X.690 §8.19). */
export function oid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  assert(first !== undefined && second !== undefined && first <= 2, 'an OID has two arcs');
  const octets = [first * 40 + second, ...rest].flatMap(arcOctets);
  return element(TAG.oid, Uint8Array.from(octets));
}

/** One arc in base 128, most significant first, every octet but the last with its high bit set. */
function arcOctets(arc: number): number[] {
  assert(Number.isSafeInteger(arc) && arc >= 0, 'arc is a number');
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128));
  }
  return octets;
}

export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, utf8(text));
}

/** PrintableString; the caller has checked the repertoire (names.ts). */
export function printableString(text: string): Uint8Array {
  return element(TAG.printableString, utf8(text));
}
