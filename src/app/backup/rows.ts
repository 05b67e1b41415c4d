/**
 * Rows as bytes that no database has a say in: what was read from SQLite may be written to PostgreSQL and back. A chunk
 * is an array of rows, each a run of values in the order of the columns; where a chunk ends hangs on the rows themselves,
 * so that a row more or less changes one chunk and not all behind it. Source: docs/protocol/backup.md.
 */
import type { Sha256 } from '#core/merkle.ts';
import { assert } from '#core/refusals.ts';
import type { BackupColumn } from '#wire/backup.ts';
import { Reader, Writer } from '#wire/cbor.ts';

export type Value = number | string | Uint8Array | null;
export type Row = Readonly<Record<string, Value>>;

const CHUNK_BYTES_MIN = 64 * 1_024;
const CHUNK_BYTES_MAX = 1_048_576;
/** One row in so many ends a chunk that is long enough. */
const CUT_EVERY = 256;
/** A row holds at most an envelope and a little. */
export const ROW_BYTES_MAX = 2 * 1_048_576;
const ROWS_MAX = 65_536;
export const CHUNK_PLAIN_MAX = CHUNK_BYTES_MAX + ROW_BYTES_MAX;

export function encodeRow(columns: readonly BackupColumn[], row: Row): Uint8Array {
  const writer = new Writer();
  for (const { name, type, nullable } of columns) {
    const value = row[name] ?? null;
    if (nullable === 1) writer.bool(value !== null);
    if (value === null) assert(nullable === 1, `column ${name} has a value`);
    else writeValue(writer, name, type, value);
  }
  return writer.finish();
}

function writeValue(writer: Writer, name: string, type: BackupColumn['type'], value: Exclude<Value, null>): void {
  if (type === 'integer' && typeof value === 'number') return writer.uint(value);
  if (type === 'text' && typeof value === 'string') return writer.text(value);
  if (type === 'bytes' && value instanceof Uint8Array) return writer.bytes(value);
  assert(false, `column ${name} has a value of its type`);
}

/** @throws DecodeError */
export function decodeRows(columns: readonly BackupColumn[], bytes: Uint8Array): Row[] {
  const reader = new Reader(bytes);
  const rows = Array.from({ length: reader.array('rows', 1, ROWS_MAX) }, () => readRow(columns, reader));
  reader.end('rows');
  return rows;
}

function readRow(columns: readonly BackupColumn[], reader: Reader): Row {
  const row: Record<string, Value> = {};
  for (const { name, type, nullable } of columns) {
    const isThere = nullable === 0 || reader.bool(name);
    row[name] = isThere ? readValue(reader, name, type) : null;
  }
  return row;
}

function readValue(reader: Reader, name: string, type: BackupColumn['type']): Value {
  if (type === 'integer') return reader.uint(name);
  return type === 'text' ? reader.text(name, 0, ROW_BYTES_MAX) : reader.bytes(name, 0, ROW_BYTES_MAX);
}

/** Gathers encoded rows into chunks. */
export class RowChunker {
  readonly #hash: Sha256;
  #rows: Uint8Array[] = [];
  #bytes = 0;

  constructor(hash: Sha256) {
    this.#hash = hash;
  }

  /** @returns a chunk that this row completed, or null */
  add(row: Uint8Array): Uint8Array | null {
    this.#rows.push(row);
    this.#bytes += row.length;
    const isLong = this.#bytes >= CHUNK_BYTES_MAX || this.#rows.length === ROWS_MAX;
    const ends = isLong || (this.#bytes >= CHUNK_BYTES_MIN && this.#hash.sha256(row)[0]! % CUT_EVERY === 0);
    return ends ? this.end() : null;
  }

  /** What is left, or null. */
  end(): Uint8Array | null {
    if (this.#rows.length === 0) return null;
    const writer = new Writer();
    writer.array(this.#rows.length);
    const head = writer.finish();
    const chunk = new Uint8Array(head.length + this.#bytes);
    chunk.set(head);
    let at = head.length;
    for (const row of this.#rows) {
      chunk.set(row, at);
      at += row.length;
    }
    this.#rows = [];
    this.#bytes = 0;
    return chunk;
  }
}
