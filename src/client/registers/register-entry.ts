/** One line of a register with what it is found and filtered by. Source: docs/protocol/local-index.md §Lines. */
import type { Instant } from '#core/clock.ts';
import { fold } from '#model/fold.ts';
import { type Classification, PRECEDENCE_RANK } from '#wire/names.ts';
import type { LineContent, RegisterRow, StationLine } from './register.ts';

export const CLASSIFICATION_RANK: Readonly<Record<Classification, number>> = { none: 1, confidential: 2, secret: 3, 'top-secret': 4 };
/** In these nobody waits for an office any more. */
const DONE: ReadonlySet<string> = new Set(['acted', 'expired']);
/** Those who have it only to know owe no more than that. */
const READ: ReadonlySet<string> = new Set(['opened', 'handed-over']);
/** Of what was sent: it is not everywhere that it has to be read. */
const UNDERWAY: ReadonlySet<string> = new Set(['accepted', 'partly', 'unreadable']);

/**
 * Not finished: of what came, until this office noted it as done; of what was sent, until everybody did what is asked of
 * them, as in the life of a dispatch (src/model/life.ts): to act, or only to read it.
 */
export function isOpen({ direction, state, role }: Pick<StationLine, 'direction' | 'state' | 'role'>): boolean {
  return !DONE.has(state) && !(direction === 'out' && role === 'info' && READ.has(state));
}

/** By when: the answer of what came, the arrival of what was sent; null where neither is awaited. */
export function dueOf(line: StationLine): Instant | null {
  if (line.direction === 'in') return isOpen(line) ? line.replyBy : null;
  return UNDERWAY.has(line.state) ? line.deliverBy : null;
}

export interface RegisterEntry {
  readonly row: RegisterRow;
  readonly due: Instant | null;
  /** 0 where it has none. */
  readonly number: number;
  /** PRECEDENCE_RANK. */
  readonly precedence: number;
  /** CLASSIFICATION_RANK; 0 where it is not known. */
  readonly classification: number;
  readonly isOpen: boolean;
  /** Folded words, each after a space. */
  readonly text: string;
}

export function entryOf(row: RegisterRow): RegisterEntry {
  return {
    row, due: dueOf(row), number: row.number?.number ?? 0, precedence: PRECEDENCE_RANK[row.precedence],
    classification: row.content === null ? 0 : CLASSIFICATION_RANK[row.content.classification], isOpen: isOpen(row), text: textOf(row),
  };
}

/** Newest first. */
export function newestFirst(a: RegisterEntry, b: RegisterEntry): number {
  return b.row.time - a.row.time || b.number - a.number;
}

/** Each word after a space, so that a word's beginning is found by one search of the text. */
export function wordsOf(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').map((word) => ` ${word}`);
}

function textOf({ content, number, from, office, others, given }: RegisterRow): string {
  const of = (one: LineContent): string[] => [one.subject, one.documentType, one.symbol, one.signer, ...one.to, ...one.files];
  return wordsOf([...(content === null ? [] : of(content)), from, office, given ?? '', ...others, number === null ? '' : String(number.number)].join(' ')).join('');
}
