/**
 * Register lines that this device opened, kept where they can be asked while somebody types: filters, tabs with their
 * counts, search without diacritics, one window of rows at a time. Pure: it runs in a worker, in a page and in a test.
 */
import type { Instant } from '#core/clock.ts';
import { type Classification, type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';
import type { RegisterRow, StationLine } from './register.ts';
import { CLASSIFICATION_RANK, entryOf, type RegisterEntry, rowOfEntry, wordsOf } from './register-entry.ts';

export type { RegisterRow } from './register.ts';

export type RegisterDirection = 'in' | 'out';
export const REGISTER_TABS = ['all', 'open', 'late', 'soon'] as const;
/** All; not handled yet; late; due within 24 hours. */
export type RegisterTab = (typeof REGISTER_TABS)[number];

export interface RegisterQuestion {
  readonly office: string;
  readonly direction: RegisterDirection;
  /** Words that begin words of the line, with or without diacritics. */
  readonly query: string;
  readonly tab: RegisterTab;
  readonly classification: Classification | null;
  readonly precedence: Precedence | null;
  /** From this instant on, and before this one. */
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** The other side, as in RegisterRow.others. */
  readonly other: string | null;
  readonly now: Instant;
}

export interface RegisterAnswer {
  /** Grows with every change of the register. */
  readonly revision: number;
  readonly total: number;
  readonly counts: Readonly<Record<RegisterTab, number>>;
  /** Where `rows` begins among the total. */
  readonly from: number;
  readonly rows: readonly RegisterRow[];
}

/** What a page of the station's register brought. */
export interface Merged {
  readonly isChanged: boolean;
  /** Dispatches whose content may be read and was not tried yet. */
  readonly unread: readonly string[];
  /** Those that could not be read when they were last tried. */
  readonly failed: readonly string[];
}

const SOON_MS = 24 * 60 * 60 * 1000;

/** What an incoming dispatch says is nobody's to see before the office opened it. */
export function mayRead({ direction, state }: StationLine): boolean {
  return direction === 'out' || state !== 'arrived';
}

/** What a question finds before its tab and its window, at a revision. */
interface Found {
  readonly key: string;
  /** All but the words and the tab, and the words. */
  readonly rest: string;
  readonly wanted: readonly string[];
  readonly base: readonly RegisterEntry[];
  readonly hits: readonly RegisterEntry[];
  readonly counts: Record<RegisterTab, number>;
}

interface Shelf {
  readonly entries: Map<string, RegisterEntry>;
  /** Newest first; null when it is to be made anew. */
  order: readonly RegisterEntry[] | null;
  revision: number;
  last: Found | null;
}

export class RegisterIndex {
  readonly #shelves = new Map<string, Shelf>();

  /** Takes a page of the station's lines: numbers and states change, what was read stays. @param othersOf the names of the other side */
  merge(office: string, direction: RegisterDirection, lines: readonly StationLine[], othersOf: readonly (readonly string[])[]): Merged {
    const shelf = this.#shelf(shelfName(office, direction));
    const [unread, failed]: [string[], string[]] = [[], []];
    let isChanged = false;
    for (const [i, line] of lines.entries()) {
      const known = shelf.entries.get(line.dispatch);
      const before = known && rowOfEntry(known);
      const [content, sealed] = [before?.content ?? null, before?.sealed ?? null];
      if (content === null && mayRead(line)) (sealed === null ? unread : failed).push(line.dispatch);
      const row = { ...line, content, sealed, others: direction === 'out' && content !== null ? content.to : othersOf[i] ?? [] };
      if (before !== undefined && isSame(before, row)) continue;
      isChanged = true;
      this.#keep(shelf, entryOf(row));
    }
    return { isChanged, unread, failed };
  }

  /** Takes lines with what they are about. */
  put(lines: readonly RegisterRow[]): void {
    for (const row of lines) this.#keep(this.#shelf(shelfName(row.office, row.direction)), entryOf(row));
  }

  /** Takes lines that were kept, but for those that are known already. @returns those that were taken */
  take(name: string, kept: readonly RegisterEntry[]): RegisterEntry[] {
    const shelf = this.#shelf(name);
    const taken = kept.filter(({ dispatch }) => !shelf.entries.has(dispatch));
    for (const entry of taken) this.#keep(shelf, entry);
    return taken;
  }

  /** Every line of a shelf, in no order. */
  entries(name: string): ReadonlyMap<string, RegisterEntry> {
    return this.#shelf(name).entries;
  }

  /** One window of what a question finds, at most `count` rows from `from` on. */
  ask(question: RegisterQuestion, from: number, count: number): RegisterAnswer {
    const shelf = this.#shelf(shelfName(question.office, question.direction));
    const { hits, counts } = found(shelf, question);
    return { revision: shelf.revision, total: hits.length, counts, from, rows: hits.slice(from, from + count).map(rowOfEntry) };
  }

  /** Every dispatch that a question finds, newest first. */
  all(question: RegisterQuestion): RegisterRow[] {
    return found(this.#shelf(shelfName(question.office, question.direction)), question).hits.map(rowOfEntry);
  }

  /** The row of a dispatch, or null. @param dispatch its first digits are enough */
  row(office: string, direction: RegisterDirection, dispatch: string): RegisterRow | null {
    const { entries } = this.#shelf(shelfName(office, direction));
    const whole = entries.get(dispatch);
    if (whole !== undefined) return rowOfEntry(whole);
    for (const [id, entry] of entries) if (id.startsWith(dispatch)) return rowOfEntry(entry);
    return null;
  }

  /** Names of the other side, most frequent first. */
  others(office: string, direction: RegisterDirection): string[] {
    const together = new Map<string, number>();
    for (const { others } of this.#shelf(shelfName(office, direction)).entries.values()) together.set(others, (together.get(others) ?? 0) + 1);
    const seen = new Map<string, number>();
    for (const [names, count] of together) for (const one of JSON.parse(names) as string[]) seen.set(one, (seen.get(one) ?? 0) + count);
    return [...seen].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  }

  #keep(shelf: Shelf, entry: RegisterEntry): void {
    shelf.entries.set(entry.dispatch, entry);
    shelf.order = null;
    shelf.revision++;
  }

  #shelf(name: string): Shelf {
    const shelf = this.#shelves.get(name) ?? { entries: new Map(), order: null, revision: 0, last: null };
    this.#shelves.set(name, shelf);
    return shelf;
  }
}

export function shelfName(office: string, direction: RegisterDirection): string {
  return `${direction} ${office}`;
}

function found(shelf: Shelf, question: RegisterQuestion): Found {
  const { query, tab, ...others } = question;
  // A minute's grain: a question asked again while somebody scrolls is the same question.
  const rest = JSON.stringify([shelf.revision, { ...others, now: Math.floor(question.now / 60_000) }]);
  const key = JSON.stringify([rest, query, tab]);
  const { last } = shelf;
  if (last?.key === key) return last;
  shelf.order ??= [...shelf.entries.values()].toSorted((a, b) => b.time - a.time || b.number - a.number);
  const wanted = wordsOf(query);
  // Whoever types on narrows what was found already.
  const isNarrower = last !== null && last.rest === rest && last.wanted.every((word) => wanted.some((longer) => longer.startsWith(word)));
  const fits = fitsOf(question, wanted);
  const base = (isNarrower ? last.base : shelf.order).filter(fits);
  const counts: Record<RegisterTab, number> = { all: base.length, open: 0, late: 0, soon: 0 };
  for (const entry of base) {
    if (!entry.isOpen) continue;
    counts.open++;
    const state = dueState(entry, question.now);
    if (state !== null) counts[state]++;
  }
  const hits = tab === 'all' ? base : base.filter((entry) => entry.isOpen && (tab === 'open' || dueState(entry, question.now) === tab));
  shelf.last = { key, rest, wanted, base, hits, counts };
  return shelf.last;
}

function fitsOf({ classification, precedence, since, until, other }: RegisterQuestion, wanted: readonly string[]): (entry: RegisterEntry) => boolean {
  const [mark, urgency] = [classification && CLASSIFICATION_RANK[classification], precedence && PRECEDENCE_RANK[precedence]];
  const quoted = JSON.stringify(other);
  return (entry) => (urgency === null || entry.precedence === urgency) && (mark === null || entry.classification === mark)
    && (since === null || entry.time >= since) && (until === null || entry.time < until)
    && (other === null || (entry.others.includes(quoted) && (JSON.parse(entry.others) as string[]).includes(other)))
    && wanted.every((word) => entry.text.includes(word));
}

function dueState({ due }: RegisterEntry, now: Instant): 'late' | 'soon' | null {
  if (due === null) return null;
  if (due < now) return 'late';
  return due - now <= SOON_MS ? 'soon' : null;
}

/** Nothing that a station says of a line is an object but its number and in whose stead it came. */
function isSame(a: RegisterRow, b: RegisterRow): boolean {
  return JSON.stringify({ ...a, content: null }) === JSON.stringify({ ...b, content: null });
}
