/** One at a time for each name: an item offered by two neighbours at once is received once. */

export type Release = () => void;

export class Claims {
  readonly #held = new Map<string, Promise<void>>();

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** Resolves when nobody else holds the name. */
  async claim(name: string): Promise<Release> {
    for (let held = this.#held.get(name); held !== undefined; held = this.#held.get(name)) await held;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(name, promise);
    return () => {
      this.#held.delete(name);
      resolve();
    };
  }
}
