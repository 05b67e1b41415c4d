/**
 * The receiving half of a connection. Items are taken concurrently, so that commits and signatures share their cost;
 * custody is said only after everything about an item is durable. Source: docs/protocol/frames.md §Custody, §Resume.
 */
import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Release } from '#station/kernel/claims.ts';
import { missingBytes } from '#station/kernel/watermarks.ts';
import { envelope, header, type HeaderPart } from '#wire/envelope.ts';
import type { FrameOf } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { note } from '#wire/receipt.ts';
import type { Signed } from '#wire/signature.ts';
import { UNITS, unitsOf } from './budget.ts';
import { isExtent } from './extent.ts';
import { ItemReception } from './item-reception.ts';
import { Slots } from './slots.ts';
import type { Talk } from './talk.ts';
import type { KnownLeaves, OfferedItem, Verdict } from './traffic.ts';

/** A peer that offers more than this without waiting for custody breaks the protocol. */
const OPEN_MAX = 4 * 64 + 64;
/** Heads that ride in offers, together: an honest neighbour offers 256 of at most 64 KiB. */
const OPEN_HEAD_BYTES_MAX = 32 * 2 ** 20;
/** Offers in work and files open at a time, on one connection: descriptors are few, and shared by all neighbours. */
const ITEMS_AT_ONCE = 64;
const FILES_AT_ONCE = 64;

/** What hangs on how much of the directory is known here, and which ways: an honest neighbour may know other. */
const UNFORESEEN: readonly RefusalCode[] = ['office-unknown', 'station-unknown', 'organisation-unknown', 'no-route', 'hop-limit-reached'];

/** `taken`: now; `held`: before; `refused`: never will be. */
export type Decision = 'taken' | 'held' | 'refused';

/** What became of an offer; undecided it stays with its sender, for a reason that the code says, or because nothing more comes. */
type Ending = { readonly decision: Decision } | { readonly decision: null; readonly code: RefusalCode | null };

interface Decided {
  readonly decision: Decision;
  readonly answer: FrameOf<'custody'> | FrameOf<'refuse'>;
}

/** Undecided: it may be taken, with these parts. */
interface Judged {
  readonly decided: Decided | null;
  readonly parts: readonly HeaderPart[];
}

const UNENDED: Ending = { decision: null, code: null };

/** An item that is being taken. */
export interface Brought {
  readonly reception: ItemReception;
  readonly over: Promise<Ending>;
}

export class Incoming {
  readonly #talk: Talk;
  /** By channel number. */
  readonly #open = new Map<number, ItemReception>();
  #openHeadBytes = 0;
  readonly #brought = { bytes: 0 };
  readonly #items = new Slots(ITEMS_AT_ONCE);
  /** What waits, or has waited, for somebody else's turn, and left its place. */
  readonly #unplaced = new Set<FrameOf<'offer'>>();
  readonly #files = new Slots(FILES_AT_ONCE);

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  offer(offer: FrameOf<'offer'>): void {
    this.#begin(offer, true);
  }

  /** As `offer`, by whoever cannot be asked for what belongs to it. */
  bring(offer: FrameOf<'offer'>): Brought {
    return this.#begin(offer, false);
  }

