/** What the fuzzer tries: one decoder with inputs to begin from. */

import { fromUtf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { Chance } from './sample.ts';

/** A file of src, and which functions of it decode. */
export interface Part {
  readonly file: string;
  /** Functions, methods or classes by name, with what is inside them; everything where it is not given. */
  readonly only?: readonly string[];
  /** Those that do not decode: what writes the format, and what is done with it afterwards. */
  readonly except?: readonly string[];
}

/** What is measured as one: a row of the table. */
export interface Measured {
  readonly parts: readonly Part[];
  /** Counts only functions that the seeds enter as they are: what many decoders share, as far as this one uses it. */
  readonly isAsUsed?: true;
  /** Counts what all targets that say the same went through between them, in a row of that name. */
  readonly together?: string;
}

export interface Target {
  readonly name: string;
  /** What of it is measured; nothing where it has its code with another target, whose name this is. */
  readonly measured: readonly Measured[];
  /** Exported decoders that it calls, each as `src/x509/pem.ts decodePem`; structures are found by themselves. */
  readonly calls: readonly string[];
  /** How its inputs are changed besides bytewise. */
  readonly shape: 'cbor' | 'der' | 'text';
  /** Valid inputs, and nearly valid ones. */
  seeds(chance: Chance): Uint8Array[];
  /** Throws DecodeError or Refusal for bad input, and nothing else; checks that what it accepts has one form only. */
  run(input: Uint8Array): void;
}

/** True where the error is a decoder's way of saying no. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DecodeError || error instanceof Refusal;
}

/** For a decoder that reads back exactly what its encoder writes. @throws Error where two forms are accepted */
export function oneForm(again: Uint8Array, input: Uint8Array): void {
  const isSame = again.length === input.length && again.every((byte, at) => byte === input[at]);
  if (!isSame) throw new Error('accepted bytes that it would not write');
}

/** What is no text is nothing that a decoder of text is ever given. @throws DecodeError */
export function textOf(input: Uint8Array): string {
  const text = fromUtf8(input);
  if (text === null) throw new DecodeError('text', 0, 'not UTF-8');
  return text;
}

/** Of a decoder that says no by null. @throws DecodeError */
export function notNull<T>(value: T | null): T {
  if (value === null) throw new DecodeError('value', 0, 'refused');
  return value;
}
