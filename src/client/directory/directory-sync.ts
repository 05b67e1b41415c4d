/**
 * A device's own copy of the directory: fetched from its station, every entry verified here, never smaller or other
 * than what was accepted before. The point reached is pinned in the keyring. Source: docs/protocol/directory.md.
 */
import { equal, fromBase64url, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { type ApplyOptions, type DirectoryState, foldEntries } from '#model/directory.ts';
import { acceptLog, demandCovers, demandExtends } from '#model/directory-log.ts';
import { foldVerified, markKey, markVerified, VERIFIED_MARK_BYTES_MAX } from '#model/verified-log.ts';
import { GIVEN_BACK_BYTES_MAX, GIVEN_BACK_MAX } from '#wire/api/directory.ts';
import { arrayOf, bytes, optional, struct, structure } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import type { StationApi } from '../api.ts';
import { decodedLater } from '#core/decoding.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

export interface DirectoryDeps extends ApplyOptions {
  readonly crypto: CryptoProvider;
  readonly api: Pick<StationApi, 'call'>;
  readonly ring: OpenKeyring;
  /** Entries of earlier runs; public, so they need no sealing. They are verified again but for what the ring's own mark says. */
  readonly cache?: KeyringStore;
  /** Entries that are kept at most; 100,000 by default, and no more than 256 MiB of them. */
  readonly cachedMost?: number;
}

/** What one answer after the other may come to: a station that never ends must not fill the device's memory. */
const FETCHED_MAX = 1_000_000;
const FETCHED_BYTES_MAX = 1024 * 1024 * 1024;
/** What is kept between runs. A log that is greater is fetched anew from where the last kept one ended. */
const CACHED_MAX = 100_000;
const CACHED_BYTES_MAX = 256 * 1024 * 1024;
/** Of an array's and an entry's head, at most. */
const HEAD_BYTES = 9;
/** Of two signatures by log keys, in text. */
const NOTE_BYTES_MAX = 8_192;
const entriesKept = arrayOf(bytes(1, LIMITS.directoryEntryBytes), CACHED_MAX);
/** The entries, and the checkpoint that covers exactly these: with it they can be given back to a station that lost them. */
const cached = struct('DirectoryCache', CACHED_BYTES_MAX + NOTE_BYTES_MAX + VERIFIED_MARK_BYTES_MAX + HEAD_BYTES, {
  entries: [1, entriesKept], checkpoint: [2, optional(bytes(1, NOTE_BYTES_MAX))],
  /** How far this device has verified them (model/verified-log.ts). */
  mark: [3, optional(bytes(1, VERIFIED_MARK_BYTES_MAX))],
});
/** As it was kept before checkpoints were. */
const cachedBefore = structure('DirectoryCacheBefore', CACHED_BYTES_MAX, entriesKept);
/** First byte of a CBOR map, where the older form begins with an array. */
const MAP_HEAD = 0xa0;

/** @throws DecodeError */
function readCached(kept: Uint8Array): { readonly entries: Uint8Array[]; readonly checkpoint: Uint8Array | null; readonly mark: Uint8Array | null } {
  if ((kept[0] ?? 0) < MAP_HEAD) return { entries: cachedBefore.decode(kept), checkpoint: null, mark: null };
  const { entries, checkpoint = null, mark = null } = cached.decode(kept);
  return { entries, checkpoint, mark };
}

/** What a station has lost, and what proves it. */
export interface Lacking {
  /** As they were signed, from the station's end on. */
  readonly entries: readonly Uint8Array[];
  /** The sequencer's note over the log that ends with them; null where an earlier program kept them without. */
  readonly checkpoint: Uint8Array | null;
}

/** The note to give back with all of them in one request; null where none was kept, or one request does not take them. */
export function proofOf({ entries, checkpoint }: Lacking): string | null {
  const size = entries.reduce((sum, { length }) => sum + length, 0);
  return checkpoint === null || entries.length > GIVEN_BACK_MAX || size > GIVEN_BACK_BYTES_MAX ? null : fromUtf8(checkpoint);
}

/**
 * The directory in what an earlier run kept, for whoever looks at a device without opening it: nothing but its founding
 * entry is verified. @returns null where nothing of use stands there
 */
export async function directoryInCache(crypto: CryptoProvider, cache: KeyringStore, founding: string): Promise<DirectoryState | null> {
  try {
    const kept = await cache.read();
    const state = kept === null ? null : await foldEntries(crypto, null, readCached(kept).entries, { signatures: 'verified-before' });
    return state !== null && hex(state.organisation.founding) === founding ? state : null;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof Refusal) return null;
    throw error;
  }
}

