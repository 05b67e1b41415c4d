/** Chance from one seed: the same seed, the same world. */
import { hash } from 'node:crypto';
import type { RandomSource } from '#core/clock.ts';

export class SeededRandom implements RandomSource {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(length: number): Uint8Array {
    return stretched(length, `${this.#seed}/${this.#count++}`);
  }

  /** A whole number from `from` up to, not including, `to`. */
  between(from: number, to: number): number {
    const [a, b, c, d] = this.bytes(4);
    return from + ((a! * 0x1_00_00_00 + b! * 0x1_00_00 + c! * 0x1_00 + d!) % (to - from));
  }

  /** Whether something happens that happens `times` in a thousand. */
  perMille(times: number): boolean {
    return this.between(0, 1_000) < times;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length)]!;
  }

  /** Another stream of chance, so that one user of it does not shift the others. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
}

/** As many bytes as asked for, always the same from the same. */
export function stretched(length: number, ...inputs: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const [only] = inputs;
  // Chance asks for a few bytes at a time, hundreds of thousands of times.
  const whole = inputs.length === 1 && typeof only === 'string' ? `${only.length}:${only}` : Buffer.concat(inputs.flatMap(withLength));
  return new Uint8Array(hash('shake256', whole, { outputEncoding: 'buffer', outputLength: length }));
}

function withLength(input: string | Uint8Array): Uint8Array[] {
  return [Buffer.from(`${input.length}:`), typeof input === 'string' ? Buffer.from(input) : input];
}
