/** Files that travel between stations look alike from outside: a wrong one is told by what was expected. */
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from './context.ts';
import type { Words } from './words/shape.ts';

/** @throws Refusal `cbor-malformed` that says which kind of file was expected */
export function expectKind<T>({ words }: CliContext, kind: keyof Words['fileKind'], decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    const isMalformed = cause instanceof DecodeError || (cause instanceof Refusal && cause.code === 'cbor-malformed');
    if (!isMalformed) throw cause;
    throw new Refusal('cbor-malformed', { expected: words.fileKind[kind] }, { cause });
  }
}
