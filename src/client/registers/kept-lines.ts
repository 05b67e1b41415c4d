/** Where lines of a register go that are no longer written to: sealed on the device (index-store.ts), or in memory only. */
import { INDEX_SEGMENT_BYTES, INDEX_SEGMENT_LINES } from '#wire/local-index.ts';
import type { RegisterEntry } from './register-entry.ts';
import { blockTable, type Columns, columnsOf, segmentOf } from './segment-columns.ts';

/** Lines that were kept together. */
export interface KeptPart {
  /** No two parts of a device have the same. */
  readonly number: number;
  readonly columns: Columns;
  /** INDEX_BLOCK_LINES lines as JSON; null where they are not what was kept, or are kept no more. */
  lines(block: number): Promise<Uint8Array | null>;
}

export interface KeptSize {
  readonly lines: number;
  readonly sizeBytes: number;
}

/** Of lines in a segment, so that it stays below its bound. */
const CUT_BYTES = INDEX_SEGMENT_BYTES / 2;
/** Beyond every number of a segment on the disk. */
const FIRST_NUMBER = 2 ** 52;

/** Keeps until the worker ends. */
export class LinesInMemory {
  #next = FIRST_NUMBER;

  keep(lines: readonly RegisterEntry[]): KeptPart[] {
    return [...piecesOf(lines)].map((piece) => {
      const { segment, blocks } = segmentOf(piece);
      const table = blockTable(blocks.map(({ length }) => ({ nonce: new Uint8Array(12), sizeBytes: length })));
      return { number: this.#next++, columns: columnsOf({ ...segment, blocks: table }, piece.length), lines: (block) => Promise.resolve(blocks[block] ?? null) };
    });
  }
}

/** Lines of one segment each. */
export function* piecesOf(lines: readonly RegisterEntry[]): Generator<RegisterEntry[]> {
  let [piece, bytes]: [RegisterEntry[], number] = [[], 0];
  for (const one of lines) {
    // A letter takes at most three bytes of UTF-8; each word may be a new one.
    const size = 128 + 6 * one.text.length + 3 * JSON.stringify(one.row.others).length;
    if (piece.length === INDEX_SEGMENT_LINES || (piece.length > 0 && bytes + size > CUT_BYTES)) {
      yield piece;
      [piece, bytes] = [[], 0];
    }
    piece.push(one);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}
