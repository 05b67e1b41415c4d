/** Faults that last, and may overlap: the one that began last decides, and what ends takes only its own away. */
export class Standing<Said> {
  readonly #said = new Map<string, Said[]>();

  begin(where: string, said: Said): void {
    this.#said.set(where, [...(this.#said.get(where) ?? []), said]);
  }

  /** @returns what still stands there; null where nothing does */
  end(where: string, said: Said): Said | null {
    const left = (this.#said.get(where) ?? []).filter((one) => one !== said);
    this.#said.set(where, left);
    return left.at(-1) ?? null;
  }
}
