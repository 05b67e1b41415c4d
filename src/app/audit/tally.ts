/** What an audit found: claims counted, faults named. Nothing that is looked at stops it. */
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { AuditClaim, AuditFault } from '#cli/audit-report.ts';

/** Beyond it a claim's faults are counted and no longer named: a folder that is broken throughout says so in a page. */
const FAULTS_NAMED_MAX = 200;

/** Told what is being looked at, and how far it is: bytes or rows. */
export type AuditProgress = (claim: string, done: number) => void;

export class Tally {
  readonly #claims = new Map<string, Claim>();
  readonly faults: AuditFault[] = [];
  readonly remarks: AuditFault[] = [];

  claim(name: string): Claim {
    const claim = this.#claims.get(name) ?? new Claim(name, this.faults);
    this.#claims.set(name, claim);
    return claim;
  }

  /** Says something that is no fault: a file that waits to be used, or never will be. */
  remark(place: string, what: string): void {
    if (this.remarks.length < FAULTS_NAMED_MAX) this.remarks.push({ place, what });
  }

  get claims(): AuditClaim[] {
    return [...this.#claims.values()].map(({ name: claim, checked, failed }) => ({ claim, checked, failed }));
  }
}

/** One kind of statement that the folder makes. */
export class Claim {
  readonly name: string;
  checked = 0;
  failed = 0;
  readonly #faults: AuditFault[];

  constructor(name: string, faults: AuditFault[]) {
    this.name = name;
    this.#faults = faults;
  }

  /** One statement of this kind, at its place. */
  item(place: string): Item {
    this.checked += 1;
    return new Item(this, place);
  }

  /** A statement that is checked by one comparison. */
  check(place: string, holds: boolean, what: string): boolean {
    return this.item(place).demand(holds, what);
  }

  /** A statement that should have been there, or could not even be read. */
  missing(place: string, what: string): void {
    this.item(place).fault(what);
  }

  /** Called by the items. */
  fault(place: string, what: string, isFirst: boolean): void {
    if (isFirst) this.failed += 1;
    if (this.failed <= FAULTS_NAMED_MAX) this.#faults.push({ place, what });
  }
}

/** One statement under check: it fails once, whatever is wrong with it, and each thing that is wrong is named. */
export class Item {
  readonly place: string;
  readonly #claim: Claim;
  #isFailed = false;

  constructor(claim: Claim, place: string) {
    this.#claim = claim;
    this.place = place;
  }

  get isFailed(): boolean {
    return this.#isFailed;
  }

  fault(what: string): void {
    this.#claim.fault(this.place, what, !this.#isFailed);
    this.#isFailed = true;
  }

  demand(holds: boolean, what: string): boolean {
    if (!holds) this.fault(what);
    return holds;
  }

  /** What `work` gives; null where it throws, which is a fault. */
  attempt<T>(what: string, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.fault(`${what}: ${wordsOf(error)}`);
      return null;
    }
  }

  async attemptAsync<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.fault(`${what}: ${wordsOf(error)}`);
      return null;
    }
  }
}

/** An error without anything that may be content. */
export function wordsOf(error: unknown): string {
  if (error instanceof DecodeError) return `${error.field} at byte ${error.offset}: ${error.reason}`;
  if (error instanceof Refusal) return error.message;
  return error instanceof Error ? error.message : 'failed';
}
