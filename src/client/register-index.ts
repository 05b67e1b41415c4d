/**
 * Register lines that this device opened, kept where they can be asked while somebody types: filters, tabs with their
 * counts, search without diacritics, one window of rows at a time. Pure: it runs in a worker, in a page and in a test.
 */
import type { Instant } from '#core/clock.ts';
import { fold } from '#model/fold.ts';
import { type Classification, type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';
import type { LineContent, RegisterLine, StationLine } from './register.ts';

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

export interface RegisterRow extends RegisterLine {
  /** The other side by name: who sent it, or to whom it went. */
  readonly others: readonly string[];
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
/** In these nobody waits for an office any more. */
const DONE: ReadonlySet<string> = new Set(['acted', 'expired']);
/** Of what was sent: nothing has to arrive any more. */
const UNDERWAY: ReadonlySet<string> = new Set(['accepted', 'partly']);

/** Whether something is still to be done: by this office, or by the links. */
export function isOpen({ direction, state }: StationLine): boolean {
  return direction === 'in' ? !DONE.has(state) : UNDERWAY.has(state) || state === 'unreadable';
}

/** By when: the answer of what came, the arrival of what was sent; null where nothing is awaited. */
export function dueOf(line: StationLine): Instant | null {
  if (!isOpen(line)) return null;
  return line.direction === 'in' ? line.replyBy : line.deliverBy;
}

/** What an incoming dispatch says is nobody's to see before the office opened it. */
export function mayRead({ direction, state }: StationLine): boolean {
  return direction === 'out' || state !== 'arrived';
}

interface Entry {
  row: RegisterRow;
  /** Folded words, each after a space. */
  text: string;
}

interface Shelf {
  readonly entries: Map<string, Entry>;
  /** Newest first. */
  order: Entry[];
  isSorted: boolean;
  revision: number;
  /** The hits of the last question but for its window, at a revision. */
  last: { readonly key: string; readonly hits: readonly Entry[]; readonly counts: Record<RegisterTab, number> } | null;
}

export class RegisterIndex {
  readonly #shelves = new Map<string, Shelf>();

  /** Takes a page of the station's lines: numbers and states change, what was read stays. @param othersOf the names of the other side */
  merge(office: string, direction: RegisterDirection, lines: readonly StationLine[], othersOf: readonly (readonly string[])[]): Merged {
    const shelf = this.#shelf(office, direction);
    const [unread, failed]: [string[], string[]] = [[], []];
    let isChanged = false;
    for (const [i, line] of lines.entries()) {
      const before = shelf.entries.get(line.dispatch)?.row;
      const [content, sealed] = [before?.content ?? null, before?.sealed ?? null];
      if (content === null && mayRead(line)) (sealed === null ? unread : failed).push(line.dispatch);
      const row = { ...line, content, sealed, others: direction === 'out' && content !== null ? content.to : othersOf[i] ?? [] };
      if (before !== undefined && isSame(before, row)) continue;
      isChanged = true;
      this.#keep(shelf, row);
    }
    return { isChanged, unread, failed };
  }

  /** Takes lines with what they are about. */
  put(lines: readonly RegisterRow[]): void {
    for (const row of lines) this.#keep(this.#shelf(row.office, row.direction), row);
  }

  /** One window of what a question finds, at most `count` rows from `from` on. */
  ask(question: RegisterQuestion, from: number, count: number): RegisterAnswer {
    const shelf = this.#shelf(question.office, question.direction);
    const { hits, counts } = this.#found(shelf, question);
    return { revision: shelf.revision, total: hits.length, counts, from, rows: hits.slice(from, from + count).map(({ row }) => row) };
  }

  /** Every dispatch that a question finds, newest first. */
  all(question: RegisterQuestion): RegisterRow[] {
    return this.#found(this.#shelf(question.office, question.direction), question).hits.map(({ row }) => row);
  }

  /** The row of a dispatch, or null. @param dispatch its first digits are enough */
  row(office: string, direction: RegisterDirection, dispatch: string): RegisterRow | null {
    const { entries } = this.#shelf(office, direction);
    const whole = entries.get(dispatch);
    if (whole !== undefined) return whole.row;
    for (const [id, { row }] of entries) if (id.startsWith(dispatch)) return row;
    return null;
  }

  /** Names of the other side, most frequent first. */
  others(office: string, direction: RegisterDirection): string[] {
    const seen = new Map<string, number>();
    for (const { row } of this.#shelf(office, direction).order) for (const one of row.others) seen.set(one, (seen.get(one) ?? 0) + 1);
    return [...seen].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  }

  #found(shelf: Shelf, question: RegisterQuestion): NonNullable<Shelf['last']> {
    // A minute's grain: a question asked again while somebody scrolls is the same question.
    const key = JSON.stringify([shelf.revision, { ...question, now: Math.floor(question.now / 60_000) }]);
    if (shelf.last?.key === key) return shelf.last;
    if (!shelf.isSorted) {
      shelf.order.sort((a, b) => b.row.time - a.row.time || (b.row.number?.number ?? 0) - (a.row.number?.number ?? 0));
      shelf.isSorted = true;
    }
    const wanted = wordsOf(question.query);
    const counts: Record<RegisterTab, number> = { all: 0, open: 0, late: 0, soon: 0 };
    const hits: Entry[] = [];
    for (const entry of shelf.order) {
      if (!fits(entry, question, wanted)) continue;
      const tabs = tabsOf(entry.row, question.now);
      for (const tab of tabs) counts[tab]++;
      if (tabs.includes(question.tab)) hits.push(entry);
    }
    shelf.last = { key, hits, counts };
    return shelf.last;
  }

  #keep(shelf: Shelf, row: RegisterRow): void {
    const entry = shelf.entries.get(row.dispatch);
    const text = textOf(row);
    shelf.revision++;
    if (entry === undefined) {
      const added = { row, text };
      shelf.entries.set(row.dispatch, added);
      shelf.order.push(added);
      shelf.isSorted = false;
    } else Object.assign(entry, { row, text });
  }

  #shelf(office: string, direction: RegisterDirection): Shelf {
    const name = `${direction} ${office}`;
    const shelf = this.#shelves.get(name) ?? { entries: new Map(), order: [], isSorted: true, revision: 0, last: null };
    this.#shelves.set(name, shelf);
    return shelf;
  }
}

