/**
 * Register lines that this device opened, kept where they can be asked while somebody types: filters, tabs with their
 * counts, search without diacritics, one window of rows at a time. Pure: it runs in a worker, in a page and in a test.
 */
import { Turns } from '#core/turns.ts';
import { mayRead, type RegisterDirection, type RegisterQuestion, type RegisterTab } from './register-question.ts';
import type { RegisterRow, StationLine } from './register.ts';
import { RegisterShelf } from './register-shelf.ts';
import type { ShelfTable } from './shelf-table.ts';

export { mayRead, REGISTER_TABS, type RegisterDirection, type RegisterQuestion, type RegisterTab } from './register-question.ts';
export type { RegisterRow } from './register.ts';

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
  /** Dispatches whose content may be read, or of which somebody is told who got it, and which were not tried yet. */
  readonly unread: readonly string[];
  /** Those that could not be read when they were last tried. */
  readonly failed: readonly string[];
}

export class RegisterIndex {
  readonly #shelves = new Map<string, RegisterShelf>();
  readonly #broken: () => Promise<void>;
  /** What was read of a line while it was being changed would undo the change. */
  readonly #changes = new Turns();

  /** @param broken called where kept lines are not what was kept; the parts are forgotten then */
  constructor(broken: () => Promise<void> = () => Promise.resolve()) {
    this.#broken = broken;
  }

  /** Takes a page of the station's lines: numbers and states change, what was read stays. @param othersOf the names of the other side */
  merge(office: string, direction: RegisterDirection, lines: readonly StationLine[], othersOf: readonly (readonly string[])[]): Promise<Merged> {
    return this.#changes.next(async () => {
      const shelf = this.shelf(shelfName(office, direction));
      const [unread, failed]: [string[], string[]] = [[], []];
      let isChanged = false;
      const known = await this.#rows(shelf, () => ({ table: shelf.table, wanted: lines.map(({ dispatch }) => shelf.where(dispatch)) }));
      for (const [i, line] of lines.entries()) {
        const before = known[i];
        const [content, sealed] = [before?.content ?? null, before?.sealed ?? null];
        const given = before?.given;
        const isGivenWanted = line.told === true && !given;
        if ((content === null && mayRead(line)) || isGivenWanted) (sealed === null && given !== null ? unread : failed).push(line.dispatch);
        const row = { ...line, content, sealed, ...(given !== undefined && { given }), others: direction === 'out' && content !== null ? content.to : othersOf[i] ?? [] };
        if (before && isSame(before, row)) continue;
        isChanged = true;
        shelf.put(row);
      }
      return { isChanged, unread, failed };
    });
  }

  /** Takes lines with what they are about. */
  put(lines: readonly RegisterRow[]): Promise<void> {
    return this.#changes.next(async () => {
      for (const row of lines) this.shelf(shelfName(row.office, row.direction)).put(row);
    });
  }

  /** One window of what a question finds, at most `count` rows from `from` on. */
  async ask(question: RegisterQuestion, from: number, count: number): Promise<RegisterAnswer> {
    const { rows, found: { hits, counts }, revision } = await this.#window(question, from, from + count);
    return { revision, total: hits.length, counts, from, rows };
  }

  /** Every dispatch that a question finds, newest first. */
  async all(question: RegisterQuestion): Promise<readonly RegisterRow[]> {
    return (await this.#window(question, 0, Infinity)).rows;
  }

  /** The row of a dispatch, or null. @param dispatch its first digits are enough */
  async row(office: string, direction: RegisterDirection, dispatch: string): Promise<RegisterRow | null> {
    const shelf = this.shelf(shelfName(office, direction));
    return (await this.#rows(shelf, () => ({ table: shelf.table, wanted: [shelf.where(dispatch)] })))[0] ?? null;
  }

  /** Names of the other side, most frequent first. */
  others(office: string, direction: RegisterDirection): readonly string[] {
    return this.shelf(shelfName(office, direction)).others();
  }

  /** @param name as shelfName */
  shelf(name: string): RegisterShelf {
    const shelf = this.#shelves.get(name) ?? new RegisterShelf();
    this.#shelves.set(name, shelf);
    return shelf;
  }

  get shelves(): ReadonlyMap<string, RegisterShelf> {
    return this.#shelves;
  }

  /** Forgets what was kept: lines that came since stay. */
  dropParts(): void {
    for (const shelf of this.#shelves.values()) shelf.dropParts();
  }

  /** Lines of some parts of a shelf that count. @param numbers of the parts */
  async linesIn(shelf: RegisterShelf, numbers: ReadonlySet<number>): Promise<readonly RegisterRow[]> {
    const rows = await this.#rows(shelf, () => ({ table: shelf.table, wanted: shelf.aliveIn(numbers) }));
    return rows.filter((row) => row !== null);
  }

  async #window(question: RegisterQuestion, from: number, to: number) {
    const shelf = this.shelf(shelfName(question.office, question.direction));
    const find = () => {
      const [found, { revision }] = [shelf.found(question), shelf];
      const wanted = [...found.hits.subarray(from, Math.min(to, found.hits.length))].map((hit) => (hit < found.table.count ? hit : found.fresh[hit - found.table.count]!.row));
      return { found, revision, table: found.table, wanted };
    };
    let asked: ReturnType<typeof find>;
    const rows = await this.#rows(shelf, () => { asked = find(); return asked; });
    return { ...asked!, rows: rows.filter((row) => row !== null) };
  }

  /** Lines where they are, read at once; where they are no more because others came in their place, anew. */
  async #rows(shelf: RegisterShelf, find: () => { readonly table: ShelfTable; readonly wanted: readonly (RegisterRow | number | null)[] }): Promise<(RegisterRow | null)[]> {
    for (;;) {
      const { table, wanted } = find();
      const read = await shelf.lines(table, wanted.filter((one) => typeof one === 'number'));
      if (read !== null) {
        let next = 0;
        return wanted.map((one) => (typeof one === 'number' ? read[next++]! : one));
      }
      if (table !== shelf.table) continue;
      this.dropParts();
      await this.#broken();
    }
  }
}

export function shelfName(office: string, direction: RegisterDirection): string {
  return `${direction} ${office}`;
}

/** Nothing that a station says of a line is an object but its number and in whose stead it came. */
function isSame(a: RegisterRow, b: RegisterRow): boolean {
  return JSON.stringify({ ...a, content: null }) === JSON.stringify({ ...b, content: null });
}
