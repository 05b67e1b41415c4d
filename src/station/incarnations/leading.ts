/**
 * When a folder that was restored or promoted may give directory entries their index: not before it holds as much of the log
 * as any neighbour that it can reach, or the log would fork. An operator who says that none can be reached is believed after
 * a minute in which none was. Source: docs/protocol/directory.md §Terms.
 */
import { type Clock, MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';

/** How long those who call us have, once one neighbour was met; and all of them, where an operator expects none. */
export const HEARING_MS = MINUTE_MS;

export interface LeadingDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly neighbours: () => readonly string[];
  /** Entries of the log that each neighbour had when it was met in this run. */
  readonly met: () => ReadonlyMap<string, number>;
  /** An operator has said that no neighbour will be heard. */
  readonly alone: boolean;
}

export class Leading {
  readonly #deps: LeadingDeps;
  readonly #began: number;
  #firstMet: number | null = null;
  #done: boolean;

  /** @param isNeeded false where this folder has always known its end, or has led in this incarnation */
  constructor(deps: LeadingDeps, isNeeded: boolean) {
    this.#deps = deps;
    this.#began = deps.clock.monotonicMs();
    this.#done = !isNeeded;
  }

  /** @param held entries of the log here. @throws Refusal `directory-unheard` */
  demand(held: number): void {
    if (this.#done) return;
    const { clock, alone } = this.#deps;
    const met = this.#deps.met();
    const now = clock.monotonicMs();
    if (met.size > 0) this.#firstMet ??= now;
    if ([...met.values()].some((size) => size > held)) throw new Refusal('directory-unheard', { reason: 'behind' });
    const neighbours = this.#deps.neighbours();
    const isAllMet = neighbours.every((peer) => met.has(peer));
    const isHeard = this.#firstMet !== null && now - this.#firstMet >= HEARING_MS;
    const isAlone = alone && now - this.#began >= HEARING_MS;
    if (!isAllMet && !isHeard && !isAlone) throw new Refusal('directory-unheard', { reason: 'neighbours' });
  }

  /** The first entry has its index: from now on nobody can hold more. */
  led(): void {
    this.#done = true;
  }
}