function fits({ row, text }: Entry, { classification, precedence, since, until, other }: RegisterQuestion, wanted: readonly string[]): boolean {
  if (precedence !== null && PRECEDENCE_RANK[row.precedence] !== PRECEDENCE_RANK[precedence]) return false;
  if (classification !== null && row.content?.classification !== classification) return false;
  if ((since !== null && row.time < since) || (until !== null && row.time >= until)) return false;
  if (other !== null && !row.others.includes(other)) return false;
  return wanted.every((word) => text.includes(word));
}

function tabsOf(row: RegisterRow, now: Instant): RegisterTab[] {
  if (!isOpen(row)) return ['all'];
  const due = dueOf(row);
  if (due === null) return ['all', 'open'];
  if (due < now) return ['all', 'open', 'late'];
  return due - now <= SOON_MS ? ['all', 'open', 'soon'] : ['all', 'open'];
}

/** Each word after a space, so that a word's beginning is found by one search of the text. */
function textOf({ content, number, from, office, others }: RegisterRow): string {
  const of = (one: LineContent): string[] => [one.subject, one.documentType, one.symbol, one.signer, ...one.to, ...one.files];
  return wordsOf([...(content === null ? [] : of(content)), from, office, ...others, number === null ? '' : String(number.number)].join(' ')).join('');
}

function wordsOf(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').map((word) => ` ${word}`);
}

/** Nothing that a station says of a line is an object but its number and in whose stead it came. */
function isSame(a: RegisterRow, b: RegisterRow): boolean {
  return JSON.stringify({ ...a, content: null }) === JSON.stringify({ ...b, content: null });
}
