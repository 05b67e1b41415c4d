/**
 * One at a time for each name: an item offered by two neighbours at once is received once, and no part is dropped that a link
 * is bringing. Who waits does so in a line of its neighbour's own, and the lines take turns: one that asks under many numbers
 * waits no less than the others. Who has something at hand now and not later has the next turn.
 */

export type Release = () => void;

export type Awaited = (isPassing: boolean) => void;

export interface Claimant {
  /** Whose line it stands in. */
  readonly by: string;
  /** Called while it holds the name and somebody waits for it, once for each that begins to wait. @param isPassing whether one of them is */
  readonly awaited: Awaited;
  /** It cannot bring later what it has at hand now. */
  readonly isPassing?: boolean;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly claimant: Claimant;
  readonly turn: PromiseWithResolvers<Release>;
}

interface Held {
  readonly awaited: Awaited;
  /** By neighbour, in the order in which they have a turn. */
  readonly lines: Map<string, Waiting[]>;
}

export class Claims {
  readonly #held = new Map<string, Held>();

  /** @returns null where somebody else holds the name */
  claimNow(name: string, awaited: Awaited = () => {}): Release | null {
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
    const { claimant: { by, signal, isPassing = false }, turn } = waiting;
    const leave = (): void => {
      const rest = lines.get(by)?.filter((one) => one !== waiting) ?? [];
      if (rest.length === 0) lines.delete(by);
      else lines.set(by, rest);
      turn.reject(signal.reason);
    };
    lines.set(by, [...(lines.get(by) ?? []), waiting]);
    signal.addEventListener('abort', leave, { once: true });
    turn.promise.catch(() => {}).finally(() => signal.removeEventListener('abort', leave));
    awaited(isPassing);
  }

  #hold(name: string, awaited: Awaited, lines: Held['lines']): Release {
    const held: Held = { awaited, lines };
    this.#held.set(name, held);
    if (lines.size > 0) awaited(passing(lines) !== undefined);
    return () => {
      if (this.#held.get(name) === held) this.#handOver(name, lines);
    };
  }

  #handOver(name: string, lines: Held['lines']): void {
    const [line] = lines.values();
    const first = passing(lines) ?? line?.[0];
    if (first === undefined) {
      this.#held.delete(name);
      return;
    }
    const { by, awaited } = first.claimant;
    const rest = lines.get(by)!.filter((one) => one !== first);
    lines.delete(by);
    if (rest.length > 0) lines.set(by, rest);
    first.turn.resolve(this.#hold(name, awaited, lines));
  }
}

/** The first that waits with what it has at hand now. */
function passing(lines: Held['lines']): Waiting | undefined {
  return [...lines.values()].flat().find(({ claimant }) => claimant.isPassing === true);
}

/** Of a part: held by whoever brings it, until what names it is committed, and by whoever drops it. */
export function partClaim(root: string): string {
  return `part:${root}`;
}
