/**
 * What a check of published vectors found. Checks are pure functions over a provider and data, so
 * that the same ones run in Node and in a browser; they report instead of asserting.
 */
import { fromHex, hex } from '#core/bytes.ts';

export interface Outcome {
  /** How many cases ran; a check of nothing proves nothing. */
  readonly cases: number;
  /** One line for each case that went wrong. */
  readonly wrong: readonly string[];
}

/** Runs every case; one that throws is wrong too. */
export async function judge<Case>(
  cases: Iterable<Case>,
  name: (one: Case) => string,
  isRight: (one: Case) => Promise<boolean> | boolean,
): Promise<Outcome> {
  const wrong: string[] = [];
  let count = 0;
  for (const one of cases) {
    count++;
    try {
      if (!(await isRight(one))) wrong.push(name(one));
    } catch (error) {
      wrong.push(`${name(one)}: ${String(error)}`);
    }
  }
  return { cases: count, wrong };
}

/** Bytes of a vector's hexadecimal. */
export function bytesOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === null) throw new TypeError(`not hexadecimal: ${text.slice(0, 40)}`);
  return bytes;
}

/** Whether bytes are those that a vector gives; null is none. */
export function isHex(bytes: Uint8Array | null, text: string): boolean {
  return bytes !== null && hex(bytes) === text.toLowerCase();
}
