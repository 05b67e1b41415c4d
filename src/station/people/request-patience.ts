/**
 * How long a neighbour is asked to offer again what cannot be judged or has no place yet. Each offer costs the connection
 * that brings it, and anybody behind an honest relay can make up what nobody will ever judge: so a day, not until it is stale.
 * Source: docs/decisions/0140.
 */
import { type Clock, DAY_MS } from '#core/clock.ts';

export const PATIENCE_MS = DAY_MS;
/** Of one neighbour and one lack; what comes beyond is refused at once, and goes as a file. */
export const EACH = 64;
/** Of those, that name one person. */
export const EACH_PERSON = 16;

/** Each has places of its own: anybody can make up what nobody can judge, and what has no place was verified. */
const LACKS = ['directory-unheard', 'requests-full'] as const;
export type Lack = (typeof LACKS)[number];

/** What may be taken later as it is: the neighbour keeps it, as long as there is patience. */
export function isLack(code: string): code is Lack {
  return (LACKS as readonly string[]).includes(code);
}

export interface Offered {
  readonly neighbour: string;
  readonly what: string;
  /** Whom it names; null for whomever the directory does not have. */
  readonly person: string | null;
}

interface Waiting {
  readonly person: string | null;
  readonly since: number;
}

export class RequestPatience {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** What was put off, by neighbour. A restart begins anew. */
  readonly #put: Readonly<Record<Lack, Map<string, Map<string, Waiting>>>> = { 'directory-unheard': new Map(), 'requests-full': new Map() };

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** @returns whether it may be offered once more; what may not is over, and would begin anew in another note */
  mayWait(lack: Lack, { neighbour, what, person }: Offered): boolean {
    const now = this.#clock.monotonicMs();
    const put = this.#of(lack, neighbour, now);
    const isPatient = ({ since }: Waiting): boolean => now - since < PATIENCE_MS;
    const held = put.get(what);
    if (held !== undefined) return isPatient(held) || !put.delete(what);
    const waiting = [...put.values()].filter(isPatient);
    if (waiting.length >= EACH || waiting.filter((one) => one.person === person).length >= EACH_PERSON) return false;
    put.set(what, { person, since: now });
    return true;
  }

  /** It was taken, or never will be: it waits no more. */
  over({ neighbour, what }: Pick<Offered, 'neighbour' | 'what'>): void {
    for (const lack of LACKS) this.#put[lack].get(neighbour)?.delete(what);
  }

  /** What is older than a day takes no place; a day more it is known, so that its next offer is its last. */
  #of(lack: Lack, neighbour: string, now: number): Map<string, Waiting> {
    const put = this.#put[lack].get(neighbour) ?? new Map<string, Waiting>();
    this.#put[lack].set(neighbour, put);
    for (const [what, { since }] of put) if (now - since > 2 * PATIENCE_MS) put.delete(what);
    return put;
  }
}
