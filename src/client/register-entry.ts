/**
 * One line of a register as it is searched: what it is filtered by stands ready, the line itself is made only when somebody
 * looks at it. A hundred thousand of them are read from a device's own store in a moment, because nothing of them is parsed.
 * Source: docs/protocol/local-index.md §Lines.
 */
import { fromUtf8, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { fold } from '#model/fold.ts';
import { INDEX_HEAD_BYTES, INDEX_ID_BYTES, type IndexSegment } from '#wire/local-index.ts';
import { type Classification, PRECEDENCE_RANK } from '#wire/names.ts';
import type { LineContent, RegisterRow, StationLine } from './register.ts';

export const CLASSIFICATION_RANK: Readonly<Record<Classification, number>> = { none: 1, confidential: 2, secret: 3, 'top-secret': 4 };
/** In these nobody waits for an office any more. */
const DONE: ReadonlySet<string> = new Set(['acted', 'expired']);
/** Of what was sent: nothing has to arrive any more. */
const UNDERWAY: ReadonlySet<string> = new Set(['accepted', 'partly']);
const LINE_FEED = 10;
const TWO_32 = 2 ** 32;

/** Whether something is still to be done: by this office, or by the links. */
export function isOpen({ direction, state }: StationLine): boolean {
  return direction === 'in' ? !DONE.has(state) : UNDERWAY.has(state) || state === 'unreadable';
}

/** By when: the answer of what came, the arrival of what was sent; null where nothing is awaited. */
export function dueOf(line: StationLine): Instant | null {
  if (!isOpen(line)) return null;
  return line.direction === 'in' ? line.replyBy : line.deliverBy;
}

export interface RegisterEntry {
  readonly dispatch: string;
  readonly time: Instant;
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
  /** The other side's names, as a JSON array. */
  readonly others: string;
  /** JSON of the line: a part of a segment, or made when it is kept. */
  readonly line: RegisterRow | Uint8Array;
}

export function entryOf(row: RegisterRow): RegisterEntry {
  return {
    dispatch: row.dispatch, time: row.time, due: dueOf(row), number: row.number?.number ?? 0, precedence: PRECEDENCE_RANK[row.precedence],
    classification: row.content === null ? 0 : CLASSIFICATION_RANK[row.content.classification], isOpen: isOpen(row),
    text: textOf(row), others: JSON.stringify(row.others), line: row,
  };
}

/** The line itself. */
export function rowOfEntry({ line }: RegisterEntry): RegisterRow {
  return line instanceof Uint8Array ? JSON.parse(fromUtf8(line) ?? 'null') as RegisterRow : line;
}

/** @param entries at least one, at most INDEX_SEGMENT_LINES */
export function segmentOf(entries: readonly RegisterEntry[]): IndexSegment {
  const lines = entries.map(({ line }) => (line instanceof Uint8Array ? line : utf8(JSON.stringify(line))));
  const all = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0));
  const heads = new Uint8Array(entries.length * INDEX_HEAD_BYTES);
  const view = new DataView(heads.buffer);
  let end = 0;
  for (const [i, entry] of entries.entries()) {
    all.set(lines[i]!, end);
    end += lines[i]!.length;
    writeHead(view, i * INDEX_HEAD_BYTES, entry, end);
  }
  return {
    heads, lines: all, ids: utf8(entries.map(({ dispatch }) => dispatch).join('')),
    words: utf8(closed(entries.map(({ text }) => text))), others: utf8(closed(entries.map(({ others }) => others))),
  };
}

/** @throws DecodeError where the segment does not hold exactly so many lines */
export function entriesOf({ heads, ids, words, others, lines }: IndexSegment, count: number): RegisterEntry[] {
  const named = fromUtf8(ids) ?? '';
  if (heads.length !== count * INDEX_HEAD_BYTES || named.length !== count * INDEX_ID_BYTES) throw malformed('heads');
  const [texts, names] = [opened(words, count, 'words'), opened(others, count, 'others')];
  const view = new DataView(heads.buffer, heads.byteOffset, heads.length);
  const entries: RegisterEntry[] = [];
  let from = 0;
  for (let i = 0; i < count; i++) {
    const at = i * INDEX_HEAD_BYTES;
    const end = view.getUint32(at + 20);
    if (end < from || end > lines.length) throw malformed('lines');
    const due = readUint64(view, at + 8);
    entries.push({
      dispatch: named.slice(i * INDEX_ID_BYTES, (i + 1) * INDEX_ID_BYTES), time: readUint64(view, at), due: due === 0 ? null : due, number: view.getUint32(at + 16),
      precedence: view.getUint8(at + 24), classification: view.getUint8(at + 25), isOpen: view.getUint8(at + 26) === 1,
      text: texts[i]!, others: names[i]!, line: lines.subarray(from, end),
    });
    from = end;
  }
  return entries;
}

/** Each word after a space, so that a word's beginning is found by one search of the text. */
export function wordsOf(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').map((word) => ` ${word}`);
}

function textOf({ content, number, from, office, others }: RegisterRow): string {
  const of = (one: LineContent): string[] => [one.subject, one.documentType, one.symbol, one.signer, ...one.to, ...one.files];
  return wordsOf([...(content === null ? [] : of(content)), from, office, ...others, number === null ? '' : String(number.number)].join(' ')).join('');
}

function writeHead(view: DataView, at: number, entry: RegisterEntry, end: number): void {
  writeUint64(view, at, entry.time);
  writeUint64(view, at + 8, entry.due ?? 0);
  view.setUint32(at + 16, entry.number);
  view.setUint32(at + 20, end);
  view.setUint8(at + 24, entry.precedence);
  view.setUint8(at + 25, entry.classification);
  view.setUint8(at + 26, entry.isOpen ? 1 : 0);
}

function closed(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function opened(bytes: Uint8Array, count: number, field: string): string[] {
  const lines = bytes.at(-1) === LINE_FEED ? fromUtf8(bytes)?.split('\n') : undefined;
  if (lines?.length !== count + 1) throw malformed(field);
  return lines;
}

function malformed(field: string): DecodeError {
  return new DecodeError(`IndexSegment.${field}`, 0, 'another number of lines');
}

function readUint64(view: DataView, at: number): number {
  return view.getUint32(at) * TWO_32 + view.getUint32(at + 4);
}

function writeUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / TWO_32));
  view.setUint32(at + 4, value % TWO_32);
}
