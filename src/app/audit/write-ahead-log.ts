/**
 * The write-ahead log as SQLite left it. SQLite believes it up to the first frame whose checksum is wrong and forgets
 * the rest without a word, so a changed byte would take back what was acknowledged: here it is said.
 * Source: sqlite.org/fileformat2.html §4.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import type { Tally } from './tally.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

export function auditWriteAheadLog(data: string, tally: Tally): void {
  const file = path.join(data, `${DATABASE_FILE}-wal`);
  if (!existsSync(file) || statSync(file).size === 0) return;
  const claim = tally.claim('write-ahead-log');
  const handle = openSync(file, 'r');
  try {
    const log = new Log(handle, statSync(file).size);
    if (!claim.check(`${DATABASE_FILE}-wal:header`, log.isHeaderRight, 'its checksum is wrong: SQLite takes the whole log for empty')) return;
    const { right, torn, later } = log.scan();
    claim.checked += right;
    if (torn !== null) {
      const what = later ? 'its checksum is wrong and frames of the same log follow' : 'its checksum is wrong';
      claim.missing(`${DATABASE_FILE}-wal:frame ${torn}`, `${what}: what was committed from here on is lost`);
    }
  } finally {
    closeSync(handle);
  }
}

interface Scan {
  readonly right: number;
  /** The first frame of this log, by its salts, that is wrong; null where there is none. */
  readonly torn: number | null;
  readonly later: boolean;
}

class Log {
  readonly #handle: number;
  readonly #size: number;
  readonly #header: Buffer;
  readonly #isBig: boolean;
  readonly #frameBytes: number;

  constructor(handle: number, size: number) {
    this.#handle = handle;
    this.#size = size;
    this.#header = this.#read(0, HEADER_BYTES);
    this.#isBig = this.#header.length === HEADER_BYTES && (this.#header.readUInt32BE(0) & 1) === 1;
    this.#frameBytes = FRAME_HEADER_BYTES + (this.#header.length === HEADER_BYTES ? this.#header.readUInt32BE(8) : 0);
  }

  get isHeaderRight(): boolean {
    const header = this.#header;
    if (header.length < HEADER_BYTES || (header.readUInt32BE(0) & ~1) >>> 0 !== MAGIC) return false;
    const pageBytes = header.readUInt32BE(8);
    if (pageBytes < 512 || pageBytes > 65_536) return false;
    const [first, second] = this.#sum([0, 0], header.subarray(0, 24));
    return first === header.readUInt32BE(24) && second === header.readUInt32BE(28);
  }

  /** Frames left by an earlier round have other salts and count for nothing, but none of ours may come after one. */
  scan(): Scan {
    const frames = Math.floor((this.#size - HEADER_BYTES) / this.#frameBytes);
    let sums: [number, number] = [this.#header.readUInt32BE(24), this.#header.readUInt32BE(28)];
    let [right, torn]: [number, number | null] = [0, null];
    for (let index = 0; index < frames; index++) {
      const frame = this.#read(HEADER_BYTES + index * this.#frameBytes, this.#frameBytes);
      const isOurs = frame.subarray(8, 16).equals(this.#header.subarray(16, 24));
      if (torn !== null) {
        if (isOurs) return { right, torn, later: true };
        continue;
      }
      const next = this.#sum(this.#sum(sums, frame.subarray(0, 8)), frame.subarray(FRAME_HEADER_BYTES));
      const isRight = isOurs && next[0] === frame.readUInt32BE(16) && next[1] === frame.readUInt32BE(20);
      if (isRight) [sums, right] = [next, right + 1];
      else torn = index;
      if (torn !== null && isOurs) return { right, torn, later: false };
    }
    return { right, torn: null, later: false };
  }

  #sum([first, second]: [number, number], bytes: Buffer): [number, number] {
    let [one, two] = [first, second];
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      one = (one + this.#word(bytes, at) + two) >>> 0;
      two = (two + this.#word(bytes, at + 4) + one) >>> 0;
    }
    return [one, two];
  }

  #word(bytes: Buffer, at: number): number {
    return this.#isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }

  #read(from: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#handle, bytes, 0, length, from));
  }
}
