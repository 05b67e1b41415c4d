/** What the ledger says happened, in its order: the ground on which every table is derived again. */
import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { EventFields } from '#wire/event.ts';

export interface Fact {
  readonly index: number;
  readonly time: Instant;
  readonly uncertaintyMs: number;
  /** Hexadecimal, as all ids here: they are keys of maps. */
  readonly incarnation: string;
  readonly kind: string;
  readonly subject: string;
  readonly fields: EventFields;
}

/** Rows are written in the transaction of their event, a moment before or after the event takes its time. */
export const MOMENT_MS = 60_000;

export class Facts {
  readonly all: Fact[] = [];
  /** Who did it, by event: the sealed field `person`. */
  readonly persons = new Map<number, string>();
  readonly #ofKind = new Map<string, Fact[]>();
  readonly #about = new Map<string, Fact[]>();
  readonly #at = new Map<number, Fact>();

  add(fact: Fact): void {
    this.all.push(fact);
    this.#at.set(fact.index, fact);
    push(this.#ofKind, fact.kind, fact);
    if (fact.subject !== '') push(this.#about, fact.subject, fact);
  }

  at(index: number): Fact | null {
    return this.#at.get(index) ?? null;
  }

  of(...kinds: readonly string[]): Fact[] {
    if (kinds.length === 1) return this.#ofKind.get(kinds[0]!) ?? [];
    return kinds.flatMap((kind) => this.#ofKind.get(kind) ?? []).toSorted((one, other) => one.index - other.index);
  }

  /** Events about an id, in order. */
  about(subject: Uint8Array | string, ...kinds: readonly string[]): Fact[] {
    const facts = this.#about.get(typeof subject === 'string' ? subject : hex(subject)) ?? [];
    return kinds.length === 0 ? facts : facts.filter(({ kind }) => kinds.includes(kind));
  }

  /** The size of the directory that the station held when it wrote this event; null before its first. */
  directorySizeAt(index: number): number | null {
    const grown = this.#ofKind.get('directory-grown') ?? [];
    return grown.findLast((fact) => fact.index <= index)?.fields.count ?? null;
  }
}

export function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Whether a row's time is that of its event, as near as a row can say. */
export function isMomentOf(time: Instant, fact: Fact | null | undefined): boolean {
  return fact !== null && fact !== undefined && Math.abs(time - fact.time) <= MOMENT_MS;
}

/** Of an event about a copy: which sealing it was. */
export function sealingOf({ fields }: Fact): number {
  return fields.sealing ?? 0;
}

/** Whether an event says where a copy is: refusals of receipts about it, and of what that neighbour offered, do not. */
export function isAboutCopy({ kind, fields: { code, channel } }: Fact): boolean {
  return kind === 'queued' || kind === 'custody-received' || (kind === 'refused' && channel === undefined && code !== 'receipt-forged' && code !== 'receipt-not-kept');
}

/** The refusal with which a copy came back, where it was not queued again since: neither waiting nor taken. */
export function lastRefusal(facts: Facts, subject: string, peer: string | null, sealing = 0): string | null {
  const about = facts.about(subject).filter((fact) => fact.fields.peer === peer && sealingOf(fact) === sealing);
  const last = about.findLast(isAboutCopy);
  // What never was queued there is an offer of theirs that we refused, in a ledger of before they said so.
  const wasQueued = about.some(({ kind }) => kind === 'queued');
  return last?.kind === 'refused' && wasQueued ? (last.fields.code ?? null) : null;
}
