/**
 * The sending half of a connection: offers run ahead, data follows where it is wanted, the highest precedence first.
 * Between any two data frames it looks again, so that a telegram never waits behind a file.
 * Source: docs/protocol/frames.md §Order, §Custody.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { FrameOf } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { LEAF_BYTES } from './extent.ts';
import { AHEAD, Offering } from './offering.ts';
import { AT_ONCE } from './outlet.ts';
import type { NumberedItem } from './queue.ts';
import { type Answer, settle } from './settling.ts';
import { PieceSource } from './source.ts';
import { afford, type Talk } from './talk.ts';
import type { OfferedCopy, OutgoingItem } from './traffic.ts';
import { nextOf, Turn } from './turns.ts';
import { isUrgent } from './urgent.ts';

/** A head up to this size rides in the offer, where the link is fast enough for it or nothing is more urgent. */
const HEAD_INLINE_BYTES = 65_536;

interface Flight {
  readonly item: NumberedItem & OfferedCopy;
  /** Without the head, which may be large: it is loaded again when what is wanted of it has its turn. */
  readonly headSize: number;
  readonly parts: OutgoingItem['parts'];
  pieces: PieceSource[];
  /** How often the neighbour said what it wants: what it said last counts, however long the measure takes. */
  wants: number;
  /** The neighbour said custody or no: it says so once. */
  isAnswered: boolean;
  /** Data sent on this connection. */
  sentBytes: number;
  readonly turn: Turn;
  /** Whether its head did not ride in the offer and has not gone yet. */
  owesHead: boolean;
}