  #begin(offer: FrameOf<'offer'>, canBeAsked: boolean): Brought {
    const isOurs = equal(offer.incarnation, this.#talk.hello.incarnation);
    const isWhole = offer.head === undefined || offer.head.length === offer.headSize;
    if (!isOurs || !isWhole) throw new DecodeError('offer', 0, 'another incarnation or size than stated');
    if (this.#open.has(offer.channel)) throw new DecodeError('offer.channel', 0, 'offered twice');
    if (this.#open.size >= OPEN_MAX) throw new DecodeError('offer', 0, 'too many offers without custody');
    const headBytes = offer.head?.length ?? 0;
    if (this.#openHeadBytes + headBytes > OPEN_HEAD_BYTES_MAX) throw new DecodeError('offer.head', 0, 'too many heads without custody');
    const reception = new ItemReception({ talk: this.#talk, files: this.#files, canBeAsked, brought: this.#brought }, offer);
    this.#open.set(offer.channel, reception);
    this.#openHeadBytes += headBytes;
    return { reception, over: this.#take(offer, reception) };
  }

  data(frame: FrameOf<'data'>): Promise<void> | null {
    return this.#open.get(frame.channel)?.data(frame) ?? null;
  }

  async stop(): Promise<void> {
    const reason = new Refusal('cancelled');
    this.#items.close();
    this.#files.close();
    await Promise.all([...this.#open.values()].map((reception) => reception.stop(reason)));
  }

  async #take(offer: FrameOf<'offer'>, reception: ItemReception): Promise<Ending> {
    const { room, peer } = this.#talk;
    const rank = PRECEDENCE_RANK[offer.precedence];
    let judged: Release = () => {};
    let place: Release = () => {};
    try {
      // Before it has a place: what waits for the measure keeps none from what is more urgent.
      judged = await room.budgets.of(peer).take(unitsOf(offer.headSize), rank, () => this.#talk.closed, () => originOf(offer));
      place = await this.#items.take(rank);
      const offered = this.#offeredIn(offer, await reception.head());
      const decided = await this.#decideAlone(offer, offered, reception, place, judged);
      // Before the frame goes, so that the sender may use the freed place at once.
      this.#open.delete(offer.channel);
      await this.#talk.send(decided.answer, decided.answer.kind === 'custody' ? rank : undefined);
      return { decision: decided.decision };
    } catch (error) {
      // The item keeps its number with the sender and comes again on the next connection; whatever went wrong, it stops no other item.
      const code = error instanceof Refusal ? error.code : 'internal';
      if (code === 'cancelled') return UNENDED;
      room.say('item-not-taken', { peer, channel: offer.channel, code });
      if (code === 'disk-full' && !this.#talk.closed) await this.#talk.send({ kind: 'service', word: 'no-room', first: offer.channel, last: 0 });
      this.#talk.retryLater(code, rank, code === 'disk-full' ? missingBytes(error as Refusal) : null);
      return { decision: null, code };
    } finally {
      await reception.stop(new Refusal('cancelled'));
      judged();
      place();
      this.#unplaced.delete(offer);
      this.#openHeadBytes -= offer.head?.length ?? 0;
      this.#open.delete(offer.channel);
      this.#talk.worked();
    }
  }

  #offeredIn(offer: FrameOf<'offer'>, head: Uint8Array): OfferedItem {
    const { peer, beyond, isForFormer } = this.#talk;
    return {
      kind: offer.item, id: offer.id, sealing: offer.sealing, head, from: peer, hops: offer.hops, again: isForFormer || offer.again === true,
      ...(beyond !== null && { beyond }),
    };
  }

  /**
   * One at a time brings an item, and only who has brought a head that may be taken waits for it: an id alone, or an answer that is
   * not read, holds up nobody else who brings it. Who waited may find it held; who gave way waits again, on the same connection.
   * @param place in work, which others have while it waits
   * @param judged told when it was looked at once
   * @throws Refusal `cancelled` when the connection ends first
   */
  async #decideAlone(offer: FrameOf<'offer'>, offered: OfferedItem, reception: ItemReception, place: Release, judged: Release): Promise<Decided> {
    const { room: { claims }, peer } = this.#talk;
    const name = `${offer.item}:${hex(offer.id)}:${offer.sealing}`;
    const { isPassing, awaited, over: signal } = reception;
    const claimant = { by: peer, isPassing, awaited, signal };
    for (let hasPlace = true; ; ) {
      let release = claims.claimNow(name, claimant.awaited);
      if (release === null) {
        const { decided } = await this.#judge(offer, offered, reception).finally(judged);
        if (decided !== null) return decided;
        if (hasPlace) hasPlace = !this.#leavePlace(offer, place);
        release = await claims.claim(name, claimant);
      }
      try {
        const { decided, parts } = await this.#judge(offer, offered, reception).finally(judged);
        if (decided !== null) return decided;
        const again = hasPlace ? null : this.#items.take(PRECEDENCE_RANK[offer.precedence]);
        if (await reception.receive(parts, again)) return await this.#accept(offer, offered, parts, reception.leaves);
      } finally {
        await reception.letGo(release);
      }
    }
  }

  /** While it waits others have its place, as long as the heads held so are no more than may ride in offers. */
  #leavePlace(offer: FrameOf<'offer'>, place: Release): boolean {
    const bytes = this.#unplaced.values().reduce((sum, { headSize }) => sum + headSize, offer.headSize);
    if (bytes > OPEN_HEAD_BYTES_MAX) return false;
    this.#unplaced.add(offer);
    place();
    return true;
  }

  /** What is refused, or held already, is answered at once, and waits for nobody. @throws Refusal `cancelled` when the connection ends first */
  async #judge(offer: FrameOf<'offer'>, offered: OfferedItem, { isHeadResumed, over }: ItemReception): Promise<Judged> {
    const { room } = this.#talk;
    over.throwIfAborted();
    const verdict = sound(await room.traffic().examine(offered));
    if (verdict.verdict === 'take') return { decided: null, parts: verdict.parts };
    if (verdict.verdict === 'held') return { decided: await this.#repeat(offer, verdict.receipts), parts: [] };
    // No word on the item: two halves that do not fit, and what was begun is dropped, so that all of it is wanted next time.
    if (isHeadResumed) throw new Refusal('part-forged', { channel: offer.channel });
    return { decided: await this.#refuse(offer, verdict.code, room.traffic().judgedBy(offered)), parts: [] };
  }

  async #accept(offer: FrameOf<'offer'>, offered: OfferedItem, parts: readonly HeaderPart[], leaves: KnownLeaves): Promise<Decided> {
    const { room, peer } = this.#talk;
    const bytes = parts.reduce((sum, { size }) => sum + size, offered.head.length);
    const receipts = await room.traffic().accept({ ...offered, leaves }, async (tx) => {
      await room.channels.received(tx, peer, offer.channel);
      const { channel, sealing, incarnation: peerIncarnation } = offer;
      await room.record(tx, 'custody-taken', offer.id, { peer, channel, peerIncarnation, sealing, bytes });
    });
    // A note may bring receipts that count for nothing: that is no matter of the link.
    if (offer.item === 'dispatch') room.budgets.of(peer).inOrder(unitsOf(offer.headSize));
    return { decision: 'taken', answer: custodyOf(offer, receipts) };
  }

  async #refuse({ channel, id }: FrameOf<'offer'>, code: RefusalCode, judgedBy: number | null): Promise<Decided> {
    const { room, peer } = this.#talk;
    room.budgets.of(peer).charge(UNFORESEEN.includes(code) ? UNITS.unforeseen : UNITS.refused);
    await room.store.commit(async (tx) => {
      const isNew = await room.channels.received(tx, peer, channel);
      if (isNew) await room.record(tx, 'refused', id, { peer, channel, code });
    });
    return { decision: 'refused', answer: { kind: 'refuse', channel, id, code, ...(judgedBy === null ? {} : { directory: judgedBy }) } };
  }

  /** Held already: the same receipts again. Under another number than the first it is a duplicate. */
  async #repeat(offer: FrameOf<'offer'>, receipts: readonly Signed[]): Promise<Decided> {
    const { room, peer } = this.#talk;
    room.budgets.of(peer).charge(UNITS.duplicate);
    await room.store.commit(async (tx) => {
      const isNew = await room.channels.received(tx, peer, offer.channel);
      if (isNew) await room.record(tx, 'duplicate', offer.id, { peer });
    });
    return { decision: 'held', answer: custodyOf(offer, receipts) };
  }
}

/** Who sent it, as far as what rides in the offer says: an office, or the station that wrote a note. Its neighbour has looked at it, and so shall we. */
function originOf({ item, head }: FrameOf<'offer'>): string {
  if (head === undefined) return '';
  try {
    const { organisation, from } = item === 'note' ? note.decode(head) : senderIn(head);
    return `${hex(organisation)} ${from}`;
  } catch (error) {
    if (error instanceof DecodeError) return '';
    throw error;
  }
}

function senderIn(head: Uint8Array): { organisation: Uint8Array; from: string } {
  const { from: { organisation, office } } = header.decode(envelope.decode(head).header);
  return { organisation, from: office };
}

function custodyOf({ channel, id }: FrameOf<'offer'>, receipts: readonly Signed[]): FrameOf<'custody'> {
  return { kind: 'custody', channel, id, receipts: [...receipts] };
}

/** Parts that no file can have are forged, whatever the owner of the item thinks. */
function sound(verdict: Verdict): Verdict {
  const isSound = verdict.verdict !== 'take' || (verdict.parts.every(isExtent) && isOneFileEach(verdict.parts));
  return isSound ? verdict : { verdict: 'refuse', code: 'header-forged' };
}

/** One root has one size, in however many places it stands. */
function isOneFileEach(parts: readonly HeaderPart[]): boolean {
  const sizes = new Map(parts.map(({ root, size }) => [hex(root), size]));
  return parts.every(({ root, size }) => sizes.get(hex(root)) === size);
}
