/**
 * One at a time for each name: an item offered by two neighbours at once is received once, and no part is dropped that a link
 * is bringing.
 */

export type Release = () => void;

interface Held {
  readonly over: Promise<void>;
  readonly awaited: () => void;
}

export class Claims {
  readonly #held = new Map<string, Held>();

  /** @returns null where somebody else holds the name */
  claimNow(name: string): Release | null {
    return this.#held.has(name) ? null : this.#hold(name, () => {});
  }

  /** Resolves when nobody else holds the name. @param awaited called when somebody begins to wait for whom it is held by then */
  async claim(name: string, awaited: () => void): Promise<Release> {
    for (let held = this.#held.get(name); held !== undefined; held = this.#held.get(name)) {
      held.awaited();
      await held.over;
    }
    return this.#hold(name, awaited);
  }

  #hold(name: string, awaited: () => void): Release {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(name, { over: promise, awaited });
    return () => {
      this.#held.delete(name);
      resolve();
    };
  }
}

/** Of a part: held by whoever brings it, until what names it is committed, and by whoever drops it. */
export function partClaim(root: string): string {
  return `part:${root}`;
}
