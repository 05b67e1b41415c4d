/**
 * When a folder that was restored or promoted may give directory entries their index: not before it holds as much of the log
 * as any neighbour that it can reach, or the log would fork. An operator who says that none can be reached is believed after
 * a minute in which none was, and a neighbour that says to hold more for an hour in which it sends it. What only devices saw
 * is proved to be lacking by nothing, so for a day the first entry is a registrar's. Source: docs/protocol/directory.md §Terms.
 *
 * A restart forgets who was met and how long was waited, and both only begin anew. That this folder has led stands in the
 * database, in the commit of the entry. What a neighbour said to hold stands there too: forgotten, a start in which that
 * neighbour is not met would give the same index to another entry.
 */
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';

/** How long those who call us have, once one neighbour was met; and all of them, where an operator expects none. */
export const HEARING_MS = MINUTE_MS;

/** How long a neighbour's word that it holds more counts while our log does not grow: it proves nothing, and a slow line needs time. */
export const CLAIM_MS = HOUR_MS;

/** How long after the start only a registrar's device begins: theirs have seen what registrars signed, and give it back first. */
export const REGISTRARS_FIRST_MS = DAY_MS;

interface Heard {
  readonly size: number;
  /** Monotonic ms since when it says more than we hold. */
  readonly claimedAt: number | null;
}

export interface LeadingDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly neighbours: () => readonly string[];
  /** What each said of the log when it was met in this run; whoever is no neighbour within the organisation has no say. */
  readonly met: () => ReadonlyMap<string, Heard>;
  /** An operator has said that no neighbour will be heard. */
  readonly alone: boolean;
  /** What a neighbour said to hold in an earlier run, beyond what was held then; null where none did. */
  readonly claimedBefore: number | null;
  /** Writes such a claim down for the next run. */
  readonly keepClaim: (size: number) => void;
}

export class Leading {
  readonly #deps: LeadingDeps;
  readonly #began: number;
  #firstMet: number | null = null;
  #done: boolean;
  #isRegistrarHeard = false;
  #claimed: number;

  /** @param isNeeded false where this folder has always known its end, or has led in this incarnation */
  constructor(deps: LeadingDeps, isNeeded: boolean) {
    this.#deps = deps;
    this.#began = deps.clock.monotonicMs();
    this.#done = !isNeeded;
    this.#claimed = deps.claimedBefore ?? 0;
  }

  /**
   * @param held entries of the log here
   * @param mayBegin whether who asks is a registrar, or nobody needs to be
   * @throws Refusal `directory-unheard`
   */
  demand(held: number, mayBegin: boolean): void {
    if (this.#done) return;
    const { clock, alone } = this.#deps;
    const neighbours = this.#deps.neighbours();
    const met = this.#deps.met();
    const now = clock.monotonicMs();
    const heard = neighbours.flatMap((peer) => met.get(peer) ?? []);
    if (heard.length > 0) this.#firstMet ??= now;
    const isClaimedBefore = (this.#deps.claimedBefore ?? 0) > held && now - this.#began < CLAIM_MS;
    if (isClaimedBefore || heard.some(({ size, claimedAt }) => size > held && now - (claimedAt ?? now) < CLAIM_MS)) throw new Refusal('directory-unheard', { reason: 'behind' });
    const isAllMet = heard.length === neighbours.length;
    const isHeard = this.#firstMet !== null && now - this.#firstMet >= HEARING_MS;
    const isAlone = alone && now - this.#began >= HEARING_MS;
    if (!isAllMet && !isHeard && !isAlone) throw new Refusal('directory-unheard', { reason: 'neighbours' });
    const isBegun = mayBegin || this.#isRegistrarHeard || now - this.#began >= REGISTRARS_FIRST_MS;
    if (!isBegun) throw new Refusal('directory-unheard', { reason: 'registrar' });
  }

  /** A neighbour within the organisation said to hold so much when it was met. */
  heard(size: number, held: number): void {
    if (this.#done || size <= Math.max(held, this.#claimed)) return;
    this.#claimed = size;
    this.#deps.keepClaim(size);
  }

  /** A registrar's device has given back all that it had seen. */
  registrarHeard(): void {
    this.#isRegistrarHeard = true;
  }

  /** The first entry has its index: from now on nobody can hold more. */
  led(): void {
    this.#done = true;
  }
}
