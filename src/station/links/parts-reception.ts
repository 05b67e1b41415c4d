/**
 * The parts of one item while its neighbour has the claim on it: until all of them are sealed blobs, or somebody else has a turn.
 * What was checked stays, and so does what came of a chunk. Source: docs/protocol/frames.md §Claims.
 */
import { hex } from '#core/bytes.ts';
import { type Awaited, partClaim, type Release } from '#station/kernel/claims.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf, WantedPiece } from '#wire/frames.ts';
import type { LateData } from './late-data.ts';
import { PartReception } from './part-reception.ts';
import type { Slots } from './slots.ts';
import type { Talk } from './talk.ts';

/** Parts of one item that are received at a time. */
const PARTS_AT_ONCE = 8;

/** One of an item's, and its place in the header. */
interface PlacedPart {
  readonly index: number;
  readonly part: HeaderPart;
}

/** Whose parts they are. */
interface PartsOwner {
  /** As Claimant has it, of each of them. */
  readonly isPassing: boolean;
  readonly awaited: Awaited;
  /** Says what is wanted now. */
  want(): Promise<void>;
  /** Parts that are held, or were asked for, are those below this place. */
  begun(parts: number): void;
}

export class PartsReception {
  readonly #talk: Talk;
  readonly #rank: number;
  readonly #files: Slots;
  readonly #owner: PartsOwner;
  readonly #parts = new Map<number, PartReception>();
  /** Claims and places. */
  readonly #had: Release[] = [];
  /** Roots of parts that are begun and have had no turn yet. */
  #unopened: string[] = [];
  readonly #over = new AbortController();
  readonly #end = Promise.withResolvers<void>();

  /** @param files how many may be open on this connection */
  constructor(talk: Talk, rank: number, files: Slots, owner: PartsOwner) {
    this.#talk = talk;
    this.#rank = rank;
    this.#files = files;
    this.#owner = owner;
  }

