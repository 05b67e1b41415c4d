/**
 * Reads DER strictly and within bounds: definite minimal lengths, one-octet tags, no trailing
 * bytes, canonical booleans, integers and object identifiers. Certificates come from strangers, so
 * whatever is not the one canonical form is a DecodeError, and no input makes it read twice,
 * recurse without end or allocate more than it was given. Source: ITU-T X.690 §8, §10, §11.
 */
import { fromUtf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { TAG } from './der.ts';

const DEPTH_MAX = 16;
const OID_OCTETS_MAX = 32;

/**
 * Reads the one element that `bytes` holds and nothing after it.
 * @param field what the whole is called in errors
 * @param bytesMax longest input that is looked at
 * @throws DecodeError
 */
export function decodeDer<T>(
  bytes: Uint8Array,
  field: string,
  bytesMax: number,
  read: (reader: DerReader) => T,
): T {
  if (bytes.length > bytesMax) throw new DecodeError(field, 0, `longer than ${bytesMax} bytes`);
  const reader = new DerReader(bytes, field, 0, bytes.length, 0);
  const value = read(reader);
  reader.finish();
  return value;
}

type Element = { readonly start: number; readonly content: number; readonly end: number };

/** A place within the input and the end of what may be read from there. Made by decodeDer. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #field: string;
  readonly #end: number;
  readonly #depth: number;
  #position: number;
  /** Where the element that was read last begins. */
  #last: number;

  constructor(bytes: Uint8Array, field: string, start: number, end: number, depth: number) {
    this.#bytes = bytes;
    this.#field = field;
    this.#position = start;
    this.#last = start;
    this.#end = end;
    this.#depth = depth;
  }

  /** A DecodeError at the element that was read last, for checks that a caller makes on it. */
  error(field: string, reason: string): DecodeError {
    return new DecodeError(field, this.#last, reason);
  }

  get atEnd(): boolean {
    return this.#position === this.#end;
  }

  /** Whether another element follows here and has this tag: for OPTIONAL and DEFAULT. */
  nextIs(tag: number): boolean {
    return !this.atEnd && this.#bytes[this.#position] === tag;
  }

  finish(): void {
    if (!this.atEnd) throw new DecodeError(this.#field, this.#position, 'has trailing bytes');
  }

  /** The contents of the next element, a view of the input. */
  read(tag: number, field: string): Uint8Array {
    const { content, end } = this.#next(tag, field);
    return this.#bytes.subarray(content, end);
  }

  /** The next element with its tag and length, a view of the input. Stays before it. */
  peekWhole(tag: number, field: string): Uint8Array {
    const { start, end } = this.#next(tag, field);
    this.#position = start;
    return this.#bytes.subarray(start, end);
  }

  /** Reads the members of the next element, all of them. */
  within<T>(tag: number, field: string, read: (inner: DerReader) => T): T {
    const { content, end } = this.#next(tag, field);
    if (this.#depth >= DEPTH_MAX) throw this.error(field, 'is nested too deeply');
    const inner = new DerReader(this.#bytes, field, content, end, this.#depth + 1);
    const value = read(inner);
    inner.finish();
    return value;
  }

  /** Reads each member of a SEQUENCE OF or SET OF, between `min` and `max` of them. */
  each<T>(
    tag: number,
    field: string,
    bounds: { readonly min: number; readonly max: number },
    read: (inner: DerReader) => T,
  ): T[] {
    return this.within(tag, field, (inner) => {
      const members: T[] = [];
      while (!inner.atEnd) {
        if (members.length === bounds.max) throw inner.error(field, 'has too many members');
        members.push(read(inner));
      }
      if (members.length < bounds.min) throw inner.error(field, 'has too few members');
      return members;
    });
  }

  boolean(field: string): boolean {
    const contents = this.read(TAG.boolean, field);
    const canonical = contents.length === 1 && (contents[0] === 0x00 || contents[0] === 0xff);
    if (!canonical) throw this.error(field, 'is not a canonical BOOLEAN');
    return contents[0] === 0xff;
  }

  /** Magnitude of an INTEGER above zero, without leading zeros, at most `octetsMax`. */
  positiveInteger(field: string, octetsMax: number): Uint8Array {
    const magnitude = this.#unsigned(field);
    if (magnitude.length === 0) throw this.error(field, 'is zero');
    if (magnitude.length > octetsMax) throw this.error(field, 'is too large');
    return magnitude;
  }

  /** INTEGER of 0 to 2^31 − 1. */
  smallInteger(field: string): number {
    let value = 0;
    for (const octet of this.#unsigned(field)) {
      value = value * 256 + octet;
      if (value >= 2 ** 31) throw this.error(field, 'is too large');
    }
    return value;
  }

  /** Magnitude of an INTEGER that is not negative; zero is empty. */
  #unsigned(field: string): Uint8Array {
    const contents = this.read(TAG.integer, field);
    const [first, second] = contents;
    if (first === undefined) throw this.error(field, 'is an empty INTEGER');
    if (first >= 0x80) throw this.error(field, 'is negative');
    if (first !== 0) return contents;
    if (second !== undefined && second < 0x80) {
      throw this.error(field, 'is not a minimal INTEGER');
    }
    return contents.subarray(1);
  }

  /** BIT STRING of whole bytes. */
  bitString(field: string): Uint8Array {
    const contents = this.read(TAG.bitString, field);
    if (contents[0] !== 0) throw this.error(field, 'has unused bits');
    return contents.subarray(1);
  }

  /** Named bits 0 to 7 that are set, ascending; never none, never with trailing zero bits. */
  namedBits(field: string): number[] {
    const [unused = 0, octet = 0, ...more] = this.read(TAG.bitString, field);
    const bits = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (octet & (0x80 >>> bit)) !== 0);
    const canonical = more.length === 0 && unused === 7 - (bits.at(-1) ?? -1);
    if (!canonical) throw this.error(field, 'is not a canonical list of named bits');
    return bits;
  }

  /** Dotted text of an OBJECT IDENTIFIER of at most 32 octets. */
  oid(field: string): string {
    const contents = this.read(TAG.oid, field);
    const dotted = contents.length > OID_OCTETS_MAX ? null : dottedArcs(contents);
    if (dotted === null) throw this.error(field, 'is not an OBJECT IDENTIFIER');
    return dotted;
  }

  /** Text of a string type whose contents are UTF-8 or ASCII. */
  text(tag: number, field: string): string {
    const text = fromUtf8(this.read(tag, field));
    if (text === null) throw this.error(field, 'is not UTF-8');
    return text;
  }

  #next(tag: number, field: string): Element {
    const start = this.#position;
    this.#last = start;
    if (this.atEnd) throw new DecodeError(field, start, 'is missing');
    if (this.#bytes[start] !== tag) throw new DecodeError(field, start, 'has another type');
    const { content, length } = this.#length(field);
    if (length > this.#end - content) throw new DecodeError(field, start, 'is cut short');
    this.#position = content + length;
    return { start, content, end: this.#position };
  }

  /** The length octets after the tag at the current place, and where the contents begin. */
  #length(field: string): { content: number; length: number } {
    const at = this.#position + 1;
    const first = at < this.#end ? this.#bytes[at] : undefined;
    if (first === undefined) throw new DecodeError(field, at, 'is cut short');
    if (first < 0x80) return { content: at + 1, length: first };
    const count = first & 0x7f;
    if (count === 0) throw new DecodeError(field, at, 'has an indefinite length');
    if (count > 4 || at + count >= this.#end) throw new DecodeError(field, at, 'is cut short');
    let length = 0;
    for (let i = 1; i <= count; i++) length = length * 256 + (this.#bytes[at + i] ?? 0);
    const minimal = length >= 0x80 && length >= 256 ** (count - 1);
    if (!minimal) throw new DecodeError(field, at, 'has a length that is not minimal');
    return { content: at + 1 + count, length };
  }
}

/** Null where the octets are empty, cut short, not minimal or beyond what a number holds. */
function dottedArcs(octets: Uint8Array): string | null {
  const arcs: number[] = [];
  let arc = 0;
  let inside = false;
  for (const octet of octets) {
    if (!inside && octet === 0x80) return null;
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) return null;
    inside = octet >= 0x80;
    if (inside) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [joined, ...rest] = arcs;
  if (inside || joined === undefined) return null;
  const first = Math.min(2, Math.floor(joined / 40));
  return [first, joined - 40 * first, ...rest].join('.');
}
