/**
 * The database of a folder, read without touching the folder: SQLite would write beside a database that it opens, so a
 * copy is opened, write-ahead log and all.
 */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '#core/refusals.ts';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';

export type Row = Record<string, unknown>;

export interface DatabaseCopy {
  all(sql: string, ...values: (string | number | Uint8Array)[]): Row[];
  /** Rows one after another, for tables of any length. */
  each(sql: string): Iterable<Row>;
  has(table: string): boolean;
  close(): void;
}

/** @throws Refusal `data-folder-empty` | `database-damaged` */
export function openCopy(folder: string): DatabaseCopy {
  const original = path.join(folder, DATABASE_FILE);
  if (!existsSync(original)) throw new Refusal('data-folder-empty', { folder });
  const place = mkdtempSync(path.join(tmpdir(), 'tram-audit-'));
  const close = (): void => rmSync(place, { recursive: true, force: true });
  try {
    const copy = path.join(place, DATABASE_FILE);
    copyFileSync(original, copy);
    if (existsSync(`${original}-wal`)) copyFileSync(`${original}-wal`, `${copy}-wal`);
    const database = new DatabaseSync(copy);
    const all = (sql: string, ...values: (string | number | Uint8Array)[]): Row[] => database.prepare(sql).all(...values);
    // A damaged header shows only when something is read.
    all('select count(*) from sqlite_schema');
    return {
      all,
      each: (sql) => database.prepare(sql).iterate(),
      has: (table) => all('select 1 from sqlite_schema where type = ? and name = ?', 'table', table).length === 1,
      close: () => {
        database.close();
        close();
      },
    };
  } catch (cause) {
    close();
    if (cause instanceof Refusal) throw cause;
    throw new Refusal('database-damaged', { place: DATABASE_FILE }, { cause });
  }
}

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_BIG_ENDIAN = 0x377f0683;

/**
 * The first frame of the write-ahead log whose checksum is wrong although it belongs to the log's current run. SQLite
 * would quietly end the log there. Source: SQLite's file format, §4.
 * @returns its index, or null where all is right or there is no log
 */
export function damagedFrame(folder: string): number | null {
  const file = path.join(folder, `${DATABASE_FILE}-wal`);
  if (!existsSync(file)) return null;
  const log = readFileSync(file);
  if (log.length < WAL_HEADER_BYTES) return log.length === 0 ? null : 0;
  const isBig = log.readUInt32BE(0) === MAGIC_BIG_ENDIAN;
  const pageBytes = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let sums = checksum(log.subarray(0, 24), [0, 0], isBig);
  if (sums[0] !== log.readUInt32BE(24) || sums[1] !== log.readUInt32BE(28)) return 0;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = WAL_HEADER_BYTES, index = 0; at + frameBytes <= log.length; at += frameBytes, index++) {
    const head = log.subarray(at, at + FRAME_HEADER_BYTES);
    // Frames of an earlier run have other salts: the current run ends before them.
    if (!head.subarray(8, 16).equals(salt)) return null;
    sums = checksum(log.subarray(at + FRAME_HEADER_BYTES, at + frameBytes), checksum(head.subarray(0, 8), sums, isBig), isBig);
    if (sums[0] !== head.readUInt32BE(16) || sums[1] !== head.readUInt32BE(20)) return index;
  }
  return null;
}

function checksum(bytes: Buffer, [one, two]: readonly [number, number], isBig: boolean): [number, number] {
  let [a, b] = [one, two];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const [x, y] = isBig
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    a = (a + x + b) >>> 0;
    b = (b + y + a) >>> 0;
  }
  return [a, b];
}
