/**
 * One register, of one office and one direction: parts that were kept, in columns, and before them the lines that came since.
 * What a question finds are slots of a table; lines themselves are read when somebody looks at them.
 */
import { utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { INDEX_BLOCK_LINES } from '#wire/local-index.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import type { KeptPart } from './kept-lines.ts';
import { CLASSIFICATION_RANK, entryOf, newestFirst, type RegisterEntry, wordsOf } from './register-entry.ts';
import type { RegisterQuestion, RegisterTab } from './register-question.ts';
import type { RegisterRow } from './register.ts';
import { eachWith, lineIn } from './segment-columns.ts';
import { ShelfTable } from './shelf-table.ts';

const SOON_MS = 24 * 60 * 60 * 1000;
/** Opened blocks that stay in memory, of 64 lines each. */
const BLOCKS = 96;

/** What a question finds, newest first. */
export interface Found {
  readonly key: string;
  readonly table: ShelfTable;
  /** Slots of the table, and beyond its count places in `fresh`. */
  readonly hits: Uint32Array;
  readonly fresh: readonly RegisterEntry[];
  readonly counts: Record<RegisterTab, number>;
}

export class RegisterShelf {
  readonly #fresh = new Map<string, RegisterEntry>();
  readonly #blocks = new Map<string, Promise<Uint8Array | null>>();
  #table = new ShelfTable([]);
  #last: Found | null = null;
  #others: readonly string[] | null = null;
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Lines that are in no part. */
  get fresh(): readonly RegisterEntry[] {
    return [...this.#fresh.values()];
  }

  get freshCount(): number {
    return this.#fresh.size;
  }

  get table(): ShelfTable {
    return this.#table;
  }

  put(row: RegisterRow): void {
    this.#fresh.set(row.dispatch, entryOf(row));
    this.#bury(row.dispatch);
    this.#changed();
  }

  /**
   * Takes parts, the last of which count most, in place of others and of lines that are in them now.
   * @param doomed numbers of parts @param taken lines as they were when the parts were made
   */
  swap(doomed: ReadonlySet<number>, parts: readonly KeptPart[], taken: readonly RegisterEntry[]): void {
    for (const entry of taken) if (this.#fresh.get(entry.row.dispatch) === entry) this.#fresh.delete(entry.row.dispatch);
    this.#table = new ShelfTable([...this.#table.placed.map(({ part }) => part).filter(({ number }) => !doomed.has(number)), ...parts]);
    for (const dispatch of this.#fresh.keys()) this.#bury(dispatch);
    this.#changed();
  }

  /** Forgets every part. */
  dropParts(): void {
    this.swap(new Set(this.#table.placed.map(({ part }) => part.number)), [], []);
  }

  /** Of each part how many lines it has, and how many of them count. */
  partSizes(): { readonly number: number; readonly count: number; readonly alive: number }[] {
    const { placed, dead } = this.#table;
    return placed.map(({ part: { number, columns: { count } }, base }) => ({ number, count, alive: count - dead.subarray(base, base + count).reduce((sum, one) => sum + one, 0) }));
  }

  /** Slots of a part's lines that count. */
  aliveIn(numbers: ReadonlySet<number>): number[] {
    const { placed, dead } = this.#table;
    return placed.filter(({ part }) => numbers.has(part.number)).flatMap(({ part, base }) => Array.from({ length: part.columns.count }, (_, i) => base + i)).filter((slot) => dead[slot] === 0);
  }

  found(question: RegisterQuestion): Found {
    // A minute's grain: a question asked again while somebody scrolls is the same question.
    const key = JSON.stringify([this.#revision, { ...question, now: Math.floor(question.now / 60_000) }]);
    if (this.#last?.key !== key) this.#last = foundIn(this.#table, this.#fresh.values(), question, key);
    return this.#last;
  }

  /** Names of the other side, most frequent first. */
  others(): readonly string[] {
    this.#others ??= othersIn(this.#table, this.#fresh.values());
    return this.#others;
  }

  /** A line that is in no part, or its slot. @param dispatch its first digits are enough */
  where(dispatch: string): RegisterRow | number | null {
    if (!/^[0-9a-f]{2,64}$/.test(dispatch)) return null;
    const whole = this.#fresh.get(dispatch);
    if (whole !== undefined) return whole.row;
    if (dispatch.length < 64) for (const [id, { row }] of this.#fresh) if (id.startsWith(dispatch)) return row;
    const slot = dispatch.length < 64 ? this.#table.slotBeginning(dispatch) : this.#table.slotOf(dispatch);
    return slot < 0 ? null : slot;
  }

  /** Lines of a table's slots. @returns null where some are not there as they were kept */
  async lines(table: ShelfTable, slots: readonly number[]): Promise<RegisterRow[] | null> {
    const places = slots.map((slot) => {
      const { part, base } = table.partOf(slot);
      return { part, place: slot - base, block: Math.floor((slot - base) / INDEX_BLOCK_LINES) };
    });
    const opened = await Promise.all(places.map(({ part, block }) => this.#block(part, block)));
    const rows: RegisterRow[] = [];
    for (const [i, { part: { columns }, place }] of places.entries()) {
      const row = opened[i] ? lineIn(columns, opened[i], place) : null;
      if (row === null) return null;
      rows.push(row as RegisterRow);
    }
    return rows;
  }

  #block(part: KeptPart, block: number): Promise<Uint8Array | null> {
    const name = `${part.number} ${block}`;
    const opened = this.#blocks.get(name) ?? part.lines(block).catch(() => null);
    this.#blocks.delete(name);
    this.#blocks.set(name, opened);
    // The one that was looked at longest ago.
    if (this.#blocks.size > BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    return opened;
  }

  #bury(dispatch: string): void {
    const slot = this.#table.slotOf(dispatch);
    if (slot >= 0) this.#table.dead[slot] = 1;
  }

  #changed(): void {
    this.#revision++;
    this.#last = null;
    this.#others = null;
  }
}

function foundIn(table: ShelfTable, fresh: Iterable<RegisterEntry>, question: RegisterQuestion, key: string): Found {
  const { tab, now } = question;
  const { count, order, times, dues, numbers, precedences, marks, open, dead } = table;
  const wanted = [...new Set(wordsOf(question.query))];
  const needed = wanted.length + (question.other === null ? 0 : 1);
  const scores = scoresOf(table, wanted, question.other);
  const [mark, urgency] = [question.classification && CLASSIFICATION_RANK[question.classification], question.precedence && PRECEDENCE_RANK[question.precedence]];
  const [since, until] = [question.since ?? -Infinity, question.until ?? Infinity];
  const newer = freshIn(fresh, question, wanted);
  const counts: Record<RegisterTab, number> = { all: 0, open: 0, late: 0, soon: 0 };
  const hits = new Uint32Array(order.length + newer.length);
  let total = 0;
  const take = (hit: number, isOpen: boolean, due: Instant): void => {
    counts.all++;
    if (isOpen) counts.open++;
    const state = isOpen ? dueState(due, now) : null;
    if (state !== null) counts[state]++;
    if (tab === 'all' || (isOpen && (tab === 'open' || tab === state))) hits[total++] = hit;
  };
  const takeFresh = (at: number): void => take(count + at, newer[at]!.isOpen, newer[at]!.due ?? 0);
  let next = 0;
  for (const slot of order) {
    const time = times[slot]!;
    if (dead[slot] === 1 || scores[slot] !== needed || time < since || time >= until || (mark !== null && marks[slot] !== mark) || (urgency !== null && precedences[slot] !== urgency)) continue;
    for (; next < newer.length && newer[next]!.row.time >= time && !isAfter(newer[next]!, time, numbers[slot]!); next++) takeFresh(next);
    take(slot, open[slot] === 1, dues[slot]!);
  }
  for (; next < newer.length; next++) takeFresh(next);
  return { key, table, hits: hits.slice(0, total), fresh: newer, counts };
}

function isAfter({ row, number }: RegisterEntry, time: Instant, other: number): boolean {
  return row.time === time && number < other;
}

/** How many of the words that are wanted, and of the names, each line has; only those that have every one before count on. */
function scoresOf({ placed, count }: ShelfTable, wanted: readonly string[], other: string | null): Uint16Array {
  const scores = new Uint16Array(count);
  for (const { part: { columns }, base } of placed) {
    for (const [i, word] of wanted.entries()) {
      eachWith(columns, utf8(word.slice(1)), (place) => { if (scores[base + place] === i) scores[base + place] = i + 1; });
    }
    if (other === null) continue;
    const isIt = columns.names.map((names) => (JSON.parse(names) as string[]).includes(other));
    for (let i = 0; i < columns.count; i++) if (isIt[columns.sides[i]!] && scores[base + i] === wanted.length) scores[base + i] = wanted.length + 1;
  }
  return scores;
}

function freshIn(fresh: Iterable<RegisterEntry>, { classification, precedence, since, until, other }: RegisterQuestion, wanted: readonly string[]): RegisterEntry[] {
  const [mark, urgency] = [classification && CLASSIFICATION_RANK[classification], precedence && PRECEDENCE_RANK[precedence]];
  return [...fresh].filter(({ row, text, ...entry }) => (urgency === null || entry.precedence === urgency) && (mark === null || entry.classification === mark)
    && (since === null || row.time >= since) && (until === null || row.time < until)
    && (other === null || row.others.includes(other)) && wanted.every((word) => text.includes(word))).toSorted(newestFirst);
}

/** @param due 0 where nothing is awaited */
function dueState(due: Instant, now: Instant): 'late' | 'soon' | null {
  if (due === 0) return null;
  if (due < now) return 'late';
  return due - now <= SOON_MS ? 'soon' : null;
}

function othersIn({ placed, dead }: ShelfTable, fresh: Iterable<RegisterEntry>): string[] {
  const seen = new Map<string, number>();
  const add = (names: readonly string[], count: number): void => { for (const one of names) seen.set(one, (seen.get(one) ?? 0) + count); };
  for (const { part: { columns }, base } of placed) {
    const counts = new Uint32Array(columns.names.length);
    for (let i = 0; i < columns.count; i++) if (dead[base + i] === 0) counts[columns.sides[i]!]!++;
    for (const [side, names] of columns.names.entries()) if (counts[side]! > 0) add(JSON.parse(names) as string[], counts[side]!);
  }
  for (const { row } of fresh) add(row.others, 1);
  return [...seen].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}
