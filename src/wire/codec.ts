/**
 * One declaration per structure gives encoder, strict bounded decoder and TypeScript type. A codec reads exactly what it
 * writes: decode → encode reproduces the input, and unknown, missing, repeated or unordered fields are refused.
 * Source: docs/protocol/cbor.md.
 */

import { DecodeError } from '#core/decode-error.ts';
import { Reader, Writer } from '#wire/cbor.ts';
import { assert } from '#core/refusals.ts';

export interface Codec<T> {
  write(writer: Writer, value: T): void;
  read(reader: Reader, field: string): T;
  readonly optional?: true;
}

/** The TypeScript type that a codec carries. */
export type Infer<C> = C extends Codec<infer T> ? T : never;

/** A codec with a name and a size limit: what crosses a boundary as bytes of its own. */
export interface Structure<T> extends Codec<T> {
  readonly name: string;
  encode(value: T): Uint8Array;
  /** @throws DecodeError */
  decode(bytes: Uint8Array): T;
}

const INSTANT_MAX = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

export function uint(maximum: number = Number.MAX_SAFE_INTEGER, minimum = 0): Codec<number> {
  return {
    write(writer, value) {
      assert(value >= minimum && value <= maximum, `number between ${minimum} and ${maximum}`);
      writer.uint(value);
    },
    read(reader, field) {
      const value = reader.uint(field);
      if (value >= minimum && value <= maximum) return value;
      return reader.fail(field, `number ${value} is not between ${minimum} and ${maximum}`);
    },
  };
}

/** Milliseconds since 1970. */
export const instant = uint(INSTANT_MAX);

export const bool: Codec<boolean> = {
  write: (writer, value) => writer.bool(value),
  read: (reader, field) => reader.bool(field),
};

/** A byte string of `minimum` to `maximum` bytes; of exactly `minimum` where no maximum is given. */
export function bytes(minimum: number, maximum: number = minimum): Codec<Uint8Array> {
  return {
    write(writer, value) {
      assert(value.length >= minimum && value.length <= maximum, `bytes of length ${minimum} to ${maximum}, not ${value.length}`);
      writer.bytes(value);
    },
    read: (reader, field) => reader.bytes(field, minimum, maximum),
  };
}

/** As `bytes`, decoded without a copy: what was decoded keeps its input alive. */
export function bytesInPlace(minimum: number, maximum: number): Codec<Uint8Array> {
  return { ...bytes(minimum, maximum), read: (reader, field) => reader.bytesInPlace(field, minimum, maximum) };
}

/** Text in Unicode NFC, measured in UTF-8 bytes. */
export function text(minimumBytes: number, maximumBytes: number): Codec<string> {
  return {
    write(writer, value) {
      assert(value.isWellFormed() && value.normalize('NFC') === value, 'text is well-formed NFC');
      writer.text(value, minimumBytes, maximumBytes);
    },
    read(reader, field) {
      const value = reader.text(field, minimumBytes, maximumBytes);
      return value.normalize('NFC') === value ? value : reader.fail(field, 'text is not in NFC');
    },
  };
}

/** Text that matches an ASCII pattern. */
export function pattern(shape: RegExp, maximumBytes: number): Codec<string> {
  return {
    write(writer, value) {
      assert(shape.test(value) && value.length <= maximumBytes, `text of the form ${shape.source}`);
      writer.text(value);
    },
    read(reader, field) {
      const value = reader.text(field, 0, maximumBytes);
      return shape.test(value) ? value : reader.fail(field, `text is not of the form ${shape.source}`);
    },
  };
}

/** One word of a closed list, written as its number. */
export function choice<const W extends Readonly<Record<string, number>>>(words: W): Codec<keyof W & string> {
  const byNumber = new Map(Object.entries(words).map(([word, number]) => [number, word]));
  return {
    write(writer, value) {
      const number = words[value];
      assert(number !== undefined, `one of ${Object.keys(words).join(', ')}, not ${value}`);
      writer.uint(number);
    },
    read(reader, field) {
      const word = byNumber.get(reader.uint(field));
      return word ?? reader.fail(field, `not one of ${Object.keys(words).join(', ')}`);
    },
  };
}

export function arrayOf<T>(item: Codec<T>, maximum: number, minimum = 0): Codec<T[]> {
  return {
    write(writer, values) {
      assert(values.length >= minimum && values.length <= maximum, `array of ${minimum} to ${maximum} items`);
      writer.array(values.length);
      for (const value of values) item.write(writer, value);
    },
    read(reader, field) {
      const count = reader.array(field, minimum, maximum);
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(item.read(reader, `${field}[${i}]`));
      return values;
    },
  };
}

/** A field that may be absent. */
export function optional<T>(codec: Codec<T>): Codec<T> & { readonly optional: true } {
  return { ...codec, optional: true };
}

