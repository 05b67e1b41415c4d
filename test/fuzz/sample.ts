/**
 * Invents a valid value of any codec, without knowing its declaration: a Reader that makes up what it is asked for, and
 * tries again at the last choice when the codec refuses it. All optional fields are present in what it makes.
 */

import { DecodeError } from '#core/decode-error.ts';
import { Reader } from '#wire/cbor.ts';
import type { Codec } from '#wire/codec.ts';

/** A number from 0 up to, not including, `below`. */
export type Chance = (below: number) => number;

/** The same chances again for the same seed: Park and Miller's generator. */
export function seededChance(seed: number): Chance {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
}

/** Texts that satisfy the patterns in use; the codec tells which. */
const TEXTS = ['van-phong', '2026', 'application/pdf', 'Nguyễn Thị Ánh', 'not-entitled', '127.0.0.1:7001', 'UBND-VP', '/assets/tram.js', 'a'];
const ATTEMPTS_MAX = 20_000;

/**
 * One invented value; throws where the codec cannot be satisfied, which is a fault of this file's candidates.
 * @param first where the first number begins to be tried: of a variant, the kind
 */
export function sample<T>(codec: Codec<T>, name: string, chance: Chance, first = 0): T {
  const choices: number[] = [];
  if (first > 0) choices.push(first);
  const seed = chance(0x7fff_ffff);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const reader = new InventingReader(choices, seededChance(seed));
    try {
      return codec.read(reader, name);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      backtrack(choices, reader.offset, error);
    }
  }
  throw new Error(`no value of ${name} could be invented`);
}

/** The last choice made was refused: take its next candidate, or the one before it when none is left. */
function backtrack(choices: number[], made: number, error: DecodeError): void {
  choices.length = Math.min(choices.length, made);
  if (choices.length === 0) throw error;
  choices[choices.length - 1]! += 1;
}

/** Choices are counted, not bytes: `offset` is the number of choices made. */
class InventingReader extends Reader {
  readonly #choices: number[];
  readonly #chance: Chance;
  #made = 0;

  constructor(choices: number[], chance: Chance) {
    super(new Uint8Array());
    this.#choices = choices;
    this.#chance = chance;
  }

  override get offset(): number {
    return this.#made;
  }

  override uint(field: string): number {
    const candidate = this.#choice();
    // Keys and choices are small; sizes and years need larger numbers when all small ones were refused.
    return candidate < 40 ? candidate : this.#large(candidate - 40, field);
  }

  override bytes(_field: string, minimum: number, maximum: number): Uint8Array {
    const length = minimum + this.#chance(Math.min(maximum - minimum, 48) + 1);
    return Uint8Array.from({ length }, () => this.#chance(256));
  }

  override bytesInPlace(field: string, minimum: number, maximum: number): Uint8Array {
    return this.bytes(field, minimum, maximum);
  }

  override text(field: string, minimum: number): string {
    const candidate = this.#choice();
    if (candidate >= TEXTS.length) return this.#exhausted(field);
    return TEXTS[candidate]!.slice(0, Math.max(minimum, 200));
  }

  override array(_field: string, minimum: number, maximum: number): number {
    return minimum + this.#chance(Math.min(maximum - minimum, 2) + 1);
  }

  override map(_field: string, maximum: number): number {
    return maximum;
  }

  override bool(): boolean {
    return this.#chance(2) === 1;
  }

  #choice(): number {
    const at = this.#made++;
    this.#choices[at] ??= 0;
    return this.#choices[at];
  }

  #large(step: number, field: string): number {
    const candidates = [64, 1_000, 65_000, 1_000_000, 1_800_000_000_000];
    return candidates[step] ?? this.#exhausted(field);
  }

  #exhausted(field: string): never {
    // Let the choice before this one change: this one starts over.
    this.#made -= 1;
    throw new DecodeError(field, this.#made, 'no candidate is left');
  }
}
