/**
 * One at a time for each name: an item offered by two neighbours at once is received once, and no part is dropped that a link
 * is bringing. Who waits does so in a line of its neighbour's own, and the lines take turns: one that asks under many numbers
 * waits no less than the others.
 */

export type Release = () => void;

export interface Claimant {
  /** Whose line it stands in. */
  readonly by: string;
  /** Called while it holds the name and somebody waits for it, once for each that begins to wait. */
  readonly awaited: () => void;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly claimant: Claimant;
  readonly turn: PromiseWithResolvers<Release>;
}

interface Held {
  readonly awaited: () => void;
  /** By neighbour, in the order in which they have a turn. */
  readonly lines: Map<string, Waiting[]>;
}

export class Claims {
  readonly #held = new Map<string, Held>();

  /** @returns null where somebody else holds the name */
  claimNow(name: string, awaited: () => void = () => {}): Release | null {
    return this.#held.has(name) ? null : this.#hold(name, awaited, new Map());
  }

  /** Resolves when nobody else holds the name; rejects with the signal's reason when that comes first. */
  claim(name: string, claimant: Claimant): Promise<Release> {
    const { awaited, signal } = claimant;
    const turn = Promise.withResolvers<Release>();
    const held = this.#held.get(name);
    if (signal.aborted) turn.reject(signal.reason);
    else if (held === undefined) turn.resolve(this.#hold(name, awaited, new Map()));
    else this.#wait(held, { claimant, turn });
    return turn.promise;
  }

  #wait({ lines, awaited }: Held, waiting: Waiting): void {
    const { claimant: { by, signal }, turn } = waiting;
    const leave = (): void => {
      const rest = lines.get(by)?.filter((one) => one !== waiting) ?? [];
      if (rest.length === 0) lines.delete(by);
      else lines.set(by, rest);
      turn.reject(signal.reason);
    };
    lines.set(by, [...(lines.get(by) ?? []), waiting]);
    signal.addEventListener('abort', leave, { once: true });
    turn.promise.catch(() => {}).finally(() => signal.removeEventListener('abort', leave));
    awaited();
  }

  #hold(name: string, awaited: () => void, lines: Held['lines']): Release {
    const held: Held = { awaited, lines };
    this.#held.set(name, held);
    if (lines.size > 0) awaited();
    return () => {
      if (this.#held.get(name) === held) this.#handOver(name, lines);
    };
  }

  #handOver(name: string, lines: Held['lines']): void {
    const [next] = lines;
    if (next === undefined) {
      this.#held.delete(name);
      return;
    }
    const [by, [first, ...rest]] = next;
    lines.delete(by);
    if (rest.length > 0) lines.set(by, rest);
    first!.turn.resolve(this.#hold(name, first!.claimant.awaited, lines));
  }
}

/** Of a part: held by whoever brings it, until what names it is committed, and by whoever drops it. */
export function partClaim(root: string): string {
  return `part:${root}`;
}
