/**
 * A memory of what was kept lately, in which each neighbour has places of its own: whoever keeps much forgets its own, and nobody
 * else's. A name is kept once, whoever kept it last. Source: docs/protocol/frames.md §Resume.
 */
import { Recent } from '#core/recent.ts';

export class Shares<Value> {
  readonly #placesOfEach: number;
  readonly #kept = new Map<string, Recent<Value>>();

  constructor(placesOfEach: number) {
    this.#placesOfEach = placesOfEach;
  }

  get(name: string): Value | undefined {
    for (const own of this.#kept.values()) {
      const value = own.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The value kept for a name, which is forgotten. */
  take(name: string): Value | undefined {
    const value = this.get(name);
    for (const own of this.#kept.values()) own.take(name);
    return value;
  }

  keep(peer: string, name: string, value: Value): void {
    this.take(name);
    const own = this.#kept.get(peer) ?? new Recent<Value>(this.#placesOfEach);
    this.#kept.set(peer, own);
    own.keep(name, value);
  }
}
