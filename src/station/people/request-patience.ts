/**
 * How long a neighbour is asked to offer again what cannot be judged or has no place yet. Each offer costs the connection
 * that brings it, and anybody behind an honest relay can make up what nobody will ever judge: so a day, not until it is stale.
 * Source: docs/decisions/0140.
 */
import { type Clock, DAY_MS } from '#core/clock.ts';

export const PATIENCE_MS = DAY_MS;
/** Of one neighbour; what comes beyond is refused at once, and goes as a file. */
const EACH = 64;

export class RequestPatience {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By neighbour: what was put off, with when that was first. A restart begins anew. */
  readonly #since = new Map<string, Map<string, number>>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** @returns whether it may be offered once more; what may not is over, and would begin anew in another note */
  mayWait(neighbour: string, what: string): boolean {
    const now = this.#clock.monotonicMs();
    const put = this.#of(neighbour, now);
    const since = put.get(what);
    if (since === undefined) return put.size < EACH && put.set(what, now) !== undefined;
    if (now - since < PATIENCE_MS) return true;
    put.delete(what);
    return false;
  }

  /** Without what the neighbour has not offered for a day more than it might. */
  #of(neighbour: string, now: number): Map<string, number> {
    const put = this.#since.get(neighbour) ?? new Map<string, number>();
    this.#since.set(neighbour, put);
    for (const [what, since] of put) if (now - since > 2 * PATIENCE_MS) put.delete(what);
    return put;
  }
}
