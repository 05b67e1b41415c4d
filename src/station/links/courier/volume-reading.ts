/**
 * One volume on its way in: its head is believed before anything else is looked at, each segment before any frame of it.
 * What comes in is decided one item after another. Source: docs/protocol/bundles.md §Reading.
 */
import { concat, equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { type BundleHead, type BundleStatement, framesOf, readVolumeStart } from '#wire/bundle.ts';
import { frame, type Frame, type FrameOf } from '#wire/frames.ts';
import { type Precedence, PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS } from '../budget.ts';
import { countsOurs } from '../channel.ts';
import { CheckTalk } from '../check-talk.ts';
import { DirectoryTalk } from '../directory-talk.ts';
import { type Brought, type Decision, Incoming } from '../incoming.ts';
import type { Answer } from '../settling.ts';
import type { LinksRoom } from '../talk.ts';
import { takeAnswer } from './answers.ts';
import type { Bundles } from './bundles.ts';
import { CourierTalk } from './courier-talk.ts';
import { Patience } from './patience.ts';
import type { ReadingReport } from './reading-report.ts';
import { whereaboutsOf } from './taken-items.ts';
import { asBundle, proven, type Writer } from './volume-author.ts';

/** How long an item may keep the courier waiting, because a connection is at it say; it is not lost, and stays with its sender. */
const ITEM_MS_MAX = 30_000;
/** Refused items, unfinished items and damaged segments that a report names. */
const NAMED_MAX = 64;

interface ReadingDeps {
  readonly room: LinksRoom;
  readonly bundles: Bundles;
  /** Something of that rank waits for that neighbour. */
  readonly wake: (peer: string, rank: number) => void;
  /** One volume of a neighbour is read at a time. @throws Refusal `bundle-busy` */
  readonly takeTurn: (peer: string) => Promise<void>;
}

export class VolumeReading {
  readonly statement: BundleStatement;
  readonly peer: string;
  /** The same volume was read before: nothing more is needed of it. */
  wasRead = false;
  readonly report: ReadingReport = { taken: 0, held: 0, refused: 0, where: { here: { count: 0, flash: 0 }, onward: [] }, notes: 0, unfinished: 0, goesOn: false, continues: null, settled: 0, damaged: [], codes: [] };
  readonly #deps: ReadingDeps;
  readonly #head: BundleHead;
  readonly #patience: Patience;
  /** Its writer is a neighbour, and met as one. */
  #met: Promise<void> | null = null;
  readonly #talk: CourierTalk;
  readonly #incoming: Incoming;
  #directory: DirectoryTalk;
  readonly #check: CheckTalk;
  readonly #bytes: number;
  #current: (Brought & { readonly offer: FrameOf<'offer'>; isLate: boolean }) | null = null;
  /** Items of this volume whose offers came. */
  #items = 0;
  readonly #taken: { readonly id: Uint8Array; readonly precedence: Precedence }[] = [];
  /** The number of an item that goes on in another volume. */
  #awaits: number | null = null;
  #segment = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #offset = 0;

  /**
   * @param start all that stands before the first segment
   * @throws Refusal `bundle-malformed`, `bundle-not-for-us`, `bundle-forged`, `bundle-superseded`, `bundle-incarnation`, `peer-unknown`, `peer-behind`,
   *   `too-many-attempts` where its writer has made us do too much lately: then it was not looked at
   */
  static async open(deps: ReadingDeps, start: Uint8Array): Promise<VolumeReading> {
    const { head, statement } = asBundle(() => readVolumeStart(start));
    const writer = await proven(deps.room, head, statement);
    await deps.takeTurn(writer.peer);
    const reading = new VolumeReading(deps, writer, head, statement);
    if (!writer.isStranger) {
      reading.wasRead = await reading.#meet(writer);
      reading.#met = Promise.resolve();
    }
    return reading;
  }

  private constructor(deps: ReadingDeps, { peer, met, hello }: Writer, head: BundleHead, statement: BundleStatement) {
    this.#deps = deps;
    this.#head = head;
    this.peer = peer;
    this.statement = statement;
    this.#patience = new Patience(deps.room, peer);
    this.#talk = new CourierTalk(deps.room, { peer, beyond: met.beyond, hello }, this.#patience, (rank) => deps.wake(peer, rank));
    this.#incoming = new Incoming(this.#talk);
    this.#directory = new DirectoryTalk(this.#talk);
    this.#check = new CheckTalk(this.#talk);
    this.#bytes = statement.segments.reduce((sum, { length }) => sum + length, 0);
  }

  /** @returns whether it was read before */
  async #meet({ peer, met, hello }: Writer): Promise<boolean> {
    const { room, bundles } = this.#deps;
    // Whatever is in it, a volume that was read is an event in the ledger and its rows, for ever. It may bring what is urgent.
    await this.#patience.take(UNITS.volume, PRECEDENCE_RANK.immediate, () => false);
    await room.channels.open(peer);
    const said = frame.encode({ kind: 'hello', statement: this.#head.hello, signature: this.#head.helloSignature });
    const meeting = await room.channels.brought(peer, hello, said);
    if (meeting === 'superseded') throw new Refusal('bundle-superseded', { station: peer });
    if (meeting === 'unknown') throw new Refusal('bundle-incarnation', { station: peer });
    if (meeting === 'behind') throw new Refusal('peer-behind', { peer });
    const creditor = { peer, incarnation: hello.incarnation };
    await bundles.met(creditor, this.statement, { directorySize: met.beyond === null ? hello.directory.size : 0, lastSent: hello.lastSent });
    if (countsOurs(room.incarnation(), hello)) await room.owed.read(creditor, this.statement.read);
    return bundles.read.isRead(creditor, this.statement);
  }

  /**
   * Behind the directory that a stranger brought: by that one it is a neighbour now, under those very keys, or nothing else of its stick is
   * looked at. It is judged once, and what keeps it from being met ends the reading, as it does with a neighbour's.
   */
  #demandMet(): Promise<void> {
    return (this.#met ??= this.#meetStranger());
  }

  async #meetStranger(): Promise<void> {
    const writer = await proven(this.#deps.room, this.#head, this.statement);
    if (writer.isStranger) throw new Refusal('peer-unknown', { peer: this.peer });
    await this.#meet(writer);
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of segments that came so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes the next bytes. @throws Refusal `offset-differs`, `bundle-malformed` beyond the end; DecodeError where a signed frame is none */
  async feed(offset: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if (offset !== this.#offset) throw new Refusal('offset-differs', { expected: this.#offset });
    for await (const piece of pieces) await this.#take(piece);
  }

  /** No more comes. @returns whether the volume is read: every segment was right, and every item decided */
  async end(): Promise<boolean> {
    if (this.wasRead) return true;
    for (let rest = this.#segment; rest < this.statement.segments.length; rest++) this.#damage(rest);
    await this.#demandMet();
    await this.#decided(true);
    this.report.where = await whereaboutsOf(this.#deps.room, this.#taken);
    this.#talk.demandSound();
    this.#talk.closed = true;
    const { damaged, unfinished, continues } = this.report;
    if (damaged.length > 0 || unfinished > 0 || continues !== null) return false;
    await this.#deps.bundles.read.wasRead({ peer: this.peer, incarnation: this.#talk.hello.incarnation }, this.statement, this.#awaits);
    this.report.goesOn = this.#awaits !== null;
    return !this.report.goesOn;
  }

  /** Lets go; what was checked stays. */
  async stop(): Promise<void> {
    this.#talk.closed = true;
    await this.#incoming.stop();
  }

  async #take(piece: Uint8Array): Promise<void> {
    for (let rest = piece; rest.length > 0; ) {
      const segment = this.statement.segments[this.#segment];
      if (segment === undefined) throw new Refusal('bundle-malformed', { field: 'length' });
      const some = rest.subarray(0, segment.length - this.#pendingBytes);
      this.#pending.push(Uint8Array.from(some));
      this.#pendingBytes += some.length;
      this.#offset += some.length;
      rest = rest.subarray(some.length);
      if (this.#pendingBytes === segment.length) await this.#segmentCame(segment.digest);
    }
  }

  async #segmentCame(digest: Uint8Array): Promise<void> {
    const bytes = concat(...this.#pending);
    const place = this.#segment;
    [this.#pending, this.#pendingBytes] = [[], 0];
    this.#segment += 1;
    if (!equal(await this.#deps.room.provider.hash.sha256Bulk(bytes), digest)) return this.#damage(place);
    for (const message of framesOf(bytes)) {
      if (message.kind !== 'directory') await this.#demandMet();
      await this.#frame(message).catch((error: unknown) => this.#notNow(error));
    }
  }

  #damage(place: number): void {
    if (this.report.damaged.length < NAMED_MAX) this.report.damaged.push(place + 1);
  }

  async #frame(message: Frame): Promise<void> {
    this.#talk.demandSound();
    switch (message.kind) {
      case 'offer': return this.#offer(message);
      case 'data': return this.#data(message);
      case 'custody': case 'refuse': return this.#answer(message);
      case 'check': return this.#check.receive(message);
      case 'directory':
        if (this.#talk.beyond !== null) break;
        return this.#entries(message);
      case 'witnessed':
        if (this.#talk.beyond !== null) break;
        return this.#check.witnessed(message).catch((error: unknown) => this.#note(error));
      case 'service':
        if (message.word !== 'numbers-missing') break;
        return this.#missing(message);
    }
    throw new DecodeError('bundle.frame', 0, `${message.kind} is not for a courier`);
  }

  async #offer(offer: FrameOf<'offer'>): Promise<void> {
    await this.#decided(false);
    this.#items += 1;
    if (offer.head === undefined) throw new DecodeError('offer.head', 0, 'cannot be asked for');
    this.#current = { ...this.#incoming.bring(offer), offer, isLate: false };
  }

  async #data(data: FrameOf<'data'>): Promise<void> {
    const current = this.#current;
    // Its offer was in a segment that is damaged.
    if (current?.offer.channel !== data.channel || current.isLate) return;
    current.isLate = await this.#within(current.reception.begun(data.part).then(() => false), true);
    if (!current.isLate) await current.reception.data(data);
  }

  /** What was brought last is taken, refused, or lacks something. */
  async #decided(isLast: boolean): Promise<void> {
    const current = this.#current;
    if (current === null) return;
    this.#current = null;
    await current.reception.thatWasAll();
    const ending = await this.#within(current.over, null, current.isLate ? 0 : ITEM_MS_MAX);
    if (ending !== null && ending.decision !== null) return this.#count(current.offer, ending.decision);
    await current.reception.stop(new Refusal('cancelled'));
    const isOnlyTorn = ending !== null && ending.code === null && !current.isLate;
    if (isOnlyTorn && this.#isInAnother(current.offer.channel, current.reception.isTorn, isLast)) return;
    this.report.unfinished += 1;
    this.#code(ending?.code ?? 'part-incomplete');
  }

  #count({ item, id, precedence }: FrameOf<'offer'>, decision: Decision): void {
    if (item === 'note') this.report.notes += 1;
    else this.report[decision] += 1;
    if (item === 'dispatch' && decision === 'taken') this.#taken.push({ id, precedence });
  }

  /** Only the first item of a volume has begun in another, and only the last one goes on in one. */
  #isInAnother(channel: number, isTorn: boolean, isLast: boolean): boolean {
    const { volume, volumes } = this.statement;
    const hasBegun = this.#items === 1 && volume > 1;
    const goesOn = hasBegun || (isLast && volume < volumes);
    if (this.report.damaged.length > 0 || !goesOn || this.#awaits !== null) return false;
    if (!isTorn) this.#awaits = channel;
    else if (hasBegun) this.report.continues = volume - 1;
    return !isTorn || hasBegun;
  }

  /** A run that a damaged segment has torn comes again with the next bundle. */
  async #entries(message: FrameOf<'directory'>): Promise<void> {
    try {
      await this.#directory.receive(message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#directory = new DirectoryTalk(this.#talk);
      this.#code('directory-entry-refused');
    }
  }

  async #answer(message: Answer): Promise<void> {
    const { room } = this.#deps;
    if (!countsOurs(room.incarnation(), this.#talk.hello)) return;
    try {
      if (await takeAnswer(this.#talk, message)) this.report.settled += 1;
    } catch (error) {
      this.#note(error);
      room.budgets.of(this.peer).charge(UNITS.refused);
    }
  }

  /** The neighbour has made us do too much lately: what is in it stays with it, and the volume does not count as read. */
  #notNow(error: unknown): void {
    if (!(error instanceof Refusal) || !isTooMuchNow(error)) throw error;
    this.report.unfinished += 1;
    this.#code(error.code);
  }

  async #missing(message: FrameOf<'service'>): Promise<void> {
    if (countsOurs(this.#deps.room.incarnation(), this.#talk.hello)) await this.#check.missing(message);
  }

  /** A refusal concerns one thing and is remarked. */
  #note(error: unknown): void {
    if (!(error instanceof Refusal) || isTooMuchNow(error) || error.code === 'cancelled') throw error;
    this.#code(error.code);
    this.#deps.room.say('courier-refused', { peer: this.peer, bundle: hex(this.statement.bundle), code: error.code });
  }

  #code(code: string): void {
    if (this.report.codes.length < NAMED_MAX && !this.report.codes.includes(code)) this.report.codes.push(code);
  }

  /** @returns `late` where that took too long */
  async #within<T>(work: Promise<T>, late: T, ms = ITEM_MS_MAX): Promise<T> {
    const over = Promise.withResolvers<T>();
    const cancel = this.#deps.room.clock.after(ms, () => over.resolve(late));
    try {
      return await Promise.race([work, over.promise]);
    } finally {
      cancel();
    }
  }
}

function isTooMuchNow({ code }: Refusal): boolean {
  return code === 'too-many-attempts';
}
