/**
 * A bounded memory of what was worked out lately: the least recently used is forgotten first.
 * For imported keys, whose import costs more than their use.
 */
import { assert } from './refusals.ts';

export class Recent<Value> {
  readonly #capacity: number;
  /** A Map keeps the order of insertion, so its first key is the least recently used. */
  readonly #values = new Map<string, Value>();

  /** @param capacity how many values are kept, at least 1 */
  constructor(capacity: number) {
    assert(capacity >= 1, 'a memory holds at least one value');
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The value kept for `key`, now the most recently used, or undefined. */
  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value and returns it; forgets the least recently used where there is no room. */
  keep(key: string, value: Value): Value {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#capacity) this.#forgetOldest();
    return value;
  }

  /** The value kept for `key`, which is forgotten. */
  take(key: string): Value | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  #forgetOldest(): void {
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }
}