/**
 * The organisation's P-256 root in what an earlier run kept, as its founding entry has it.
 * @param founding hexadecimal @returns DER, or null where nothing of use is there
 */
export async function rootInCache(crypto: CryptoProvider, cache: KeyringStore, founding: string): Promise<Uint8Array | null> {
  const kept = await cache.read();
  if (kept === null) return null;
  try {
    // It stands in the founding entry, which is known by its digest: what follows says nothing of it.
    const first = readCached(kept).entries.slice(0, 1);
    const state = await foldEntries(crypto, null, first);
    return state !== null && hex(state.organisation.founding) === founding ? state.organisation.root.p256 : null;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof Refusal) return null;
    throw error;
  }
}

export class DirectorySync {
  readonly #deps: DirectoryDeps;
  readonly #turns = new Turns();
  #state: DirectoryState | null = null;
  #entries: Uint8Array[] = [];
  /** Covers exactly the entries held. */
  #checkpoint: Uint8Array | null = null;
  /** Entries that what is kept says this device has verified. */
  #marked = 0;

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
  }

  /** The directory as last accepted. @throws Refusal `directory-inconsistent` before the first sync */
  get view(): DirectoryState {
    if (this.#state === null) throw new Refusal('directory-inconsistent', { reason: 'not-fetched' });
    return this.#state;
  }

  /**
   * Takes what the station has, if all of it holds, and pins the point reached.
   * @throws Refusal `directory-rolled-back`, `directory-inconsistent`, `directory-entry-refused`,
   *   `directory-signature-wrong`, `cbor-malformed`
   */
  sync(signal?: AbortSignal): Promise<DirectoryState> {
    // One after the other: two that fetched from the same entry on would both add what came.
    return this.#turns.next(() => this.#sync(signal));
  }

  async #sync(signal?: AbortSignal): Promise<DirectoryState> {
    await this.#restore();
    const { crypto, authority } = this.#deps;
    const from = this.#entries.length;
    const { entries, checkpoint } = await this.#fetch(from, signal);
    const options = authority === undefined ? {} : { authority };
    const founding = this.#founding(entries);
    const state = await decodedLater('cbor-malformed', () => acceptLog(crypto, this.#state, { from, entries, checkpoint }, founding, options));
    await this.#take(state, entries, checkpoint);
    return state;
  }

  /**
   * What a station lacks that was restored from a backup, where nobody else gave it back: its log is the beginning of the
   * one that is held here, by its own checkpoint.
   * @returns no entries where nothing is held that the station has not
   * @throws Refusal `directory-inconsistent` where it is not the beginning of what is held; `directory-signature-wrong`
   */
  async lackingAt(signal?: AbortSignal): Promise<Lacking> {
    const { crypto, api, authority } = this.#deps;
    const answer = await api.call('directory', { query: { from: this.#entries.length }, signal });
    const known = this.#entries.slice(0, answer.size);
    if (known.length === 0 || known.length === this.#entries.length) return { entries: [], checkpoint: null };
    // They are in the view, which was verified.
    const then = (await foldEntries(crypto, null, known, { ...(authority === undefined ? {} : { authority }), signatures: 'verified-before' }))!;
    await decodedLater('cbor-malformed', () => demandCovers(crypto, then, utf8(answer.checkpoint)));
    return { entries: this.#entries.slice(known.length), checkpoint: this.#checkpoint };
  }

  /**
   * What earlier runs kept, where the station cannot be asked: as old as it is, and never older than what this ring has
   * seen. @returns null where nothing of use stands there
   */
  async fromCache(): Promise<DirectoryState | null> {
    await this.#restore();
    const pinned = this.#deps.ring.contents.directory;
    if (this.#state === null || pinned === undefined) return this.#state;
    // The log may have outgrown what is kept of it.
    if (this.#state.point.size < pinned.size) return null;
    demandExtends(this.#state, pinned);
    return this.#state;
  }

  /** Reads what earlier runs kept; a damaged or foreign cache is nothing worse than none. */
  async #restore(): Promise<void> {
    const { crypto, cache, ring, authority } = this.#deps;
    if (this.#state !== null || cache === undefined) return;
    const kept = await cache.read();
    if (kept === null) return;
    try {
      const { entries, checkpoint, mark } = readCached(kept);
      const options = authority === undefined ? {} : { authority };
      const key = this.#markKey();
      const known = mark === null || key === null ? null : await foldVerified(crypto, key, mark, entries, this.#founding(entries), options);
      const marked = known?.point.size ?? 0;
      const state = await foldEntries(crypto, known, entries.slice(marked), options);
      if (state === null || !equal(state.organisation.id, ring.contents.organisation)) return;
      [this.#state, this.#entries, this.#checkpoint, this.#marked] = [state, entries, checkpoint, marked];
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof Refusal)) throw error;
    }
  }

  async #fetch(from: number, signal: AbortSignal | undefined): Promise<{ entries: Uint8Array[]; checkpoint: Uint8Array }> {
    const entries: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const answer = await this.#deps.api.call('directory', { query: { from: from + entries.length }, signal });
      for (const entry of answer.entries) {
        entries.push(fromBase64url(entry) ?? malformed());
        size += entries.at(-1)!.length;
      }
      const reached = from + entries.length;
      if (reached > FETCHED_MAX || size > FETCHED_BYTES_MAX) malformed();
      if (answer.entries.length === 0 || reached >= answer.size) return { entries, checkpoint: utf8(answer.checkpoint) };
    }
  }

  /**
   * The digest of the founding entry that this device trusts: its first half is the organisation's id, and a second
   * entry with that half cannot be found.
   */
  #founding(fetched: readonly Uint8Array[]): Uint8Array {
    const first = this.#entries[0] ?? fetched[0];
    const digest = this.#deps.crypto.hash.sha256(first ?? new Uint8Array(0));
    const { organisation } = this.#deps.ring.contents;
    if (!equal(digest.slice(0, organisation.length), organisation)) throw new Refusal('directory-inconsistent', { reason: 'founding' });
    return digest;
  }

  async #take(state: DirectoryState, fresh: readonly Uint8Array[], checkpoint: Uint8Array): Promise<void> {
    const { ring } = this.#deps;
    const pinned = ring.contents.directory;
    if (pinned !== undefined) demandExtends(state, pinned);
    this.#entries = [...this.#entries, ...fresh];
    this.#state = state;
    const isNew = fresh.length > 0 || this.#checkpoint === null;
    if (isNew) this.#checkpoint = checkpoint;
    if (mayBeKept(this.#entries, this.#deps.cachedMost)) {
      if (isNew) await this.#keep(state);
      // Only for speed: who has everything works on a disk that takes nothing more.
      else if (this.#lacksMark(state)) await this.#keep(state).catch(() => {});
    }
    const { size, root } = state.point;
    if (pinned === undefined || size > pinned.size) await ring.change((contents) => ({ ...contents, directory: { size, root } }));
  }

  /** From the device's own signing secret, which only the open ring has; a ring without a device's keys marks nothing. */
  #markKey(): Uint8Array | null {
    const { crypto, ring } = this.#deps;
    const { signing } = ring.contents;
    return signing === undefined ? null : markKey(crypto.hash, signing.mldsa);
  }

  #lacksMark({ point }: DirectoryState): boolean {
    return this.#marked < point.size && this.#markKey() !== null;
  }

  async #keep(state: DirectoryState): Promise<void> {
    const { crypto, cache } = this.#deps;
    const key = this.#markKey();
    const mark = key === null ? {} : { mark: markVerified(crypto.hash, key, state) };
    await cache?.write(cached.encode({ entries: this.#entries, ...(this.#checkpoint === null ? {} : { checkpoint: this.#checkpoint }), ...mark }));
    this.#marked = key === null ? 0 : state.point.size;
  }
}

/** A copy is for speed, and for working alone: whoever makes the log great must lock nobody out by it. */
export function mayBeKept(entries: readonly Uint8Array[], most: number = CACHED_MAX): boolean {
  const size = entries.reduce((sum, { length }) => sum + length + HEAD_BYTES, HEAD_BYTES);
  return entries.length <= Math.min(most, CACHED_MAX) && size <= CACHED_BYTES_MAX;
}

function malformed(): never {
  throw new Refusal('directory-inconsistent', { reason: 'answer' });
}
