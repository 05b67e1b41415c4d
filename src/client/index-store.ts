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
import { INDEX_SEGMENT_BYTES, INDEX_SEGMENT_LINES, INDEX_SEGMENTS, type IndexManifest, indexManifest, indexSegment } from '#wire/local-index.ts';
import { entriesOf, type RegisterEntry, segmentOf } from './register-entry.ts';

export interface IndexStoreDeps {
  readonly aead: Aead;
  readonly random: RandomSource;
  readonly files: IndexFiles;
  /** 32 bytes; erased by `close`. */
  readonly key: Uint8Array;
  /** What the index is called: bound into each seal. */
  readonly name: string;
}

export interface KeptSize {
  readonly lines: number;
  readonly sizeBytes: number;
}

type Listed = IndexManifest['segments'][number];

const MANIFEST_LABEL = 'tram/v1/index-manifest\0';
const SEGMENT_LABEL = 'tram/v1/index-segment\0';
const MANIFESTS = ['manifest-0', 'manifest-1'] as const;
const NONCE_BYTES = 12;
/** Sealed bytes of one device at most: some 230,000 lines. What would be more is not kept, and fetched again. */
const KEPT_BYTES_MAX = 256 * 1_048_576;
/** Of lines in a segment, so that it stays below its bound. */
const CUT_BYTES = INDEX_SEGMENT_BYTES / 2;
const EMPTY: IndexManifest = { counter: 1, next: 1, segments: [] };

export class IndexStore {
  readonly #deps: IndexStoreDeps;
  #manifest: IndexManifest = EMPTY;
  /** Of each shelf: in which segment a dispatch's line stands as it is. */
  readonly #places = new Map<string, Map<string, number>>();

  private constructor(deps: IndexStoreDeps) {
    this.#deps = deps;
  }

