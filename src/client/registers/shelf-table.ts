/**
 * The parts of one register side by side: one column for each thing that lines are filtered by, the lines in their order, and
 * which line of a dispatch counts. A line is named by its slot. Made in some ten milliseconds for 100,000 lines.
 */
import { fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { INDEX_ID_BYTES } from '#wire/local-index.ts';
import type { KeptPart } from './kept-lines.ts';

export interface Placed {
  readonly part: KeptPart;
  /** The slot of its first line. */
  readonly base: number;
}

const ID_WORDS = INDEX_ID_BYTES / 4;
const NONE = -1;

export class ShelfTable {
  readonly placed: readonly Placed[];
  readonly count: number;
  readonly times: Float64Array;
  /** 0: nothing is awaited. */
  readonly dues: Float64Array;
  readonly numbers: Uint32Array;
  readonly precedences: Uint8Array;
  readonly marks: Uint8Array;
  readonly open: Uint8Array;
  /** 1 where the line was replaced by another. */
  readonly dead: Uint8Array;
  /** Slots of lines that were not replaced when this was made, newest first. */
  readonly order: Uint32Array;
  readonly #ids: Uint8Array;
  readonly #idWords: Uint32Array;
  /** Slots by id, at the first free place from its hash on. */
  readonly #slots: Int32Array;

  /** @param parts of two lines of one dispatch that in the later part counts */
  constructor(parts: readonly KeptPart[]) {
    let base = 0;
    this.placed = parts.map((part) => ({ part, base: (base += part.columns.count) - part.columns.count }));
    this.count = base;
    this.times = new Float64Array(base);
    this.dues = new Float64Array(base);
    this.numbers = new Uint32Array(base);
    this.precedences = new Uint8Array(base);
    this.marks = new Uint8Array(base);
    this.open = new Uint8Array(base);
    this.dead = new Uint8Array(base);
    this.#ids = new Uint8Array(base * INDEX_ID_BYTES);
    this.#idWords = new Uint32Array(this.#ids.buffer);
    for (const { part: { columns }, base: at } of this.placed) {
      for (const name of ['times', 'dues', 'numbers', 'precedences', 'marks', 'open'] as const) this[name].set(columns[name], at);
      this.#ids.set(columns.ids, at * INDEX_ID_BYTES);
    }
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(16, base * 2)))).fill(NONE);
    for (let slot = 0; slot < base; slot++) {
      const place = this.#place(this.#idWords, slot * ID_WORDS);
      const before = this.#slots[place]!;
      if (before !== NONE) this.dead[before] = 1;
      this.#slots[place] = slot;
    }
    this.order = this.#ordered();
  }

  /** The slot of a dispatch's line, also where it was replaced since; -1 where there is none. @param dispatch 64 hexadecimal digits */
  slotOf(dispatch: string): number {
    const id = fromHex(dispatch);
    if (id?.length !== INDEX_ID_BYTES) return NONE;
    return this.#slots[this.#place(new Uint32Array(id.buffer), 0)]!;
  }

  dispatchAt(slot: number): string {
    return hex(this.#ids.subarray(slot * INDEX_ID_BYTES, (slot + 1) * INDEX_ID_BYTES));
  }

  /** The newest line whose dispatch begins so; -1 where there is none. @param digits hexadecimal, at least two */
  slotBeginning(digits: string): number {
    const first = Number.parseInt(digits.slice(0, 2), 16);
    for (const slot of this.order) if (this.#ids[slot * INDEX_ID_BYTES] === first && this.dead[slot] === 0 && this.dispatchAt(slot).startsWith(digits)) return slot;
    return NONE;
  }

  /** The part that a slot is in. */
  partOf(slot: number): Placed {
    let [low, high] = [0, this.placed.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.placed[middle]!.base <= slot) low = middle;
      else high = middle - 1;
    }
    return this.placed[low]!;
  }

  /** Whether a line of that time and number stands before the one in the slot. */
  isBefore(time: Instant, number: number, slot: number): boolean {
    return time > this.times[slot]! || (time === this.times[slot] && number > this.numbers[slot]!);
  }

  /** Where an id stands, or would. */
  #place(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    let hash = 0;
    for (let i = 0; i < ID_WORDS; i++) hash = Math.imul(hash ^ words[at + i]!, 0x9e3779b1) ^ (hash >>> 15);
    for (let place = (hash ^ (hash >>> 16)) & mask; ; place = (place + 1) & mask) {
      const slot = this.#slots[place]!;
      if (slot === NONE || this.#isAt(slot, words, at)) return place;
    }
  }

  #isAt(slot: number, words: Uint32Array, at: number): boolean {
    for (let i = 0; i < ID_WORDS; i++) if (this.#idWords[slot * ID_WORDS + i] !== words[at + i]) return false;
    return true;
  }

  /** Parts are in order within, and mostly among each other: then nothing is sorted. */
  #ordered(): Uint32Array {
    const order = new Uint32Array(this.count);
    let [length, isOrdered] = [0, true];
    const newest = this.placed.toSorted((a, b) => (b.part.columns.times[0] ?? 0) - (a.part.columns.times[0] ?? 0));
    for (const { part, base } of newest) {
      for (let slot = base; slot < base + part.columns.count; slot++) {
        if (this.dead[slot] === 1) continue;
        if (length > 0 && this.isBefore(this.times[slot]!, this.numbers[slot]!, order[length - 1]!)) isOrdered = false;
        order[length++] = slot;
      }
    }
    const alive = order.subarray(0, length);
    // A list's own sort takes runs that are in order as they are; that of typed arrays does not.
    return isOrdered ? alive : Uint32Array.from([...alive].toSorted((a, b) => this.times[b]! - this.times[a]! || this.numbers[b]! - this.numbers[a]!));
  }
}
