/** Which numbers came to a station from a neighbour, by line and by stick, and in which order. */
export class Arrivals {
  readonly #came = new Map<string, { readonly numbers: Set<number>; highest: number }>();

  /** @returns whether it came for the first time, and after a higher one */
  came(way: string, number: number): boolean {
    const before = this.#came.get(way) ?? { numbers: new Set<number>(), highest: 0 };
    const isLate = number < before.highest && !before.numbers.has(number);
    before.numbers.add(number);
    before.highest = Math.max(before.highest, number);
    this.#came.set(way, before);
    return isLate;
  }
}
