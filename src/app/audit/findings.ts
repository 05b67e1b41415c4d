/** Collects what an audit derived and what did not hold, each with its place. */
import type { AuditClaim, AuditFault } from '#cli/audit-report.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';

/** Enough to see what is wrong; a destroyed folder would name millions. */
const FAULTS_MAX = 200;

export class Findings {
  readonly faults: AuditFault[] = [];
  readonly #claims = new Map<string, { checked: number; failed: number }>();

  /** A claim with this name is reported even where there was nothing to check. */
  claim(name: string): Claim {
    const counts = this.#claims.get(name) ?? { checked: 0, failed: 0 };
    this.#claims.set(name, counts);
    const fail = (place: string, what: string): void => {
      counts.failed++;
      if (this.faults.length < FAULTS_MAX) this.faults.push({ place, what });
    };
    return {
      check: (holds, place, what) => {
        counts.checked++;
        if (!holds) fail(place, what);
        return holds;
      },
      attempt: async (place, work) => {
        counts.checked++;
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
          fail(place, describe(error));
          return null;
        }
      },
    };
  }

  get claims(): AuditClaim[] {
    return [...this.#claims].map(([claim, counts]) => ({ claim, ...counts }));
  }
}

export interface Claim {
  /** Counts one check. @returns whether it held */
  check(holds: boolean, place: string, what: string): boolean;
  /** Counts one check that refuses or fails to decode where it does not hold. @returns null where it did not */
  attempt<T>(place: string, work: () => T | Promise<T>): Promise<T | null>;
}

function describe(error: Refusal | DecodeError): string {
  if (error instanceof DecodeError) return `malformed: ${error.message}`;
  const detail = Object.entries(error.detail).map(([name, value]) => `${name}=${value}`);
  return [error.code, ...detail].join(' ');
}
