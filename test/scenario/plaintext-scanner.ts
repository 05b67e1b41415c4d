/**
 * Looks for any 16-byte slice of secret texts and files in a folder: raw, in UTF-16, base64 (each alignment) and hex, and
 * inside streams that decompress. It stands apart from everything it checks: it knows files and bytes, and no format of ours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

const SLICE = 16;
/** A slice with fewer different bytes, such as zeros, is in any database by accident. */
const DIFFERENT_BYTES_MIN = 6;
const BLOOM_BITS = 26;
const OUTPUT_MAX = 16 * 2 ** 20;

export interface Leak {
  readonly file: string;
  readonly offset: number;
  /** Which secret, in which form. */
  readonly form: string;
}

/** Looks for every form of the secrets that the index was made of. */
export function scanFolder(folder: string, index: SliceIndex): Leak[] {
  const leaks: Leak[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    leaks.push(...index.find(Buffer.from(name), `${name} (its name)`));
    const bytes = readFileSync(file);
    leaks.push(...index.find(bytes, name));
    for (const [at, inner] of decompressed(bytes)) leaks.push(...index.find(inner, `${name} (decompressed at ${at})`));
  }
  return leaks;
}

/** Every slice of every form of every secret, found in one pass over a file by a rolling hash. */
export class SliceIndex {
  readonly #bloom = new Uint8Array(2 ** (BLOOM_BITS - 3));
  readonly #slices = new Map<string, string>();

  /** @param secrets by name */
  constructor(secrets: Readonly<Record<string, Uint8Array>>) {
    for (const [name, bytes] of Object.entries(secrets)) {
      for (const [form, encoded] of formsOf(Buffer.from(bytes))) this.#add(encoded, `${name} ${form}`);
    }
  }

  find(bytes: Buffer, file: string): Leak[] {
    const leaks: Leak[] = [];
    for (const [offset, hash] of rolling(bytes)) {
      if ((this.#bloom[hash >>> 3]! & (1 << (hash & 7))) === 0) continue;
      const form = this.#slices.get(bytes.toString('latin1', offset, offset + SLICE));
      if (form !== undefined && leaks.length < 5) leaks.push({ file, offset, form });
    }
    return leaks;
  }

  #add(bytes: Buffer, form: string): void {
    for (const [offset, hash] of rolling(bytes)) {
      const slice = bytes.subarray(offset, offset + SLICE);
      if (new Set(slice).size < DIFFERENT_BYTES_MIN) continue;
      this.#bloom[hash >>> 3]! |= 1 << (hash & 7);
      this.#slices.set(slice.toString('latin1'), form);
    }
  }
}

function* formsOf(bytes: Buffer): Generator<[string, Buffer]> {
  yield ['raw', bytes];
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) {
    yield ['utf-16le', Buffer.from(text, 'utf16le')];
    yield ['utf-16be', Buffer.from(text, 'utf16le').swap16()];
    yield ['json', Buffer.from(JSON.stringify(text).slice(1, -1))];
    yield ['nfd', Buffer.from(text.normalize('NFD'))];
  }
  for (let shift = 0; shift < 3; shift++) {
    // The first and last groups depend on what stands beside.
    yield ['base64', Buffer.from(bytes.subarray(shift).toString('base64').slice(0, -4))];
    yield ['base64url', Buffer.from(bytes.subarray(shift).toString('base64url').slice(0, -4))];
  }
  yield ['hex', Buffer.from(bytes.toString('hex'))];
  yield ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())];
}

/** Offsets and hashes of all slices. */
function* rolling(bytes: Buffer): Generator<[number, number]> {
  const FACTOR = 0x01000193;
  let leaving = 1;
  for (let i = 1; i < SLICE; i++) leaving = Math.imul(leaving, FACTOR);
  let hash = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (i >= SLICE) hash = (hash - Math.imul(bytes[i - SLICE]!, leaving)) | 0;
    hash = (Math.imul(hash, FACTOR) + bytes[i]!) | 0;
    if (i >= SLICE - 1) yield [i - SLICE + 1, (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> (32 - BLOOM_BITS))];
  }
}

const STREAMS: readonly [magic: string, open: (bytes: Buffer) => Buffer][] = [
  ['1f8b08', (bytes) => gunzipSync(bytes, { maxOutputLength: OUTPUT_MAX })],
  ['28b52ffd', (bytes) => zstdDecompressSync(bytes, { maxOutputLength: OUTPUT_MAX })],
  ['7801', (bytes) => inflateSync(bytes, { maxOutputLength: OUTPUT_MAX })],
  ['785e', (bytes) => inflateSync(bytes, { maxOutputLength: OUTPUT_MAX })],
  ['789c', (bytes) => inflateSync(bytes, { maxOutputLength: OUTPUT_MAX })],
  ['78da', (bytes) => inflateSync(bytes, { maxOutputLength: OUTPUT_MAX })],
];

/** What decompresses, wherever in a file a stream of a known kind begins, and the whole file as brotli or raw deflate. */
export function* decompressed(bytes: Buffer): Generator<[number, Buffer]> {
  for (const [magic, open] of STREAMS) {
    const needle = Buffer.from(magic, 'hex');
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
      const opened = attempt(() => open(bytes.subarray(at)));
      if (opened !== null) yield [at, opened];
    }
  }
  for (const open of [brotliDecompressSync, inflateRawSync]) {
    const opened = attempt(() => open(bytes, { maxOutputLength: OUTPUT_MAX }));
    if (opened !== null) yield [0, opened];
  }
}

function attempt(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch {
    return null;
  }
}