  /** Resolves when every part is a sealed blob. @throws Refusal `cancelled`; `disk-full`; `part-forged`; whatever it was stopped for */
  async receive(parts: readonly HeaderPart[], place: Promise<Release> | null): Promise<void> {
    const { room, peer } = this.#talk;
    if (place !== null) await this.#have(place);
    this.#over.signal.throwIfAborted();
    const all = eachOnce(parts);
    room.staging.begin(peer, all.map(({ part }) => part), this.#rank);
    this.#unopened = all.map(({ part: { root } }) => hex(root));
    for (let first = 0; first < all.length; first += PARTS_AT_ONCE) {
      const some = all.slice(first, first + PARTS_AT_ONCE);
      const release = await this.#have(this.#files.take(this.#rank, some.length));
      await this.#receiveSome(some, all[first + PARTS_AT_ONCE]?.index ?? Number.POSITIVE_INFINITY);
      release();
    }
  }

  /** @param next place of the first part behind them */
  async #receiveSome(parts: readonly PlacedPart[], next: number): Promise<void> {
    await this.#claim(parts);
    for (const { index, part } of parts) await this.#open(index, part);
    await Promise.all([...this.#parts.values()].map((part) => this.#resume(part)));
    await this.affordLeaves();
    await this.#owner.want();
    this.#owner.begun(next);
    await Promise.all([...this.#parts.values()].map(({ done }) => done));
  }

  /** What is wanted next costs no more than its neighbour's measure has. @throws whatever it was stopped for */
  async affordLeaves(): Promise<void> {
    for (const part of this.#parts.values()) await part.affordLeaves();
  }

  wanted(): WantedPiece[] {
    return [...this.#parts.values()].flatMap((part) => part.wanted());
  }

  /** The list of one of them by its name, as it was checked now or lately; null of one chunk, which is its own. */
  leaves(name: string): Uint8Array | null {
    const own = this.#parts.values().find((part) => part.name === name);
    return own?.leaves ?? this.#talk.room.incomingLists.get(name)?.bytes ?? null;
  }

  /** What says that nothing of them is wanted for now; null where nothing was. */
  nothing(): WantedPiece | null {
    return this.#parts.values().find(({ isComplete }) => !isComplete)?.nothing ?? null;
  }

  /** For what is under way of them once they are stopped, by their places. */
  late(): Map<number, LateData> {
    return new Map([...this.#parts].flatMap(([index, { late }]) => (late === null ? [] : [[index, late]])));
  }

  /** @returns `again` where more is wanted once `written` resolved */
  data(frame: FrameOf<'data'>): ReturnType<PartReception['data']> & { again: boolean } {
    const part = this.#parts.get(frame.part);
    if (part === undefined) return { outcome: 'passed-over', written: null, again: false };
    const taken = part.data(frame);
    const again = taken.outcome !== 'forged' && frame.piece === 'leaves' && part.mustResume;
    return again ? { ...taken, written: this.#resume(part).catch((error: unknown) => part.stop(error)), again } : { ...taken, again };
  }

  /** Resolves when it was stopped. */
  get over(): Promise<void> {
    return this.#end.promise;
  }

  /** Keeps what was checked for whoever brings them next. Resolves when nothing is read or written any more. */
  async stop(reason: unknown): Promise<void> {
    this.#over.abort(reason);
    this.#end.resolve();
    await Promise.all([...this.#parts.values()].map((part) => part.stop(reason)));
    for (const name of this.#unopened.splice(0)) this.#talk.room.staging.left(name);
  }

  /** Not before what names its parts is committed, or will not be: a connection may end in between, and nobody drops them then. */
  release(): void {
    for (const release of this.#had.splice(0)) release();
  }

  /** In one order, whatever item names them: of two that wait for each other's both would give way, again and again. */
  async #claim(parts: readonly PlacedPart[]): Promise<void> {
    const { room, peer } = this.#talk;
    const { isPassing, awaited } = this.#owner;
    const claimant = { by: peer, isPassing, awaited, signal: this.#over.signal };
    const names = parts.map(({ part: { root } }) => hex(root)).toSorted();
    for (const name of names) await this.#have(room.claims.claim(partClaim(name), claimant));
  }

  async #open(index: number, part: HeaderPart): Promise<void> {
    const { room } = this.#talk;
    const name = hex(part.root);
    this.#unopened = this.#unopened.filter((one) => one !== name);
    if ((await room.blobs.size(name)) === part.size) return room.staging.left(name, 0);
    const reception = await PartReception.open({ talk: this.#talk, afford: (units) => this.#afford(units) }, index, part);
    this.#parts.set(index, reception);
    if (this.#over.signal.aborted) await reception.stop(this.#over.signal.reason);
    this.#over.signal.throwIfAborted();
  }

  async #resume(part: PartReception): Promise<void> {
    if (part.mustResume) await part.resume();
  }

  async #afford(units: number): Promise<void> {
    const { room: { budgets }, peer } = this.#talk;
    const { signal } = this.#over;
    const taken = budgets.of(peer).take(units, this.#rank, () => signal.aborted);
    // Cancelled when its turn would have come.
    taken.catch(() => {});
    await Promise.race([taken, this.#end.promise]);
    signal.throwIfAborted();
  }

  /** What is had only after all was stopped is given back. */
  async #have(asked: Promise<Release>): Promise<Release> {
    const { signal } = this.#over;
    const had = asked.then((release) => {
      if (signal.aborted) release();
      else this.#had.push(release);
      return release;
    });
    await Promise.race([had, this.#end.promise]);
    signal.throwIfAborted();
    return had;
  }
}

/** Two places of a header may have one root: there is one file of it, which comes once, in the first of them. */
function eachOnce(parts: readonly HeaderPart[]): PlacedPart[] {
  const placed = new Map<string, PlacedPart>();
  for (const [index, part] of parts.entries()) if (!placed.has(hex(part.root))) placed.set(hex(part.root), { index, part });
  return [...placed.values()];
}
