/**
 * The bytes of deterministic CBOR (RFC 8949 §4.2.1), only the shapes that Trạm's profile uses (docs/protocol/cbor.md):
 * unsigned integers up to 2^53 − 1, byte strings, text strings, definite arrays and maps, false and true.
 * Everything else, and every longer-than-needed length, is refused.
 */

import { DecodeError } from '#core/decode-error.ts';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import { assert } from '#core/refusals.ts';

const MAJOR = { uint: 0, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;
type Major = (typeof MAJOR)[keyof typeof MAJOR];

/** Appends items to a buffer that grows. */
export class Writer {
  #buffer = new Uint8Array(256);
  #length = 0;

  uint(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'a CBOR integer is a safe non-negative integer');
    this.#head(MAJOR.uint, value);
  }

  bytes(value: Uint8Array): void {
    this.#head(MAJOR.bytes, value.length);
    this.#raw(value);
  }

  /** What stands before a byte string of that length, whose bytes follow by another way. */
  bytesHead(length: number): void {
    this.#head(MAJOR.bytes, length);
  }

  text(value: string, minimumBytes = 0, maximumBytes = Infinity): void {
    const encoded = utf8(value);
    assert(encoded.length >= minimumBytes && encoded.length <= maximumBytes, `text of ${minimumBytes} to ${maximumBytes} bytes, not ${encoded.length}`);
    this.#head(MAJOR.text, encoded.length);
    this.#raw(encoded);
  }

  array(length: number): void {
    this.#head(MAJOR.array, length);
  }

  map(pairs: number): void {
    this.#head(MAJOR.map, pairs);
  }

  bool(value: boolean): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value ? 0xf5 : 0xf4;
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #head(major: Major, value: number): void {
    this.#reserve(9);
    const top = major << 5;
    if (value < 24) {
      this.#buffer[this.#length++] = top | value;
      return;
    }
    const width = value < 0x100 ? 0 : value < 0x1_0000 ? 1 : value < 0x1_0000_0000 ? 2 : 3;
    this.#buffer[this.#length++] = top | (24 + width);
    this.#bigEndian(value, 1 << width);
  }

  #bigEndian(value: number, width: number): void {
    for (let at = this.#length + width - 1, rest = value; at >= this.#length; at--) {
      this.#buffer[at] = rest % 0x100;
      rest = Math.floor(rest / 0x100);
    }
    this.#length += width;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + more));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Reads items in order; every method throws DecodeError where the bytes are not the shortest form of that item. */
export class Reader {
  readonly #input: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(input: Uint8Array) {
    this.#input = input;
    this.#view = new DataView(input.buffer, input.byteOffset, input.length);
  }

  get offset(): number {
    return this.#offset;
  }

  uint(field: string): number {
    return this.#head(MAJOR.uint, field);
  }

  /** A copy of the bytes, so that what was decoded does not keep the whole input alive. */
  bytes(field: string, minimum: number, maximum: number): Uint8Array {
    return this.#string(MAJOR.bytes, field, minimum, maximum).slice();
  }

  /** The bytes where they lie in the input: for bulk, whose owner keeps nothing else of the input alive by it. */
  bytesInPlace(field: string, minimum: number, maximum: number): Uint8Array {
    return this.#string(MAJOR.bytes, field, minimum, maximum);
  }

  text(field: string, minimumBytes: number, maximumBytes: number): string {
    const text = fromUtf8(this.#string(MAJOR.text, field, minimumBytes, maximumBytes));
    return text ?? this.fail(field, 'text is not valid UTF-8');
  }

  array(field: string, minimum: number, maximum: number): number {
    return this.#count(MAJOR.array, field, minimum, maximum);
  }

  map(field: string, maximum: number): number {
    return this.#count(MAJOR.map, field, 0, maximum);
  }

  bool(field: string): boolean {
    const byte = this.#byte(field);
    if (byte === 0xf4) return false;
    return byte === 0xf5 ? true : this.fail(field, 'true or false expected');
  }

  end(field: string): void {
    if (this.#offset !== this.#input.length) this.fail(field, 'bytes follow the end');
  }

  fail(field: string, reason: string): never {
    throw new DecodeError(field, this.#offset, reason);
  }

  #string(major: Major, field: string, minimum: number, maximum: number): Uint8Array {
    const length = this.#count(major, field, minimum, maximum);
    if (length > this.#input.length - this.#offset) this.fail(field, 'input ends too early');
    const start = this.#offset;
    this.#offset += length;
    return this.#input.subarray(start, this.#offset);
  }

  #count(major: Major, field: string, minimum: number, maximum: number): number {
    const count = this.#head(major, field);
    if (count < minimum || count > maximum) {
      this.fail(field, `length ${count} is not between ${minimum} and ${maximum}`);
    }
    return count;
  }

  #byte(field: string): number {
    if (this.#offset >= this.#input.length) this.fail(field, 'input ends too early');
    return this.#input[this.#offset++]!;
  }

  #head(major: Major, field: string): number {
    const first = this.#byte(field);
    if (first >> 5 !== major) this.fail(field, 'another type stands here');
    const short = first & 31;
    if (short < 24) return short;
    if (short > 27) this.fail(field, 'indefinite or reserved length');
    const width = 1 << (short - 24);
    if (width > this.#input.length - this.#offset) this.fail(field, 'input ends too early');
    const value = this.#argument(width, field);
    this.#offset += width;
    return value;
  }

  #argument(width: number, field: string): number {
    const at = this.#offset;
    if (width === 1) return this.#shortest(this.#view.getUint8(at), 24, field);
    if (width === 2) return this.#shortest(this.#view.getUint16(at), 0x100, field);
    if (width === 4) return this.#shortest(this.#view.getUint32(at), 0x1_0000, field);
    const wide = this.#view.getBigUint64(at);
    if (wide > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(field, 'number is too large');
    return this.#shortest(Number(wide), 0x1_0000_0000, field);
  }

  #shortest(value: number, least: number, field: string): number {
    return value >= least ? value : this.fail(field, 'number is not in its shortest form');
  }
}
