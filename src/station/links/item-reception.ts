/**
 * One item on its way in under its channel number: its head where that did not ride in the offer, then its parts, in turns where
 * somebody else brings the same. Source: docs/protocol/frames.md §Claims.
 */
import { hex } from '#core/bytes.ts';
import { MINUTE_MS, SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Release } from '#station/kernel/claims.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf, WantedPiece } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { bytesBeyond } from './chunk-assembly.ts';
import type { LateData } from './late-data.ts';
import { PartsReception } from './parts-reception.ts';
import type { Slots } from './slots.ts';
import type { Talk } from './talk.ts';
import type { KnownLeaves } from './traffic.ts';

/** How often a piece of one item may be forged before the connection gives the item up. */
const FORGED_MAX = 8;
/** While another waits with the same: how long whoever brings it has it, and how long where nothing at all comes from there. */
const TURN_MS = MINUTE_MS;
const STILL_MS = 20 * SECOND_MS;

/** The connection that brings it. */
interface Bringer {
  readonly talk: Talk;
  /** How many files may be open on it. */
  readonly files: Slots;
  /** Whether it sends what is wanted, or only what it has at hand. */
  readonly canBeAsked: boolean;
  /** Bytes of data that it brought, of whatever item; not of what was passed over or torn. */
  readonly brought: { bytes: number };
}

export class ItemReception {
  readonly #talk: Talk;
  readonly #offer: FrameOf<'offer'>;
  readonly #bringer: Bringer;
  #head: { readonly bytes: Uint8Array; filled: number; readonly whole: PromiseWithResolvers<Uint8Array> } | null = null;
  /** While it has the claim. */
  #parts: PartsReception | null = null;
  /** While it waits for the claim again. */
  #late: Map<number, LateData> | null = null;
  #forged = 0;
  #isHeadResumed = false;
  readonly #over = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  /** While somebody waits for it. */
  #cancelWatch: (() => void) | null = null;
  #turnEnds = Number.POSITIVE_INFINITY;
  #givesWay = false;
  /** All parts are there. */
  #isWhole = false;
  /** Parts that are held, or were asked for, are those below this place. */
  #begun = 0;
  /** Nothing more comes: what is asked for now is not there. */
  #isAll = false;
  #isTorn = false;
  #next = Promise.withResolvers<void>();

  constructor(bringer: Bringer, offer: FrameOf<'offer'>) {
    this.#talk = bringer.talk;
    this.#bringer = bringer;
    this.#offer = offer;
  }

  /** Aborted when the connection ends, or gives the item up. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** @throws Refusal `cancelled` when the connection ends first */
  async head(): Promise<Uint8Array> {
    if (this.#offer.head !== undefined) return this.#offer.head;
    const whole = Promise.withResolvers<Uint8Array>();
    // The connection may end before anybody waits for it.
    whole.promise.catch(() => {});
    this.#head = { ...this.#begunHead(), whole };
    await this.#want();
    const head = await whole.promise;
    this.#head = null;
    return head;
  }

  /** What an earlier connection brought of a head that may be another by now; who cannot take it must want all of it. */
  #begunHead(): { bytes: Uint8Array; filled: number } {
    const begun = this.#talk.isCounted ? this.#talk.room.begun.take(this.#headName()) : undefined;
    const bytes = new Uint8Array(this.#offer.headSize);
    this.#isHeadResumed = begun !== undefined;
    if (begun !== undefined) bytes.set(begun.bytes);
    return { bytes, filled: begun?.bytes.length ?? 0 };
  }

  /** Whether the head was put together over several connections: the sender may have written it anew in between. */
  get isHeadResumed(): boolean {
    return this.#isHeadResumed;
  }

  #headName(): string {
    const { item, id, sealing, headSize, hops } = this.#offer;
    return `${this.#talk.peer} ${item} ${hex(id)} ${sealing} ${headSize} ${hops}`;
  }