  /** What is kept under that name; nothing, where it is not whole. */
  static async open(deps: IndexStoreDeps): Promise<IndexStore> {
    const store = new IndexStore(deps);
    const { files } = deps;
    const read = (await Promise.all(MANIFESTS.map((_, slot) => store.#readManifest(slot)))).filter((one) => one !== null);
    const newest = read.toSorted((a, b) => b.counter - a.counter)[0];
    const wanted = new Set(newest === undefined ? [] : [...MANIFESTS, ...newest.segments.map(({ number }) => fileOf(number))]);
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
   * Every line of a shelf, a segment at a time, what was kept last first: of two lines of one dispatch the first counts.
   * @returns null where a segment is not what was kept: then nothing is kept any more
   */
  async load(shelf: string): Promise<RegisterEntry[][] | null> {
    const listed = this.#manifest.segments.filter((one) => one.shelf === shelf).toSorted((a, b) => b.number - a.number);
    const loaded = await Promise.all(listed.map((one) => this.#read(one)));
    const places = this.#placesOf(shelf);
    for (const [i, lines] of loaded.entries()) {
      if (lines === null) {
        await this.clear();
        return null;
      }
      for (const { dispatch } of lines) if (!places.has(dispatch)) places.set(dispatch, listed[i]!.number);
    }
    return loaded.filter((lines) => lines !== null);
  }

  /** Keeps what is new of a shelf. @param entries every line of it @param fresh those that are not kept as they are */
  async keep(shelf: string, entries: ReadonlyMap<string, RegisterEntry>, fresh: ReadonlySet<string>): Promise<void> {
    const listed = this.#manifest.segments.filter((one) => one.shelf === shelf);
    const places = this.#placesOf(shelf);
    const doomed = doomedOf(listed, entries, fresh, places);
    const moved = [...entries.values()].filter(({ dispatch }) => fresh.has(dispatch) || doomed.has(places.get(dispatch) ?? 0)).toSorted((a, b) => b.time - a.time);
    const stays = this.#manifest.segments.filter(({ number }) => !doomed.has(number));
    let { next } = this.#manifest;
    let roomBytes = KEPT_BYTES_MAX - stays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const added: { readonly segment: Listed; readonly lines: readonly RegisterEntry[] }[] = [];
    for (const lines of piecesOf(moved)) {
      if (stays.length + added.length >= INDEX_SEGMENTS) break;
      const segment = await this.#write(next++, shelf, lines, roomBytes);
      if (segment === null) break;
      roomBytes -= segment.sizeBytes;
      added.push({ segment, lines });
    }
    await this.#commit([...stays, ...added.map(({ segment }) => segment)], next);
    for (const { dispatch } of moved) places.delete(dispatch);
    for (const { segment, lines } of added) for (const { dispatch } of lines) places.set(dispatch, segment.number);
  }

  /** Keeps no more of these. */
  async drop(shelves: readonly string[]): Promise<void> {
    if (shelves.length > 0) await this.#commit(this.#manifest.segments.filter(({ shelf }) => !shelves.includes(shelf)), this.#manifest.next);
  }

  /** Erases everything that was kept. */
  async clear(): Promise<void> {
    const { files } = this.#deps;
    this.#manifest = EMPTY;
    this.#places.clear();
    for (const name of await files.names()) await files.erase(name);
  }

  close(): void {
    this.#deps.key.fill(0);
  }

  #placesOf(shelf: string): Map<string, number> {
    const places = this.#places.get(shelf) ?? new Map<string, number>();
    this.#places.set(shelf, places);
    return places;
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
    const gone = this.#manifest.segments.filter(({ number }) => !stays.has(number));
    this.#manifest = manifest;
    for (const { number } of gone) await files.erase(fileOf(number));
  }

  async #read(listed: Listed): Promise<RegisterEntry[] | null> {
    const { aead, files, key } = this.#deps;
    const bytes = await files.read(fileOf(listed.number));
    const plain = bytes === null ? null : await aead.open(key, listed.nonce, this.#binding(listed), bytes);
    return plain === null ? null : decodedOrNull(() => entriesOf(indexSegment.decode(plain), listed.count));
  }

  /** @returns null where there is no room for it */
  async #write(number: number, shelf: string, lines: readonly RegisterEntry[], bytesMax: number): Promise<Listed | null> {
    const { aead, files, key, random } = this.#deps;
    const listed = { number, shelf, count: lines.length, nonce: random.bytes(NONCE_BYTES) };
    const sealed = await aead.seal(key, listed.nonce, this.#binding(listed), indexSegment.encode(segmentOf(lines)));
    if (sealed.length > bytesMax) return null;
    await files.write(fileOf(number), sealed);
    return { ...listed, sizeBytes: sealed.length };
  }

  #manifestBinding(slot: number): Uint8Array {
    return concat(utf8(MANIFEST_LABEL), utf8(this.#deps.name), uint32be(slot));
  }

  #binding({ number, count, shelf }: Pick<Listed, 'number' | 'count' | 'shelf'>): Uint8Array {
    return concat(utf8(SEGMENT_LABEL), utf8(this.#deps.name), uint64be(number), uint32be(count), utf8(shelf));
  }
}

/**
 * Segments that are written again together with what is new: small ones as they add up, so that there are few, and those of
 * which most was replaced.
 */
function doomedOf(listed: readonly Listed[], entries: ReadonlyMap<string, RegisterEntry>, fresh: ReadonlySet<string>, placeOf: ReadonlyMap<string, number>): Set<number> {
  const alive = new Map<number, number>();
  for (const dispatch of entries.keys()) {
    const place = placeOf.get(dispatch);
    if (place !== undefined && !fresh.has(dispatch)) alive.set(place, (alive.get(place) ?? 0) + 1);
  }
  const doomed = new Set<number>();
  let gathered = fresh.size;
  for (const { number, count } of listed.toSorted((a, b) => b.number - a.number)) {
    const lines = alive.get(number) ?? 0;
    const isSmall = lines < INDEX_SEGMENT_LINES / 2 && lines <= 2 * gathered;
    if (!isSmall && lines * 2 >= count) continue;
    doomed.add(number);
    gathered += lines;
  }
  return doomed;
}

function* piecesOf(lines: readonly RegisterEntry[]): Generator<RegisterEntry[]> {
  let [piece, bytes]: [RegisterEntry[], number] = [[], 0];
  for (const one of lines) {
    // A letter takes at most three bytes of UTF-8.
    const size = 3 * (one.text.length + one.others.length) + (one.line instanceof Uint8Array ? one.line.length : 3 * JSON.stringify(one.line).length);
    if (piece.length === INDEX_SEGMENT_LINES || (piece.length > 0 && bytes + size > CUT_BYTES)) {
      yield piece;
      [piece, bytes] = [[], 0];
    }
    piece.push(one);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}

function fileOf(number: number): string {
  return `segment-${number}`;
}

function decodedOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
