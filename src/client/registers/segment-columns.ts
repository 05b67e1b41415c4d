/**
 * The hot part of a segment of register lines: what they are filtered by, in columns, and a sorted list of their words with
 * the places of each. Nothing is parsed at opening, and a word's beginning is found by halving. Made once, never changed.
 * Source: docs/protocol/local-index.md §Lines.
 */
import { compare, concat, fromHex, fromUtf8, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { INDEX_BLOCK_BYTES, INDEX_BLOCK_LINES, INDEX_HEAD_BYTES, INDEX_ID_BYTES, INDEX_PLACE_BYTES, INDEX_WORD_BYTES, type IndexSegment } from '#wire/local-index.ts';
import type { RegisterEntry } from './register-entry.ts';

const TWO_32 = 2 ** 32;
const NONCE_BYTES = 12;

export interface Columns {
  readonly count: number;
  /** 32 bytes each. */
  readonly ids: Uint8Array;
  readonly times: Float64Array;
  /** 0: nothing is awaited. */
  readonly dues: Float64Array;
  readonly numbers: Uint32Array;
  /** Where each line ends in its block. */
  readonly ends: Uint32Array;
  /** Of each line which of `names`. */
  readonly sides: Uint16Array;
  /** PRECEDENCE_RANK, CLASSIFICATION_RANK or 0, and 1 where something is still to be done. */
  readonly precedences: Uint8Array;
  readonly marks: Uint8Array;
  readonly open: Uint8Array;
  /** Names of the other side, each set once, as a JSON array. */
  readonly names: readonly string[];
  readonly blocks: readonly { readonly nonce: Uint8Array; readonly end: number }[];
  readonly words: Words;
}

interface Words {
  readonly text: Uint8Array;
  readonly ends: Uint32Array;
  readonly placeEnds: Uint32Array;
  readonly places: Uint8Array;
}

/** @throws DecodeError where the segment does not hold exactly so many lines */
export function columnsOf(segment: IndexSegment, count: number): Columns {
  const { heads, ids, blocks } = segment;
  if (heads.length !== count * INDEX_HEAD_BYTES || ids.length !== count * INDEX_ID_BYTES) throw malformed('heads');
  if (blocks.length !== Math.ceil(count / INDEX_BLOCK_LINES) * INDEX_BLOCK_BYTES) throw malformed('blocks');
  const names = fromUtf8(segment.names)?.split('\n');
  if (names?.pop() !== '') throw malformed('names');
  const columns = {
    count, ids, names, words: wordsIn(segment), blocks: blocksIn(blocks),
    times: new Float64Array(count), dues: new Float64Array(count), numbers: new Uint32Array(count), ends: new Uint32Array(count), sides: new Uint16Array(count),
    precedences: new Uint8Array(count), marks: new Uint8Array(count), open: new Uint8Array(count),
  };
  const view = viewOf(heads);
  for (let i = 0, at = 0; i < count; i++, at += INDEX_HEAD_BYTES) {
    columns.times[i] = view.getUint32(at) * TWO_32 + view.getUint32(at + 4);
    columns.dues[i] = view.getUint32(at + 8) * TWO_32 + view.getUint32(at + 12);
    columns.numbers[i] = view.getUint32(at + 16);
    columns.ends[i] = view.getUint32(at + 20);
    columns.sides[i] = view.getUint16(at + 24);
    columns.precedences[i] = heads[at + 26]!;
    columns.marks[i] = heads[at + 27]!;
    columns.open[i] = heads[at + 28]!;
    if (columns.sides[i]! >= names.length) throw malformed('names');
  }
  return columns;
}

/** Calls for each line in which a word begins so, some of them more than once. @param beginning UTF-8 of folded text */
export function eachWith({ words }: Columns, beginning: Uint8Array, found: (place: number) => void): void {
  const { ends, places, placeEnds } = words;
  const first = firstWord(words, (order) => order >= 0, beginning);
  const after = firstWord(words, (order) => order > 0, beginning);
  if (first >= after || ends.length === 0) return;
  const to = placeEnds[after - 1]! * INDEX_PLACE_BYTES;
  for (let at = (first === 0 ? 0 : placeEnds[first - 1]!) * INDEX_PLACE_BYTES; at < to; at += INDEX_PLACE_BYTES) found(places[at]! * 256 + places[at + 1]!);
}

export interface MadeSegment {
  readonly segment: Omit<IndexSegment, 'blocks'>;
  /** Lines as JSON, INDEX_BLOCK_LINES together. */
  readonly blocks: readonly Uint8Array[];
}

/** @param entries at least one, at most INDEX_SEGMENT_LINES */
export function segmentOf(entries: readonly RegisterEntry[]): MadeSegment {
  const heads = new Uint8Array(entries.length * INDEX_HEAD_BYTES);
  const ids = new Uint8Array(entries.length * INDEX_ID_BYTES);
  const view = viewOf(heads);
  const [names, blocks]: [Map<string, number>, Uint8Array[]] = [new Map(), []];
  let [block, end]: [Uint8Array[], number] = [[], 0];
  for (const [i, entry] of entries.entries()) {
    const line = utf8(JSON.stringify(entry.row));
    block.push(line);
    end += line.length;
    const others = JSON.stringify(entry.row.others);
    const side = names.get(others) ?? names.size;
    names.set(others, side);
    ids.set(fromHex(entry.row.dispatch) ?? new Uint8Array(INDEX_ID_BYTES), i * INDEX_ID_BYTES);
    writeHead(view, i * INDEX_HEAD_BYTES, entry, end, side);
    if (block.length === INDEX_BLOCK_LINES || i === entries.length - 1) {
      blocks.push(concat(...block));
      [block, end] = [[], 0];
    }
  }
  return { segment: { heads, ids, names: utf8([...names.keys()].map((one) => `${one}\n`).join('')), ...wordsOfAll(entries) }, blocks };
}

/** Nonces and ends of blocks as they were sealed. */
export function blockTable(sealed: readonly { readonly nonce: Uint8Array; readonly sizeBytes: number }[]): Uint8Array {
  const table = new Uint8Array(sealed.length * INDEX_BLOCK_BYTES);
  let end = 0;
  for (const [i, { nonce, sizeBytes }] of sealed.entries()) {
    end += sizeBytes;
    table.set(nonce, i * INDEX_BLOCK_BYTES);
    viewOf(table).setUint32(i * INDEX_BLOCK_BYTES + NONCE_BYTES, end);
  }
  return table;
}

/** A line of an opened block; null where it is none. @param place in the segment */
export function lineIn({ ends }: Columns, block: Uint8Array, place: number): unknown {
  const text = fromUtf8(block.subarray(place % INDEX_BLOCK_LINES === 0 ? 0 : ends[place - 1]!, ends[place]!));
  return text === null ? null : JSON.parse(text);
}

function wordsOfAll(entries: readonly RegisterEntry[]): Pick<IndexSegment, 'words' | 'ends' | 'places'> {
  const placesOf = new Map<string, number[]>();
  for (const [i, { text }] of entries.entries()) {
    for (const word of new Set(text.split(' '))) {
      if (word === '') continue;
      const places = placesOf.get(word);
      if (places === undefined) placesOf.set(word, [i]);
      else places.push(i);
    }
  }
  const sorted = [...placesOf].map(([word, places]) => ({ word: utf8(word), places })).toSorted((a, b) => compare(a.word, b.word));
  const ends = new Uint8Array(sorted.length * INDEX_WORD_BYTES);
  const places = new Uint8Array(sorted.reduce((sum, one) => sum + one.places.length, 0) * INDEX_PLACE_BYTES);
  let [end, placeEnd] = [0, 0];
  for (const [i, one] of sorted.entries()) {
    end += one.word.length;
    for (const place of one.places) viewOf(places).setUint16(placeEnd++ * INDEX_PLACE_BYTES, place);
    viewOf(ends).setUint32(i * INDEX_WORD_BYTES, end);
    viewOf(ends).setUint32(i * INDEX_WORD_BYTES + 4, placeEnd);
  }
  return { words: concat(...sorted.map(({ word }) => word)), ends, places };
}

function writeHead(view: DataView, at: number, { row, due, number, precedence, classification, isOpen }: RegisterEntry, end: number, side: number): void {
  for (const [offset, instant] of [[0, row.time], [8, due ?? 0]] as const) {
    view.setUint32(at + offset, Math.floor(instant / TWO_32));
    view.setUint32(at + offset + 4, instant % TWO_32);
  }
  view.setUint32(at + 16, number);
  view.setUint32(at + 20, end);
  view.setUint16(at + 24, side);
  view.setUint8(at + 26, precedence);
  view.setUint8(at + 27, classification);
  view.setUint8(at + 28, isOpen ? 1 : 0);
}

function wordsIn({ words: text, ends: table, places }: IndexSegment): Words {
  const count = table.length / INDEX_WORD_BYTES;
  if (!Number.isInteger(count)) throw malformed('ends');
  const view = viewOf(table);
  const [ends, placeEnds] = [new Uint32Array(count), new Uint32Array(count)];
  let [end, placeEnd] = [0, 0];
  for (let i = 0; i < count; i++) {
    ends[i] = view.getUint32(i * INDEX_WORD_BYTES);
    placeEnds[i] = view.getUint32(i * INDEX_WORD_BYTES + 4);
    if (ends[i]! <= end || placeEnds[i]! <= placeEnd) throw malformed('ends');
    [end, placeEnd] = [ends[i]!, placeEnds[i]!];
  }
  if (end !== text.length || placeEnd * INDEX_PLACE_BYTES !== places.length) throw malformed('words');
  return { text, ends, placeEnds, places };
}

function blocksIn(table: Uint8Array): { nonce: Uint8Array; end: number }[] {
  const view = viewOf(table);
  return Array.from({ length: table.length / INDEX_BLOCK_BYTES }, (_, i) => ({
    nonce: table.subarray(i * INDEX_BLOCK_BYTES, i * INDEX_BLOCK_BYTES + NONCE_BYTES), end: view.getUint32(i * INDEX_BLOCK_BYTES + NONCE_BYTES),
  }));
}

/** The first word whose order to the beginning is as wanted; words that begin so are equal to it. */
function firstWord({ text, ends }: Words, isWanted: (order: number) => boolean, beginning: Uint8Array): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const from = middle === 0 ? 0 : ends[middle - 1]!;
    if (isWanted(compare(text.subarray(from, Math.min(ends[middle]!, from + beginning.length)), beginning))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function malformed(field: string): DecodeError {
  return new DecodeError(`IndexSegment.${field}`, 0, 'another number of lines');
}