// A codec is invariant in its type, so a table of codecs of many types can only be bounded by `any`; Infer gets each back.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyCodec = Codec<any>;
type Fields = Readonly<Record<string, readonly [key: number, codec: AnyCodec]>>;
type OptionalNames<F extends Fields> = {
  [N in keyof F]: F[N][1] extends { readonly optional: true } ? N : never;
}[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };
export type StructOf<F extends Fields> = Flat<
  { -readonly [N in Exclude<keyof F, OptionalNames<F>>]: Infer<F[N][1]> } & {
    -readonly [N in OptionalNames<F>]?: Infer<F[N][1]> | undefined;
  }
>;

/** A map from small ascending integers to fields. `maximumBytes` bounds the whole encoding. */
export function struct<const F extends Fields>(name: string, maximumBytes: number, fields: F): Structure<StructOf<F>> {
  const entries = Object.entries(fields).map(([field, [key, codec]]) => ({ field, key, codec }));
  for (let i = 1; i < entries.length; i++) {
    assert(entries[i]!.key > entries[i - 1]!.key, `${name}: keys ascend`);
  }
  const codec: Codec<StructOf<F>> = {
    write(writer, value) {
      const record = value as Record<string, unknown>;
      const present = entries.filter(({ field }) => record[field] !== undefined);
      writer.map(present.length);
      for (const entry of present) {
        writer.uint(entry.key);
        entry.codec.write(writer, record[entry.field]);
      }
      for (const entry of entries) {
        assert(entry.codec.optional || record[entry.field] !== undefined, `${name}.${entry.field} is given`);
      }
    },
    read(reader, path) {
      let remaining = reader.map(path, entries.length);
      const record: Record<string, unknown> = {};
      let key = remaining > 0 ? reader.uint(path) : -1;
      for (const entry of entries) {
        const field = `${path}.${entry.field}`;
        if (key !== entry.key) {
          if (!entry.codec.optional) reader.fail(field, 'field is missing');
          continue;
        }
        record[entry.field] = entry.codec.read(reader, field);
        remaining -= 1;
        key = remaining > 0 ? reader.uint(path) : -1;
      }
      if (remaining > 0) reader.fail(path, `field ${key} is unknown, repeated or out of order`);
      return record as StructOf<F>;
    },
  };
  return structure(name, maximumBytes, codec);
}

/** A fixed sequence of values, written as an array. */
export function tuple<const F extends Readonly<Record<string, AnyCodec>>>(
  fields: F,
): Codec<{ -readonly [N in keyof F]: Infer<F[N]> }> {
  const entries = Object.entries(fields);
  return {
    write(writer, value) {
      writer.array(entries.length);
      for (const [field, codec] of entries) codec.write(writer, value[field as keyof F]);
    },
    read(reader, path) {
      reader.array(path, entries.length, entries.length);
      const record: Record<string, unknown> = {};
      for (const [field, codec] of entries) record[field] = codec.read(reader, `${path}.${field}`);
      return record as { -readonly [N in keyof F]: Infer<F[N]> };
    },
  };
}

type Cases = Readonly<Record<string, readonly [number, AnyCodec]>>;
export type VariantOf<C extends Cases> = {
  [K in keyof C]: { kind: K } & Infer<C[K][1]>;
}[keyof C];

/** One of several structures, written as [number, structure] and typed by `kind`. */
export function variant<const C extends Cases>(name: string, maximumBytes: number, cases: C): Structure<VariantOf<C>> {
  const byNumber = new Map(Object.entries(cases).map(([kind, [number, codec]]) => [number, { kind, codec }]));
  const codec: Codec<VariantOf<C>> = {
    write(writer, value) {
      const found = cases[value.kind];
      assert(found !== undefined, `${name}: kind ${String(value.kind)} is known`);
      writer.array(2);
      writer.uint(found[0]);
      found[1].write(writer, value);
    },
    read(reader, path) {
      reader.array(path, 2, 2);
      const found = byNumber.get(reader.uint(path));
      if (found === undefined) return reader.fail(path, 'unknown kind');
      return { kind: found.kind, ...found.codec.read(reader, `${path}.${found.kind}`) };
    },
  };
  return structure(name, maximumBytes, codec);
}

/** Gives a codec its own encode and decode with a size limit. */
export function structure<T>(name: string, maximumBytes: number, codec: Codec<T>): Structure<T> {
  return {
    ...codec,
    name,
    encode(value) {
      const writer = new Writer();
      codec.write(writer, value);
      const encoded = writer.finish();
      assert(encoded.length <= maximumBytes, `${name} takes at most ${maximumBytes} bytes`);
      return encoded;
    },
    decode(input) {
      if (input.length > maximumBytes) throw new DecodeError(name, 0, `longer than ${maximumBytes} bytes`);
      const reader = new Reader(input);
      const value = codec.read(reader, name);
      reader.end(name);
      return value;
    },
  };
}