  /**
   * While it has the claim. Resolves when every part is a sealed blob, or it has given way.
   * @param place to be had first, where it was given back meanwhile
   * @returns whether all are there
   * @throws Refusal `cancelled`; `disk-full`; `part-forged`
   */
  async receive(parts: readonly HeaderPart[], place: Promise<Release> | null): Promise<boolean> {
    this.#parts = new PartsReception(this.#talk, PRECEDENCE_RANK[this.#offer.precedence], this.#bringer.files, {
      isPassing: this.isPassing,
      awaited: this.awaited,
      want: () => this.#want(),
      begun: (count) => this.#hasBegun(count),
    });
    if (this.#givesWay) void this.#parts.stop(new Refusal('cancelled'));
    if (this.over.aborted) void this.#parts.stop(this.over.reason);
    try {
      await this.#parts.receive(parts, place);
      this.#isWhole = true;
      return true;
    } catch (error) {
      if (!this.#givesWay) throw error;
      return false;
    }
  }

  /** Of what it has received, while it has the claim. */
  readonly leaves: KnownLeaves = async ({ root }) => this.#parts?.leaves(hex(root)) ?? null;

  /** It has the claim no more, nor any on its parts: what was checked stays. */
  async letGo(release: Release): Promise<void> {
    await this.#parts?.stop(new Refusal('cancelled'));
    this.#late = this.#givesWay ? (this.#parts?.late() ?? null) : null;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    this.#turnEnds = Number.POSITIVE_INFINITY;
    this.#givesWay = false;
    this.#parts?.release();
    this.#parts = null;
    release();
  }

  /** For who brings what nobody could ask for: resolves when that part is received, or will not be, or is none. */
  async begun(part: number): Promise<void> {
    while (this.#begun <= part && !this.over.aborted) await this.#next.promise;
  }

  /** Something came and was passed over, because what stands before it has not come. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** Whoever brings it has brought all of it: what is incomplete stays as it is. */
  async thatWasAll(): Promise<void> {
    this.#isAll = true;
    if (this.#begun > 0 && this.#pieces().length > 0) await this.stop(new Refusal('cancelled'));
  }

  data(frame: FrameOf<'data'>): Promise<void> | null {
    if (frame.piece === 'head') return this.#headData(frame);
    if (this.#parts === null && frame.piece === 'chunks') this.#late?.get(frame.part)?.take(frame);
    if (this.#parts === null) return null;
    const { outcome, written, again } = this.#parts.data(frame);
    if (outcome === 'taken') this.#bringer.brought.bytes += frame.bytes.length;
    if (outcome === 'forged') return this.#forgedData();
    if (outcome === 'torn') this.#isTorn = true;
    if (!again) return written;
    const wanted = written!.then(() => this.#want());
    if (this.isPassing) return wanted;
    // What was staged before is looked through: the connection is read on, for what is missing of it is wanted behind that.
    wanted.catch((error: unknown) => this.stop(error));
    return null;
  }

  /** Keeps what was checked for the next connection. */
  async stop(reason: unknown): Promise<void> {
    this.#over.abort(reason);
    this.#end.resolve();
    this.#cancelWatch?.();
    this.#hasBegun(this.#begun);
    const head = this.#head;
    if (head !== null && head.filled > 0 && head.filled < head.bytes.length) {
      this.#talk.room.begun.keep(this.#talk.peer, this.#headName(), { offset: 0, bytes: head.bytes.slice(0, head.filled) });
    }
    head?.whole.reject(reason);
    await this.#parts?.stop(reason);
  }

  /** What it has at hand now it cannot bring later. */
  get isPassing(): boolean {
    return !this.#bringer.canBeAsked;
  }

  /** Somebody else brings the same, and waits: this one has its turn, unless it can bring later what the other cannot. */
  readonly awaited = (isPassing: boolean): void => {
    if (this.over.aborted || this.#isWhole) return;
    const now = this.#talk.room.clock.monotonicMs();
    this.#turnEnds = Math.min(this.#turnEnds, isPassing ? now : now + TURN_MS);
    if (isPassing && !this.isPassing) this.#giveWay();
    else if (this.#cancelWatch === null) this.#watch();
  };

  #watch(): void {
    const { clock } = this.#talk.room;
    const before = this.#bringer.brought.bytes;
    this.#cancelWatch = clock.after(STILL_MS, () => {
      const isStill = this.#bringer.brought.bytes === before;
      const isOver = isStill || (!this.isPassing && clock.monotonicMs() >= this.#turnEnds);
      if (isOver) this.#giveWay();
      else this.#watch();
    });
  }

  /** The other end sends no more of it, until it is wanted again. */
  #giveWay(): void {
    if (this.#isWhole) return;
    if (this.isPassing) return void this.stop(new Refusal('part-incomplete'));
    this.#givesWay = true;
    const nothing = this.#parts?.nothing() ?? null;
    void this.#parts?.stop(new Refusal('cancelled'));
    if (nothing !== null) void this.#talk.send({ kind: 'want', channel: this.#offer.channel, pieces: [nothing] });
  }

  #hasBegun(parts: number): void {
    this.#begun = parts;
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  async #want(): Promise<void> {
    const pieces = this.#pieces();
    if (pieces.length === 0 || this.over.aborted || this.#givesWay) return;
    if (this.#isAll) return this.stop(new Refusal('cancelled'));
    const said = this.#talk.send({ kind: 'want', channel: this.#offer.channel, pieces });
    // Whoever does not read what it is sent keeps nobody waiting who brings the same.
    await Promise.race([said, this.#end.promise, ...(this.#parts === null ? [] : [this.#parts.over])]);
  }

  #pieces(): WantedPiece[] {
    if (this.#head !== null) return [{ piece: 'head', part: 0, from: this.#head.filled }];
    return this.#parts?.wanted() ?? [];
  }

  #headData(frame: FrameOf<'data'>): null {
    const head = this.#head;
    const next = head === null ? null : bytesBeyond(frame, head.filled);
    if (head === null || next === null || head.filled + next.length > head.bytes.length) return null;
    this.#bringer.brought.bytes += next.length;
    head.bytes.set(next, head.filled);
    head.filled += next.length;
    if (head.filled === head.bytes.length) head.whole.resolve(head.bytes);
    return null;
  }

  /** What does not verify is dropped and asked for again; what follows it is passed over until it comes. */
  async #forgedData(): Promise<void> {
    const { room, peer } = this.#talk;
    const { channel } = this.#offer;
    this.#forged += 1;
    room.say('data-forged', { peer, channel, times: this.#forged });
    if (this.#forged >= FORGED_MAX) await this.stop(new Refusal('part-forged', { channel }));
    else await this.#wantAnew();
  }

  /** Not before it can be afforded again. */
  async #wantAnew(): Promise<void> {
    await this.#parts?.affordLeaves().catch(async (error: unknown) => {
      if (!this.#givesWay) await this.stop(error);
    });
    await this.#want();
  }
}
