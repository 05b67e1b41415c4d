/** One item on its way in under its channel number: its head where that did not ride in the offer, then its parts. */
import { hex } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { partClaim, type Release } from '#station/kernel/claims.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import type { FrameOf, WantedPiece } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { bytesBeyond } from './chunk-assembly.ts';
import { PartReception } from './part-reception.ts';
import type { Slots } from './slots.ts';
import type { Talk } from './talk.ts';

/** How often a piece of one item may be forged before the connection gives the item up. */
const FORGED_MAX = 8;
/** Parts of one item that are received at a time. */
const PARTS_AT_ONCE = 8;
/** Who brings less in that time while another waits with the same gives way: a slow line brings more. */
const AWAITED_MS = 20 * SECOND_MS;
const AWAITED_BYTES_LEAST = 4_096;

export class ItemReception {
  readonly #talk: Talk;
  readonly #offer: FrameOf<'offer'>;
  #head: { readonly bytes: Uint8Array; filled: number; readonly whole: PromiseWithResolvers<Uint8Array> } | null = null;
  readonly #files: Slots;
  readonly #parts = new Map<number, PartReception>();
  readonly #claims: Release[] = [];
  /** Roots of parts that are begun and have had no turn yet. */
  #unopened: string[] = [];
  #forged = 0;
  #isHeadResumed = false;
  #stopped: unknown = null;
  readonly #end = Promise.withResolvers<never>();
  readonly #over = new AbortController();
  /** Bytes of parts that were taken. */
  #came = 0;
  #cancelWatch: (() => void) | null = null;
  /** Parts that are held, or were asked for, are those below this place. */
  #begun = 0;
  /** Nothing more comes: what is asked for now is not there. */
  #isAll = false;
  #isTorn = false;
  #turn = Promise.withResolvers<void>();

  /** @param files how many may be open on this connection */
  constructor(talk: Talk, offer: FrameOf<'offer'>, files: Slots) {
    this.#talk = talk;
    this.#offer = offer;
    this.#files = files;
    this.#end.promise.catch(() => {});
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

  /** Resolves when every part is a sealed blob. @throws Refusal `cancelled`; `disk-full`; `part-forged` */
  async receive(parts: readonly HeaderPart[]): Promise<void> {
    const { room, peer } = this.#talk;
    room.staging.begin(peer, parts, PRECEDENCE_RANK[this.#offer.precedence]);
    this.#unopened = parts.map(({ root }) => hex(root));
    for (let first = 0; first < parts.length; first += PARTS_AT_ONCE) {
      const some = parts.slice(first, first + PARTS_AT_ONCE);
      const release = await this.#unlessStopped(this.#files.take(PRECEDENCE_RANK[this.#offer.precedence], some.length));
      await this.#receiveSome(some, first, first + PARTS_AT_ONCE >= parts.length);
      release();
    }
  }

  async #receiveSome(parts: readonly HeaderPart[], first: number, isLast: boolean): Promise<void> {
    for (const [index, part] of parts.entries()) await this.#open(first + index, part);
    await Promise.all([...this.#parts.values()].map((part) => this.#resume(part)));
    await this.#want();
    this.#begun = isLast ? Number.POSITIVE_INFINITY : first + parts.length;
    this.#next();
    await Promise.all([...this.#parts.values()].map(({ done }) => done));
  }

  /** For who brings what nobody could ask for: resolves when that part is received, or will not be, or is none. */
  async begun(part: number): Promise<void> {
    while (this.#begun <= part && this.#stopped === null) await this.#turn.promise;
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
    const part = this.#parts.get(frame.part);
    if (part === undefined) return null;
    const { outcome, written } = part.data(frame);
    if (outcome === 'taken') this.#came += frame.bytes.length;
    if (outcome === 'forged') return this.#forgedData();
    if (outcome === 'torn') this.#isTorn = true;
    if (frame.piece === 'leaves' && part.mustResume) return this.#resume(part).then(() => this.#want());
    return written;
  }

  /** Keeps what was checked for the next connection. */
  async stop(reason: unknown): Promise<void> {
    this.#stopped ??= reason;
    this.#end.reject(reason);
    this.#over.abort(reason);
    this.#cancelWatch?.();
    this.#next();
    const head = this.#head;
    if (head !== null && head.filled > 0 && head.filled < head.bytes.length) {
      this.#talk.room.begun.keep(this.#talk.peer, this.#headName(), { offset: 0, bytes: head.bytes.slice(0, head.filled) });
    }
    head?.whole.reject(reason);
    await Promise.all([...this.#parts.values()].map((part) => part.stop(reason)));
    for (const name of this.#unopened.splice(0)) this.#talk.room.staging.left(name);
  }

  /** Somebody else brings the same, and waits: this one goes on as long as something comes. */
  awaited(): void {
    if (this.#stopped === null && this.#cancelWatch === null) this.#watch();
  }

  #watch(): void {
    const before = this.#came;
    this.#cancelWatch = this.#talk.room.clock.after(AWAITED_MS, () => {
      if (this.#came - before >= AWAITED_BYTES_LEAST) return this.#watch();
      void this.stop(new Refusal('part-incomplete'));
    });
  }

  /** Not before what names its parts is committed, or will not be: a connection may end in between, and nobody drops them then. */
  release(): void {
    for (const release of this.#claims.splice(0)) release();
  }

  async #open(index: number, part: HeaderPart): Promise<void> {
    const { room, peer } = this.#talk;
    const name = hex(part.root);
    await this.#unlessStopped(room.claims.claim(partClaim(name), { by: peer, awaited: () => this.awaited(), signal: this.over }));
    this.#unopened = this.#unopened.filter((one) => one !== name);
    if ((await room.blobs.size(name)) === part.size) return room.staging.left(name, 0);
    const reception = await PartReception.open(this.#talk, index, part);
    this.#parts.set(index, reception);
    if (this.#stopped !== null) await reception.stop(this.#stopped);
    this.#demandOn();
  }

  #next(): void {
    this.#turn.resolve();
    this.#turn = Promise.withResolvers<void>();
  }

  /** What is had only after all was stopped is given back. */
  async #unlessStopped(asked: Promise<Release>): Promise<Release> {
    const had = asked.then((release) => {
      if (this.#stopped === null) this.#claims.push(release);
      else release();
      return release;
    });
    const release = await Promise.race([had, this.#end.promise]);
    this.#demandOn();
    return release;
  }

  #demandOn(): void {
    if (this.#stopped !== null) throw this.#stopped;
  }

  async #resume(part: PartReception): Promise<void> {
    if (part.mustResume) await part.resume();
  }

  async #want(): Promise<void> {
    const pieces = this.#pieces();
    if (pieces.length === 0 || this.#stopped !== null) return;
    if (this.#isAll) return this.stop(new Refusal('cancelled'));
    // Whoever does not read what it is sent keeps nobody waiting who brings the same.
    await Promise.race([this.#talk.send({ kind: 'want', channel: this.#offer.channel, pieces }), this.#end.promise]);
  }

  #pieces(): WantedPiece[] {
    if (this.#head !== null) return [{ piece: 'head', part: 0, from: this.#head.filled }];
    return [...this.#parts.values()].flatMap((part) => part.wanted());
  }

  #headData(frame: FrameOf<'data'>): null {
    const head = this.#head;
    const next = head === null ? null : bytesBeyond(frame, head.filled);
    if (head === null || next === null || head.filled + next.length > head.bytes.length) return null;
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
    else await this.#want();
  }
}
