/**
 * Follows the registers of a device's offices: the station's lines are taken page by page, and of each only what is not
 * known here yet is fetched and opened. Where lines are kept and searched is a parameter.
 */
import { officeLabel, officeTold } from '#model/peer-names.ts';
import { type RegisterLine, type StationLine, withContent } from './register.ts';
import type { Merged, RegisterAnswer, RegisterDirection, RegisterQuestion, RegisterRow } from './register-index.ts';
import type { Session } from '../session.ts';

/** A RegisterIndex, here or in a worker. */
export interface RegisterPlace {
  merge(office: string, direction: RegisterDirection, lines: readonly StationLine[], others: readonly (readonly string[])[]): Promise<Merged>;
  put(lines: readonly RegisterRow[]): Promise<void>;
  ask(question: RegisterQuestion, from: number, count: number): Promise<RegisterAnswer>;
  all(question: RegisterQuestion): Promise<readonly RegisterRow[]>;
  row(office: string, direction: RegisterDirection, dispatch: string): Promise<RegisterRow | null>;
  others(office: string, direction: RegisterDirection): Promise<readonly string[]>;
}

export interface Following {
  /** To the oldest line, and what could not be read is tried again; otherwise to the first page that brings nothing new. */
  readonly isWhole: boolean;
  readonly signal?: AbortSignal;
  /** Called after each step that changed the place. */
  readonly changed?: () => void;
  /** How many lines were looked through. */
  readonly progress?: (lines: number) => void;
}

const PAGE_LINES = 500;
/** Opened one after the other, and put in before the next: what is new stands there soon. */
const SLICE = 32;

/**
 * Brings a register up to what the station has.
 * @throws Refusal `not-entitled`, `office-unknown`, `station-unreachable`; what was put before stays
 */
export async function followRegister(session: Session, place: RegisterPlace, office: string, direction: RegisterDirection, { isWhole, signal, changed, progress }: Following): Promise<void> {
  let before: number | null = null;
  let lines = 0;
  do {
    const query = { limit: PAGE_LINES, ...(before === null ? {} : { before }) };
    const page: { lines: StationLine[]; next: number | null } = await session.api.call('register', { path: { office, direction }, query, signal });
    const { isChanged, unread, failed } = await place.merge(office, direction, page.lines, page.lines.map((line) => othersOf(session, line)));
    if (isChanged) changed?.();
    const wanted = new Set(isWhole ? [...unread, ...failed] : unread);
    const toOpen = page.lines.filter(({ dispatch }) => wanted.has(dispatch));
    for (let done = 0; done < toOpen.length; done += SLICE) {
      if (signal?.aborted === true) return;
      const opened: RegisterRow[] = [];
      for (const line of toOpen.slice(done, done + SLICE)) opened.push(rowOf(session, await withContent(session, office, line)));
      await place.put(opened);
      changed?.();
    }
    progress?.(lines += page.lines.length);
    before = isWhole || isChanged ? page.next : null;
  } while (before !== null);
}

function rowOf(session: Session, line: RegisterLine): RegisterRow {
  return { ...line, others: line.direction === 'out' && line.content !== null ? line.content.to : othersOf(session, line) };
}

function othersOf(session: Session, line: StationLine): string[] {
  return line.direction === 'in' ? [officeLabel(session, officeTold(session.view, line.from))] : [];
}
