/**
 * Register lines at rest on the device that opened them: segments sealed under a key that only the open ring gives, and a
 * manifest that names each of them by number and nonce. What does not fit together is thrown away whole: the station has
 * every line still. Source: docs/protocol/local-index.md.
 */
import { concat, uint32be, uint64be, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { Aead } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { IndexFiles } from '#core/outside.ts';
import { INDEX_SEGMENTS, type IndexManifest, indexManifest, indexSegment } from '#wire/local-index.ts';
import { type KeptPart, type KeptSize, piecesOf } from './kept-lines.ts';
import type { RegisterEntry } from './register-entry.ts';
import { blockTable, type Columns, columnsOf, segmentOf } from './segment-columns.ts';

export interface IndexStoreDeps {
  readonly aead: Aead;
  readonly random: RandomSource;
  readonly files: IndexFiles;
  /** 32 bytes; erased by `close`. */
  readonly key: Uint8Array;
  /** What the index is called: bound into each seal. */
  readonly name: string;
}

/** What was kept, and what there was no room for. */
export interface Kept {
  readonly parts: readonly KeptPart[];
  readonly left: readonly RegisterEntry[];
}

type Listed = IndexManifest['segments'][number];

const MANIFEST_LABEL = 'tram/v1/index-manifest-2\0';
const SEGMENT_LABEL = 'tram/v1/index-segment-2\0';
const LINES_LABEL = 'tram/v1/index-lines\0';
const MANIFESTS = ['manifest-0', 'manifest-1'] as const;
const NONCE_BYTES = 12;
/** Sealed bytes of one device at most: some 300,000 lines. What would be more is not kept, and fetched again. */
const KEPT_BYTES_MAX = 256 * 1_048_576;
const EMPTY: IndexManifest = { counter: 1, next: 1, segments: [] };

export class IndexStore {
  readonly #deps: IndexStoreDeps;
  #manifest: IndexManifest = EMPTY;
  /** Segments that the manifest names no more, whose lines may still be looked at. */
  #gone: number[] = [];

  private constructor(deps: IndexStoreDeps) {
    this.#deps = deps;
  }

  /** What is kept under that name; nothing, where it is not whole. */
  static async open(deps: IndexStoreDeps): Promise<IndexStore> {
    const store = new IndexStore(deps);
    const { files } = deps;
    const read = (await Promise.all(MANIFESTS.map((_, slot) => store.#readManifest(slot)))).filter((one) => one !== null);
    const newest = read.toSorted((a, b) => b.counter - a.counter)[0];
    const wanted = new Set(newest === undefined ? [] : [...MANIFESTS, ...newest.segments.flatMap(({ number }) => filesOf(number))]);
    const names = await files.names();
    // Written and not yet named when the device stopped, or no longer named.
    for (const name of names) if (!wanted.has(name)) await files.erase(name);
    if (newest !== undefined) store.#manifest = newest;
    return store;
  }

  /** Direction and office of what is kept: `in van-phong`. */
  get shelves(): string[] {
    return [...new Set(this.#manifest.segments.map(({ shelf }) => shelf))];
  }

  /** How many lines are kept, some of them twice where one was replaced, and in how many sealed bytes. */
  get size(): KeptSize {
    const { segments } = this.#manifest;
    return { lines: segments.reduce((sum, { count }) => sum + count, 0), sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  /**
   * Segments of a shelf, what was kept first first.
   * @returns null where one is not what was kept: then nothing is kept any more
   */
  async load(shelf: string): Promise<KeptPart[] | null> {
    const listed = this.#manifest.segments.filter((one) => one.shelf === shelf).toSorted((a, b) => a.number - b.number);
    const parts = (await Promise.all(listed.map((one) => this.#read(one)))).filter((part) => part !== null);
    if (parts.length === listed.length) return parts;
    await this.clear();
    return null;
  }

  /**
   * Keeps lines of a shelf in segments of their own. Those that they replace may be read until `sweep`.
   * @param doomed numbers of segments that are kept no more @param lines newest first
   */
  async keep(shelf: string, doomed: ReadonlySet<number>, lines: readonly RegisterEntry[]): Promise<Kept> {
    const stays = this.#manifest.segments.filter(({ number }) => !doomed.has(number));
    let { next } = this.#manifest;
    let roomBytes = KEPT_BYTES_MAX - stays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const added: { readonly listed: Listed; readonly columns: Columns }[] = [];
    let done = 0;
    for (const piece of piecesOf(lines)) {
      if (stays.length + added.length >= INDEX_SEGMENTS) break;
      const written = await this.#write(next++, shelf, piece, roomBytes);
      if (written === null) break;
      roomBytes -= written.listed.sizeBytes;
      added.push(written);
      done += piece.length;
    }
    await this.#commit([...stays, ...added.map(({ listed }) => listed)], next);
    return { parts: added.map(({ listed, columns }) => this.#part(listed, columns)), left: lines.slice(done) };
  }

  /** Erases what was replaced. */
  async sweep(): Promise<void> {
    const { files } = this.#deps;
    for (let number = this.#gone.pop(); number !== undefined; number = this.#gone.pop()) for (const name of filesOf(number)) await files.erase(name);
  }

  /** Keeps no more of these. */
  async drop(shelves: readonly string[]): Promise<void> {
    if (shelves.length === 0) return;
    await this.#commit(this.#manifest.segments.filter(({ shelf }) => !shelves.includes(shelf)), this.#manifest.next);
    await this.sweep();
  }

  /** Erases everything that was kept. */
  async clear(): Promise<void> {
    const { files } = this.#deps;
    this.#manifest = EMPTY;
    this.#gone = [];
    for (const name of await files.names()) await files.erase(name);
  }

  close(): void {
    this.#deps.key.fill(0);
  }

  async #readManifest(slot: number): Promise<IndexManifest | null> {
    const { aead, files, key } = this.#deps;
    const bytes = await files.read(MANIFESTS[slot]!);
    if (bytes === null || bytes.length < NONCE_BYTES) return null;
    const plain = await aead.open(key, bytes.subarray(0, NONCE_BYTES), this.#manifestBinding(slot), bytes.subarray(NONCE_BYTES));
    return plain === null ? null : decodedOrNull(() => indexManifest.decode(plain));
  }

  /** The manifest before stays until this one is durable, and its segments until then too. */
  async #commit(segments: readonly Listed[], next: number): Promise<void> {
    const { aead, files, key, random } = this.#deps;
    const manifest: IndexManifest = { counter: this.#manifest.counter + 1, next, segments: [...segments] };
    const slot = manifest.counter % MANIFESTS.length;
    const nonce = random.bytes(NONCE_BYTES);
    await files.write(MANIFESTS[slot]!, concat(nonce, await aead.seal(key, nonce, this.#manifestBinding(slot), indexManifest.encode(manifest))));
    const stays = new Set(segments.map(({ number }) => number));
    this.#gone.push(...this.#manifest.segments.map(({ number }) => number).filter((number) => !stays.has(number)));
    this.#manifest = manifest;
  }

  async #read(listed: Listed): Promise<KeptPart | null> {
    const { aead, files, key } = this.#deps;
    const bytes = await files.read(segmentFile(listed.number));
    const plain = bytes === null ? null : await aead.open(key, listed.nonce, this.#binding(listed), bytes);
    return plain === null ? null : decodedOrNull(() => this.#part(listed, columnsOf(indexSegment.decode(plain), listed.count)));
  }

  #part({ number }: Listed, columns: Columns): KeptPart {
    const { aead, files, key } = this.#deps;
    const lines = async (block: number): Promise<Uint8Array | null> => {
      const { nonce, end } = columns.blocks[block]!;
      const bytes = await files.readPart(linesFile(number), columns.blocks[block - 1]?.end ?? 0, end);
      return bytes === null ? null : aead.open(key, nonce, this.#blockBinding(number, block), bytes);
    };
    return { number, columns, lines };
  }

  /** @returns null where there is no room for it */
  async #write(number: number, shelf: string, lines: readonly RegisterEntry[], bytesMax: number): Promise<{ listed: Listed; columns: Columns } | null> {
    const { aead, files, key, random } = this.#deps;
    const listed = { number, shelf, count: lines.length, nonce: random.bytes(NONCE_BYTES) };
    const made = segmentOf(lines);
    const sealed = await Promise.all(made.blocks.map(async (block, i) => {
      const nonce = random.bytes(NONCE_BYTES);
      return { nonce, bytes: await aead.seal(key, nonce, this.#blockBinding(number, i), block) };
    }));
    const segment = { ...made.segment, blocks: blockTable(sealed.map(({ nonce, bytes }) => ({ nonce, sizeBytes: bytes.length }))) };
    const head = await aead.seal(key, listed.nonce, this.#binding(listed), indexSegment.encode(segment));
    const all = concat(...sealed.map(({ bytes }) => bytes));
    const sizeBytes = head.length + all.length;
    if (sizeBytes > bytesMax) return null;
    await files.write(linesFile(number), all);
    await files.write(segmentFile(number), head);
    return { listed: { ...listed, sizeBytes }, columns: columnsOf(segment, lines.length) };
  }

  #manifestBinding(slot: number): Uint8Array {
    return concat(utf8(MANIFEST_LABEL), utf8(this.#deps.name), uint32be(slot));
  }

  #blockBinding(number: number, block: number): Uint8Array {
    return concat(utf8(LINES_LABEL), utf8(this.#deps.name), uint64be(number), uint32be(block));
  }

  #binding({ number, count, shelf }: Pick<Listed, 'number' | 'count' | 'shelf'>): Uint8Array {
    return concat(utf8(SEGMENT_LABEL), utf8(this.#deps.name), uint64be(number), uint32be(count), utf8(shelf));
  }
}

function segmentFile(number: number): string {
  return `segment-${number}`;
}

function linesFile(number: number): string {
  return `lines-${number}`;
}

function filesOf(number: number): string[] {
  return [segmentFile(number), linesFile(number)];
}

function decodedOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
