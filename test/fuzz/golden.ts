/** What stands in the golden files, as bytes: the files of test/vectors/golden, and what is inside what they hold. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromHex, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { Structure } from '#wire/codec.ts';

const FOLDER = path.join(import.meta.dirname, '../vectors/golden');
/** So many inputs of one structure say all that the golden files have to say of it. */
const PER_STRUCTURE_MAX = 24;

/** Every text of the golden files; hexadecimal as the bytes that it means. */
export function goldenInputs(): Uint8Array[] {
  const texts = ['golden.json', 'slots.json'].flatMap((file) => textsIn(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'))));
  return texts.map((text) => fromHex(text) ?? utf8(text));
}

/** Which of the golden bytes each structure reads, also those that stand inside another's fields. */
export function goldenOf(structures: readonly Structure<unknown>[]): { readonly bySeed: ReadonlyMap<string, Uint8Array[]>; readonly all: readonly Uint8Array[] } {
  const seen = new Map(goldenInputs().map((input) => [hex(input), input]));
  const bySeed = new Map(structures.map(({ name }): [string, Uint8Array[]] => [name, []]));
  // A map that grows while it is gone through is gone through to its end.
  for (const input of seen.values()) {
    for (const structure of structures) {
      const value = decodedOrNull(structure, input);
      if (value === null) continue;
      const found = bySeed.get(structure.name)!;
      if (found.length < PER_STRUCTURE_MAX) found.push(input);
      for (const inside of bytesIn(value)) if (inside.length > 1) seen.set(hex(inside), seen.get(hex(inside)) ?? inside);
    }
  }
  return { bySeed, all: [...seen.values()] };
}

function decodedOrNull(structure: Structure<unknown>, input: Uint8Array): unknown {
  try {
    return structure.decode(input);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
