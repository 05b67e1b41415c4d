/**
 * The directory log as this station holds it: entries, the newest checkpoint, and the view that everyone asks. Where
 * the station is the sequencer it also gives entries their index. Nothing is in the view before it is durable.
 * Source: docs/protocol/directory.md §Replication, §Proposing.
 */

import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { decodedLater, decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { acceptLog, demandExtends, type LogOffer, signDirectoryCheckpoint } from '#model/directory-log.ts';
import { type ApplyOptions, type DirectoryState, foldEntries } from '#model/directory.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { foldVerified, markVerified } from '#model/verified-log.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { directoryEntry, type DirectoryKind, entryStatement } from '#wire/directory.ts';
import { decodeCheckpoint } from '#wire/checkpoint.ts';
import { eventFields } from '#wire/event.ts';
import { decodeNote } from '#wire/note.ts';
import type { PeopleDeps } from './deps.ts';
import { demandDated, demandStillMakingKeys, growsAtWill } from './entry-bounds.ts';
import { eraseStaleShares } from './escrow-shares.ts';
import { Forwarded, mayBeMended, type Proposer, proposerName } from './forwarding.ts';
import { eraseStaleWraps } from './key-life.ts';
import { demandMeasure, type OwnWord, ownWordsOf, rememberWords } from './own-words.ts';
import { mayBeginAnew } from './policy.ts';
import { type PeopleTables, readCheckpoint, readEntries, readMark, writeGrowth, writeMark } from './store.ts';

export interface Proposed {
  /** `sequenced`: in the log, durably; `sent`: on its way to the sequencer. */
  readonly outcome: 'sequenced' | 'sent';
  readonly size: number;
}

export class DirectoryReplica {
  readonly #deps: PeopleDeps;
  readonly #tables: Tables<PeopleTables>;
  readonly #options: ApplyOptions;
  readonly #listeners = new Set<() => void>();
  readonly #forwarded = new Forwarded();
  #state: DirectoryState | null = null;
  #checkpoint: Uint8Array | null = null;
  /** Growth is one at a time: each begins where the one before ended. */
  readonly #growing = new Turns();

  private constructor(deps: PeopleDeps) {
    this.#deps = deps;
    this.#tables = deps.store.of<PeopleTables>();
    this.#options = deps.authority === undefined ? {} : { authority: deps.authority };
  }

  /**
   * Loads what the station holds, and verifies again what it has not marked as verified; an empty log waits for its first `receive`.
   * @throws Refusal `database-damaged` where what is stored is not what was accepted
   */
  static async open(deps: PeopleDeps): Promise<DirectoryReplica> {
    const replica = new DirectoryReplica(deps);
    const { entries, checkpoint, mark } = await replica.#tables.read(async (db) => ({
      entries: await readEntries(db, 0, Number.MAX_SAFE_INTEGER),
      checkpoint: await readCheckpoint(db),
      mark: await readMark(db),
    }));
    if (entries.length === 0 && checkpoint === null) return replica;
    await replica.#reload({ from: 0, entries, checkpoint: checkpoint ?? new Uint8Array() }, mark);
    replica.#checkpoint = checkpoint;
    return replica;
  }

  /** @throws Refusal `data-folder-empty` before the first receive */
  view(): DirectoryView {
    return this.#held();
  }

  /** The view, with what only this room asks of it. @throws Refusal `data-folder-empty` */
  state(): DirectoryState {
    return this.#held();
  }

  get isEmpty(): boolean {
    return this.#state === null;
  }

  get isSequencer(): boolean {
    return this.#state !== null && this.#sequences(this.#state);
  }

  /** The newest checkpoint, a signed note. @throws Refusal `data-folder-empty` */
  get checkpoint(): Uint8Array {
    if (this.#checkpoint === null) throw new Refusal('data-folder-empty');
    return this.#checkpoint;
  }

  /** Entries from an index on, at most `count`, and the newest checkpoint (which covers the whole log). */
  async entriesFrom(from: number, count: number = Number.MAX_SAFE_INTEGER): Promise<LogOffer & { readonly size: number }> {
    const { size } = this.#held().point;
    const checkpoint = this.checkpoint;
    const wanted = Math.max(0, Math.min(count, size - from));
    const entries = await this.#tables.read((db) => readEntries(db, from, wanted));
    return { from, entries, checkpoint, size };
  }

  /**
   * Takes in what a neighbour, an admission or a founding brought.
   * @throws DecodeError; Refusal `directory-rolled-back`, `directory-inconsistent`, `directory-entry-refused`,
   *   `directory-signature-wrong`
   */
  receive(offer: LogOffer): Promise<void> {
    return this.#alone(() => this.#receive(offer));
  }

  /**
   * Takes back what this station lost with its disk, from a device that had seen it: these bytes at their old indexes, by the
   * proof that a neighbour brings too, a checkpoint over exactly the log that ends with them. Whoever dated what, how much of
   * it there was in a day and whether this station may lead was asked when they were given those indexes.
   * @param checkpoint a signed note
   * @param by who gives it back
   * @throws Refusal `directory-inconsistent`, `directory-entry-refused`, `directory-signature-wrong`, `cbor-malformed`;
   *   `data-folder-empty` before the first receive
   */
  takeBack(entries: readonly Uint8Array[], checkpoint: Uint8Array, by: Proposer): Promise<Proposed> {
    return this.#alone(async () => {
      const state = this.#held();
      await decodedLater('cbor-malformed', async () => {
        const { size, root } = decodeCheckpoint(decodeNote(checkpoint).text);
        // Another device that saw more was here before.
        if (size <= state.point.size) demandExtends(state, { size, root });
        else if (size < entries.length) throw new Refusal('directory-inconsistent', { reason: 'size', offered: size });
        else await this.#receive({ from: size - entries.length, entries, checkpoint });
      });
      if (this.#mayBegin(by)) this.#deps.lead?.registrarHeard();
      return { outcome: 'sequenced', size: this.#held().point.size };
    });
  }

  /**
   * Puts signed entries into the log, all or none, or sends them to who may. What is in the log already is passed over.
   * A term is proposed to the station that it names: that one's checkpoint is the first of the term.
   * @param by who asks; none for this station itself
   * @throws Refusal `directory-entry-refused`, `cbor-malformed`, `no-route`, `proposals-full`, `disk-full`, `own-entries-full`,
   *   `directory-unheard`; `not-sequencer` for another's term
   */
  propose(entries: readonly Uint8Array[], by: Proposer | null = null): Promise<Proposed> {
    return this.#alone(async () => {
      const state = this.#held();
      const read = entries.map((bytes) => ({ bytes, ...this.#readEntry(bytes) }));
      const fresh = read.filter(({ digest }) => !state.hasStatement(digest));
      const bytes = fresh.map((entry) => entry.bytes);
      if (fresh.length === 0) return { outcome: 'sequenced', size: state.point.size };
      // Nothing comes before a term in one batch with it either.
      const beginsTerm = fresh[0]!.kind === 'term';
      if (!beginsTerm && this.#isWithoutTerm(state)) throw new Refusal('directory-unheard', { reason: this.#deps.lead?.isTermHere === true ? 'neighbours' : 'term' });
      if (!beginsTerm && !this.#sequences(state)) {
        await this.#forward(state, fresh, proposerName(by));
        return { outcome: 'sent', size: state.point.size };
      }
      return { outcome: 'sequenced', size: await this.#sequence(state, bytes, by) };
    });
  }

  /** Calls back after each growth; the returned function ends it. A listener must not throw. */
  onGrown(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #receive(offer: LogOffer): Promise<void> {
    const { provider, founding } = this.#deps;
    const before = this.#state?.point.size ?? 0;
    const state = await acceptLog(provider, this.#state, offer, founding, this.#options);
    if (state.point.size === before) return;
    await this.#commit(state, offer.entries.slice(before - offer.from), offer.checkpoint);
  }

  /** Nothing is sent on that no log would take, and little of what this one cannot judge. */
  async #forward(state: DirectoryState, fresh: readonly { readonly bytes: Uint8Array; readonly digest: string }[], proposer: string): Promise<void> {
    const { provider, clock, forward } = this.#deps;
    const nowMs = clock.monotonicMs();
    const going = fresh.filter(({ digest }) => !this.#forwarded.isWaiting(digest, nowMs));
    if (going.length === 0) return;
    const isJudged = await foldEntries(provider, state, fresh.map(({ bytes }) => bytes), this.#options).then(() => true, (error: unknown) => {
      if (!mayBeMended(error)) throw error;
      return false;
    });
    const forwarding = { proposer, digests: going.map(({ digest }) => digest), isJudged };
    this.#forwarded.demandRoom(forwarding, nowMs, (digest) => state.hasStatement(digest));
    await forward(state.sequencer.station, going.map(({ bytes }) => bytes));
    this.#forwarded.remember(forwarding, nowMs);
  }

  async #sequence(state: DirectoryState, entries: readonly Uint8Array[], by: Proposer | null): Promise<number> {
    const { provider, clock, logSigner, room } = this.#deps;
    for (const bytes of entries) demandDated(bytes, clock.now());
    if (room !== undefined && entries.some(growsAtWill)) demandRoom(room.freeBytes(), entries.reduce((sum, { length }) => sum + length, 0), room.floorBytes);
    const next = (await foldEntries(provider, state, entries, this.#options))!;
    demandStillMakingKeys(state, next, entries, clock.now());
    if (!this.#sequences(next)) throw new Refusal('not-sequencer', { sequencer: next.sequencer.station });
    this.#deps.lead?.demand(state.point.size, this.#mayBegin(by));
    const words = ownWordsOf(state, next, entries);
    await this.#tables.read((db) => demandMeasure(db, words, clock.now()));
    const note = await signDirectoryCheckpoint(provider, logSigner, next.organisation.id, next.point, clock.now());
    await this.#commit(next, entries, note, words);
    return next.point.size;
  }

  /** A holding or delegation that ends by its `until` has no entry that says so. */
  async eraseLapsed(): Promise<void> {
    if (this.isEmpty) return;
    const [state, now] = [this.state(), this.#deps.clock.now()];
    const erased = await this.#tables.commit(async (tx) => (await eraseStaleWraps(tx, state, now)) + (await eraseStaleShares(tx, state, now)));
    if (erased > 0) await this.#deps.store.scrub();
  }

  async #commit(state: DirectoryState, entries: readonly Uint8Array[], note: Uint8Array, led: readonly OwnWord[] | null = null): Promise<void> {
    const { size, root } = state.point;
    let erased = 0;
    await this.#tables.commit(async (tx) => {
      if (led !== null) await this.#deps.lead?.led(tx);
      if (led !== null) await rememberWords(tx, led, this.#deps.clock.now());
      await writeGrowth(tx, size - entries.length, entries, { size, note });
      await this.#mark(tx, state);
      erased += await eraseStaleWraps(tx, state, this.#deps.clock.now());
      erased += await eraseStaleShares(tx, state, this.#deps.clock.now());
      await this.#deps.ledger.append(tx, { kind: 'directory-grown', subject: root, fields: eventFields.encode({ count: size }) });
    });
    if (erased > 0) await this.#deps.store.scrub();
    this.#state = state;
    this.#checkpoint = note;
    for (const listener of this.#listeners) listener();
  }

  async #reload(offer: LogOffer, mark: Uint8Array | null): Promise<void> {
    const { state, marked } = await this.#verified(offer, mark);
    this.#state = state;
    // A disk that is full keeps no station from starting: what is not marked is verified again.
    const { room } = this.#deps;
    const hasRoom = room === undefined || room.freeBytes() > room.floorBytes;
    if (marked < state.point.size && hasRoom) await this.#tables.commit((tx) => this.#mark(tx, state));
  }

  /** @returns the state, and how much of it was verified by an earlier run */
  async #verified({ entries, checkpoint }: LogOffer, mark: Uint8Array | null): Promise<{ readonly state: DirectoryState; readonly marked: number }> {
    const { provider, founding, markKey } = this.#deps;
    try {
      const known = mark === null || markKey === undefined ? null : await foldVerified(provider, markKey, mark, entries, founding, this.#options);
      const from = known?.point.size ?? 0;
      return { state: await acceptLog(provider, known, { from, entries: entries.slice(from), checkpoint }, founding, this.#options), marked: from };
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      throw new Refusal('database-damaged', { what: 'directory' }, { cause: error });
    }
  }

  async #mark(tx: Tx<PeopleTables>, state: DirectoryState): Promise<void> {
    const { provider, markKey } = this.#deps;
    if (markKey !== undefined) await writeMark(tx, markVerified(provider.hash, markKey, state));
  }

  #held(): DirectoryState {
    if (this.#state === null) throw new Refusal('data-folder-empty');
    return this.#state;
  }

  /** By its code and by its keys: a station restored under an old term's keys must not sign. */
  #sequences({ sequencer }: DirectoryState): boolean {
    const { station, logSigner } = this.#deps;
    return (
      sequencer.station === station &&
      equal(sequencer.logKeys.ed25519, logSigner.ed25519.publicKey) &&
      equal(sequencer.logKeys.mldsa44, logSigner.mldsa44.publicKey)
    );
  }

  #mayBegin(by: Proposer | null): boolean {
    const { station, clock } = this.#deps;
    return mayBeginAnew({ view: this.#held(), station, now: clock.now() }, by);
  }

  /** A folder that was promoted signs with keys of its own, which the directory names by the term that it waits for. */
  #isWithoutTerm(state: DirectoryState): boolean {
    return state.sequencer.station === this.#deps.station && !this.#sequences(state);
  }

  #readEntry(bytes: Uint8Array): { readonly kind: DirectoryKind; readonly digest: string } {
    return decodedOr('cbor-malformed', () => {
      const { statement } = directoryEntry.decode(bytes);
      const { kind } = entryStatement.decode(statement);
      return { kind, digest: hex(this.#deps.provider.hash.sha256(statement)) };
    });
  }

  #alone<R>(work: () => Promise<R>): Promise<R> {
    return this.#growing.next(work);
  }
}