export class Outgoing {
  readonly #talk: Talk;
  /** By channel number, in the order of the offers. */
  readonly #flights = new Map<number, Flight>();
  /** By rank: how many turns whoever sent last has had. */
  readonly #turns = new Map<number, number>();
  readonly #offering: Offering;
  /** By rank: ends when nothing of it is wanted any more. */
  readonly #pumps = new Map<number, Promise<void>>();

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#offering = new Offering({
      room: talk.room,
      peer: talk.peer,
      get closed() {
        return talk.closed;
      },
      inFlight: (rank) => this.#inFlight(rank),
      isInFlight: ({ channel }) => channel !== null && this.#flights.has(channel),
      offer: (item, load) => this.#offer(item, load),
      worked: () => talk.worked(),
      failed: (error) => talk.fail('offer-failed', error),
    });
  }

  get isIdle(): boolean {
    return this.#flights.size === 0 && this.#offering.isIdle;
  }

  /** How far the item at this place of the queue has come on this connection. */
  progress(position: number): { readonly state: 'waiting' | 'offered' | 'sending'; readonly sent: number } {
    const flight = this.#flights.values().find(({ item, isAnswered }) => item.position === position && !isAnswered);
    if (flight === undefined) return { state: 'waiting', sent: 0 };
    return { state: flight.sentBytes > 0 ? 'sending' : 'offered', sent: flight.sentBytes };
  }

  /** Undefined for what is not in flight. */
  rankOf(channel: number): number | undefined {
    return this.#flights.get(channel)?.item.rank;
  }

  wake(rank: number): void {
    this.#offering.wake(rank);
  }

  async want({ channel, pieces }: FrameOf<'want'>): Promise<void> {
    const flight = this.#flights.get(channel);
    if (flight === undefined) return;
    flight.wants += 1;
    const { wants } = flight;
    const isOver = (): boolean => flight.isAnswered || flight.wants !== wants;
    await afford(this.#talk, 1 + pieces.length, flight.item.rank);
    if (isOver()) return;
    const places = new Set(pieces.map(({ piece, part }) => `${piece} ${part}`));
    if (places.size < pieces.length) throw new DecodeError('want.pieces', 0, 'a piece twice');
    flight.pieces = pieces.map((piece) => this.#source(flight, piece)).filter((source) => !source.isDone);
    flight.turn.join(this.#turns.get(flight.item.rank) ?? 0);
    void this.#pump(flight.item.rank);
  }

  async answered(answer: Answer): Promise<void> {
    const flight = this.#flightOf(answer);
    if (flight === null) return;
    await settle(this.#talk, flight.item, answer, flight.item.rank);
    this.#end(flight);
  }

  /** The neighbour has no room for it: it keeps its number and its place, and is offered again on the next connection. */
  async foundNoRoom(channel: number): Promise<void> {
    const { room, peer } = this.#talk;
    const flight = this.#flights.get(channel);
    if (flight === undefined || flight.isAnswered) return;
    await afford(this.#talk, 1, flight.item.rank);
    flight.pieces = [];
    if (flight.isAnswered || !room.crowded.said(peer, channel, room.clock.now())) return;
    room.say('no-room-there', { peer, channel });
    await room.store.commit((tx) => room.record(tx, 'no-room', flight.item.id, { peer, channel }));
  }

  /** @returns null for an answer that came twice */
  #flightOf({ channel, id }: Answer): Flight | null {
    const flight = this.#flights.get(channel);
    if (flight === undefined || flight.isAnswered) return null;
    if (!equal(flight.item.id, id)) throw new DecodeError('frame.id', 0, `not the item of number ${channel}`);
    flight.isAnswered = true;
    flight.pieces = [];
    return flight;
  }

  #end({ item }: Flight): void {
    this.#flights.delete(item.channel);
    this.#talk.worked();
    // Of letters many at a time; of what is urgent another office's may wait behind those that are under way.
    if (isUrgent(item.rank) || this.#inFlight(item.rank) <= AHEAD / 2) this.#offering.wakeOnly(item.rank);
  }

  async #offer(item: NumberedItem, load: OutgoingItem): Promise<void> {
    if (this.#talk.closed) return;
    const { head } = load;
    const isMostUrgent = item.rank === PRECEDENCE_RANK.flash;
    const ridesAlong = head.length <= HEAD_INLINE_BYTES && (isMostUrgent || this.#mayRideAlong(item.rank, head.length));
    this.#flights.set(item.channel, {
      item: { ...item, offices: load.offices }, headSize: head.length, parts: load.parts, pieces: [], wants: 0, isAnswered: false, sentBytes: 0, turn: new Turn(), owesHead: !ridesAlong,
    });
    await this.#talk.send(offerOf(this.#talk.room.incarnation(), item, load, ridesAlong), isMostUrgent ? AT_ONCE : item.rank);
  }

  /** A head that rides along would come before one that was to go first and is still to be wanted. */
  #mayRideAlong(rank: number, bytes: number): boolean {
    const isOwed = this.#flights.values().some(({ item, owesHead }) => item.rank === rank && owesHead);
    return !isOwed && bytes <= (this.#talk.frameBytes ?? bytes);
  }

  #inFlight(rank: number): number {
    let count = 0;
    for (const { item } of this.#flights.values()) if (item.rank === rank) count += 1;
    return count;
  }

  #source({ item, headSize, parts }: Flight, wanted: FrameOf<'want'>['pieces'][number]): PieceSource {
    const { room } = this.#talk;
    if (wanted.piece === 'head') return PieceSource.ofBytes(wanted, headSize, () => this.#head(item, headSize));
    const part = parts[wanted.part];
    const isPlace = wanted.piece === 'leaves' || this.#talk.isCounted || wanted.from % LIMITS.chunkSealedBytes === 0;
    if (part === undefined || !isPlace) throw new DecodeError('want.pieces', 0, 'no such piece');
    if (wanted.piece === 'chunks') return PieceSource.ofChunks(wanted, room.blobs, part);
    return PieceSource.ofBytes(wanted, part.chunks * LEAF_BYTES, () => room.outgoingLists.of(part, room.traffic(), (units) => afford(this.#talk, units, item.rank)));
  }

  async #head(item: Flight['item'], size: number): Promise<Uint8Array> {
    const load = await this.#talk.room.traffic().load(item, this.#talk.peer);
    // What is not as it was offered any more is offered again.
    if (load?.head.length !== size) throw new Refusal('dispatch-unknown');
    return load.head;
  }

  /**
   * Sends wanted blocks of one rank one after another, while none of a higher rank is wanted; each round chooses anew. Each rank has
   * its own: a block may wait at the outlet, or for offers that go first, and what is wanted meanwhile may go before all of that.
   */
  async #pump(rank: number): Promise<void> {
    if (this.#pumps.has(rank)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pumps.set(rank, promise);
    const ended = this.#talk.expect(rank);
    try {
      while (this.#next(rank) !== null && !this.#talk.closed) {
        await this.#offering.caughtUpAbove(rank);
        await this.#pumpedAbove(rank);
        const flight = this.#next(rank);
        if (flight !== null) await this.#sendBlock(flight).catch((error: unknown) => this.#giveUp(flight, error));
      }
    } catch (error) {
      this.#talk.fail('data-failed', error);
    } finally {
      this.#pumps.delete(rank);
      ended();
      resolve();
    }
  }

  async #pumpedAbove(rank: number): Promise<void> {
    await Promise.all([...this.#pumps].map(([above, pump]) => (above > rank ? pump : undefined)));
  }

  async #sendBlock(flight: Flight): Promise<void> {
    const [source] = flight.pieces;
    const block = await source!.next(this.#talk.frameBytes);
    // What was wanted may have changed while the disk was read.
    if (flight.pieces[0] !== source) return;
    if (source!.isDone) flight.pieces.shift();
    if (source!.isDone && source!.isHead) flight.owesHead = false;
    flight.sentBytes += block.bytes.length;
    if (block.piece !== 'head') this.#countTurn(flight, block.bytes.length);
    await this.#talk.send({ kind: 'data', channel: flight.item.channel, ...block }, flight.item.rank);
  }

  #countTurn({ item, turn }: Flight, bytes: number): void {
    this.#turns.set(item.rank, turn.turns);
    turn.sent(bytes);
  }

  /** What we cannot read ourselves stays queued, and the other items go on. */
  #giveUp(flight: Flight, error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    flight.pieces = [];
    if (this.#talk.closed) return;
    this.#talk.room.say('data-unreadable', { peer: this.#talk.peer, channel: flight.item.channel, code: error.code });
    this.#talk.retryLater(error.code, flight.item.rank);
  }

  #next(rank: number): Flight | null {
    const waiting = [...this.#flights.values()].filter(({ item, pieces }) => item.rank === rank && pieces.length > 0)
      .map((flight) => ({ flight, isHead: flight.pieces[0]!.isHead, turn: flight.turn }));
    return nextOf(waiting)?.flight ?? null;
  }
}

/** @param ridesAlong its head */
export function offerOf(incarnation: Uint8Array, item: NumberedItem, { head, period, precedence, hops, again }: OutgoingItem, ridesAlong: boolean): FrameOf<'offer'> {
  return {
    kind: 'offer',
    channel: item.channel,
    incarnation,
    period,
    item: item.kind,
    id: item.id,
    sealing: item.sealing,
    precedence,
    hops,
    headSize: head.length,
    head: ridesAlong ? head : undefined,
    ...((again === true || item.again) && { again: true }),
  };
}
