/**
 * Small operations on byte strings, the same in Node and in browsers. Nothing here knows a format.
 */

/** The parts, one after another, in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares in time that depends on the lengths only, so that a tag or token cannot be guessed bytewise. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Orders byte strings lexicographically: negative, zero or positive. Not constant time. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 of a well-formed string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of valid UTF-8, or null where the bytes are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}

/** Bytes of hexadecimal text, or null where it is not. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Standard base64 with padding (RFC 4648 §4). */
export function base64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** Bytes of standard padded base64, or null where it is not exactly that. */
export function fromBase64(text: string): Uint8Array | null {
  return decodeBase64(text, 'base64');
}

/** Base64url without padding (RFC 4648 §5). */
export function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

/** Bytes of base64url without padding, or null where it is not exactly that. */
export function fromBase64url(text: string): Uint8Array | null {
  if (text.includes('=')) return null;
  return decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='), 'base64url');
}

/** The platform's decoder passes over white space, and we do not; `strict` refuses bits that encoding would not write. */
function decodeBase64(text: string, alphabet: 'base64' | 'base64url'): Uint8Array | null {
  if (/[\t\n\f\r ]/.test(text)) return null;
  try {
    return Uint8Array.fromBase64(text, { alphabet, lastChunkHandling: 'strict' });
  } catch {
    return null;
  }
}

/** Four bytes, most significant first. */
export function uint32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, most significant first; value at most 2^53 − 1. */
export function uint64be(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
