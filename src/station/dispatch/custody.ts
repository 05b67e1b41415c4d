/**
 * Custody: what the links bring. This station is relay, recipient or both at once; it takes a dispatch over with all its
 * parts, says so with signed receipts, and queues the stanzas that go further (handover.ts). Only the recipient's station
 * decides arrival against expiry. Source: docs/protocol/envelope.md, receipts.md.
 */

import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { directoryOf, isOwn } from '#model/directories.ts';
import { type HeldStanza, sameOffice } from '#model/envelope-head.ts';
import { officeName } from '#model/foreign-names.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { envelope as envelopeCodec, type Header, header as headerCodec, type HeaderPart } from '#wire/envelope.ts';
import { receiptStatement } from '#wire/receipt.ts';
import type { Signed } from '#wire/signature.ts';
import type { KnownLeaves, OfferedItem, ReceivedItem, Traffic, Verdict } from '../links/index.ts';
import { demandCrossing, demandMayEnter, previousHopOf } from './borders.ts';
import type { Deliveries } from './deliveries.ts';
import type { Room } from './deps.ts';
import { kindAtEnd } from './expiry.ts';
import type { CheckedHead, HeadChecker } from './head.ts';
import type { Holding, LeafLists, NewHolding, NewStanza } from './holding.ts';
import type { Notes } from './notes.ts';
import type { Parts } from './parts.ts';
import { type CheckedReceipt, precedenceOf, type Receipts } from './receipts.ts';
import { comesBack, type TakenBack } from './taken-back.ts';
import { mayHaveArrived, saysAgain } from './twice.ts';
import { borderTo, demandHops, demandWay, homeOfOffice } from './ways.ts';

type Also = (tx: Transaction) => Promise<void>;

interface Nouns {
  readonly heads: HeadChecker;
  readonly holding: Holding;
  readonly parts: Parts;
  readonly receipts: Receipts;
  readonly notes: Notes;
  readonly deliveries: Deliveries;
  readonly takenBack: TakenBack;
}

/** A dispatch that may be taken: its stanzas with where each goes. */
interface Takeable {
  readonly head: CheckedHead;
  readonly holding: NewHolding;
  readonly stanzas: readonly NewStanza[];
}

export class Custody implements Pick<Traffic, 'examine' | 'accept' | 'judgedBy'> {
  readonly #room: Room;
  readonly #nouns: Nouns;

  constructor(room: Room, nouns: Nouns) {
    this.#room = room;
    this.#nouns = nouns;
  }

  /** @throws Refusal `disk-full`: the item is in order, but not now; the link offers it again later */
  async examine(offered: OfferedItem): Promise<Verdict> {
    try {
      demandMayEnter(this.#room, offered);
      if (offered.kind === 'note') return await this.#nouns.notes.examine(offered);
      const head = await this.#check(offered);
      const held = await this.#room.tables.read((db) => this.#held(db, head, offered));
      // Whatever the directory says of ways by now: who offers it again has forgotten, or never heard, that it was taken here.
      if (held.isOver || held.isOldNews) return { verdict: 'held', receipts: held.receipts };
      const { holding, stanzas } = this.#place(offered, head);
      await this.#room.tables.read((db) => this.#nouns.takenBack.demand(db, offered, holding, stanzas));
      this.#demandRoom(head);
      return { verdict: 'take', parts: head.header.parts };
    } catch (error) {
      return { verdict: 'refuse', code: refusalCodeOf(error) };
    }
  }

  async accept(offered: ReceivedItem, also: Also): Promise<readonly Signed[]> {
    demandMayEnter(this.#room, offered);
    if (offered.kind === 'note') return this.#nouns.notes.accept(offered, also);
    const head = await this.#check(offered);
    const takeable = this.#place(offered, head);
    await this.#nouns.parts.demandBlobs(head.header.parts);
    const leaves = await leafLists(head.header.parts, offered.leaves);
    const receipts = await Promise.all(takeable.stanzas.map((stanza) => this.#say(takeable, stanza)));
    return this.#room.tables.commit(async (tx) => {
      await this.#take(tx, offered, { ...takeable, holding: { ...takeable.holding, leaves } }, receipts);
      await also(tx);
      return this.#receiptsFor(tx, head);
    });
  }

  judgedBy({ kind, head }: OfferedItem): number | null {
    if (kind === 'note') return null;
    try {
      const { from: { organisation } } = headerCodec.decode(envelopeCodec.decode(head).header);
      return directoryOf(this.#room.view(), this.#room.peers(), organisation).point.size;
    } catch (error) {
      if (error instanceof DecodeError || error instanceof Refusal) return null;
      throw error;
    }
  }

  /** Everything that can be said against a head by itself. @throws Refusal, DecodeError */
  async #check(offered: OfferedItem): Promise<CheckedHead> {
    const head = await this.#nouns.heads.check(offered.head);
    if (!equal(head.id, offered.id) || head.sealing.number !== offered.sealing) throw new Refusal('header-forged', { field: 'id' });
    if (head.envelope.kept !== undefined) throw new Refusal('header-forged', { field: 'kept' });
    if (head.stanzas.length === 0) throw new Refusal('not-addressed-here');
    return head;
  }

  /** Where each stanza goes from here. @throws Refusal where one may not come here, or not go on */
  #place(offered: OfferedItem, head: CheckedHead): Takeable {
    const { header, headerBytes, sealing: { number: sealing }, envelope } = head;
    const stanzas = head.stanzas.map((stanza) => this.#placeStanza(offered, header, stanza));
    demandHops(this.#room, offered.hops, header.hopLimit, stanzas.map(({ key: { office } }) => homeOfOffice(this.#room, office)));
    this.#demandMayLeave(header, stanzas);
    const holding = { id: head.id, sealing, header, headerBytes, seal: envelope.sealing, body: envelope.body, resealed: envelope.resealed };
    return { head, holding, stanzas };
  }

  /** Only offices behind this hop: those that live here, and those whose way does not lead back. */
  #placeStanza(offered: OfferedItem, header: Header, { placed, key }: HeldStanza): NewStanza {
    if (placed.index === 0) throw new Refusal('not-addressed-here', { office: key.office.office });
    // What comes from another organisation is for ours, and goes on to no third.
    if (!isOwn(this.#room.view(), header.from) && !isOwn(this.#room.view(), key.office)) throw new Refusal('not-addressed-here', { office: key.office.office });
    const next = demandWay(this.#room, key.office);
    if (next !== null && next === offered.from) throw new Refusal('no-route', { station: next });
    const { index: position, stanza, path } = placed;
    return { position, key, stanza, path, hops: offered.hops + 1, previous: offered.from, next, again: offered.again === true };
  }

  /** Only the exchange station asks whether it may cross: what is in already goes on. @throws Refusal as demandCrossings */
  #demandMayLeave(header: Header, stanzas: readonly NewStanza[]): void {
    const view = this.#room.view();
    const leaving = stanzas.filter(({ next }) => next !== null && borderTo(this.#room, next) !== null);
    demandCrossing(this.#room, header, leaving.map(({ key }) => officeName(view, key.office)));
  }

  /** What was said here of all that is offered: that it arrived, or in whatever word where none of it comes back from further on. */
  async #held(db: Snapshot, head: CheckedHead, offered: OfferedItem): Promise<{ isOver: boolean; isOldNews: boolean; receipts: Signed[] }> {
    const held = new Map((await this.#nouns.holding.stanzas(db, head.id, head.sealing.number)).map((row) => [row.position, row]));
    const rows = head.stanzas.map(({ placed: { index } }) => held.get(index));
    const isWhole = rows.every((row) => row !== undefined);
    const receipts = isWhole ? await this.#receiptsFor(db, head) : [];
    const said = receipts.map(({ statement }) => receiptStatement.decode(statement));
    const isCovered = (some: typeof said): boolean => isWhole && head.stanzas.every(({ key }) => some.some(({ office }) => sameOffice(office, key.office)));
    const isBack = rows.some((row) => row !== undefined && comesBack(row, offered));
    return { isOver: isCovered(said.filter(({ kind }) => kind !== 'custody')), isOldNews: !isBack && isCovered(said), receipts };
  }

  #receiptsFor(db: Snapshot, head: CheckedHead): Promise<Signed[]> {
    const offices = head.stanzas.map(({ key }) => officeName(this.#room.view(), key.office));
    return this.#nouns.receipts.ownFor(db, head.id, head.sealing.number, offices);
  }

  #say({ head }: Takeable, { key, next, previous }: NewStanza): Promise<CheckedReceipt> {
    const kind = next !== null ? 'custody' : kindAtEnd(this.#room, head.header);
    const previousHop = previousHopOf(this.#room.view(), head.header, previous);
    const about = { id: head.id, sealing: head.sealing.number, office: key.office, previousHop };
    return this.#nouns.receipts.make(kind, about);
  }

  async #take(tx: Transaction, offered: OfferedItem, { head, holding, stanzas }: Takeable, receipts: readonly CheckedReceipt[]): Promise<void> {
    const { id, sealing, header } = holding;
    await this.#nouns.holding.keep(tx, holding);
    const taken = await this.#nouns.holding.keepStanzas(tx, id, sealing, stanzas);
    for (const stanza of taken) {
      const receipt = receipts[stanzas.indexOf(stanza)]!;
      await this.#nouns.receipts.store(tx, receipt, null, precedenceOf(this.#room.view(), header, [receipt.office]));
      if (stanza.next === null) await this.#deliver(tx, head, stanza, receipt, { wasHeld: false });
    }
    for (const stanza of await this.#nouns.takenBack.takeHome(tx, offered, holding, stanzas)) {
      const receipt = receipts[stanzas.findIndex(({ position }) => position === stanza.position)]!;
      await this.#nouns.receipts.store(tx, receipt, null, precedenceOf(this.#room.view(), header, [receipt.office]));
      await this.#deliver(tx, head, stanza, receipt, { wasHeld: true });
    }
    await this.#nouns.takenBack.take(tx, offered, holding, stanzas, receipts);
    await this.#nouns.holding.enqueue(tx, holding, taken);
  }

  async #deliver(
    tx: Transaction, { header, envelope }: CheckedHead, { key, previous, again = false }: NewStanza, receipt: CheckedReceipt, { wasHeld }: { readonly wasHeld: boolean },
  ): Promise<void> {
    const mayHaveBeen = mayHaveArrived(this.#room, header, key.office.office, { isSaid: again, saysOrigin: saysAgain(envelope), wasHeld });
    await this.#nouns.deliveries.deliver(tx, receipt.statement, previous, mayHaveBeen);
  }

  #demandRoom({ header, envelope }: CheckedHead): void {
    const bytes = header.parts.reduce((sum, { size }) => sum + size, envelope.body.length);
    const { reserveBytes, floorBytes } = this.#room.limits;
    demandRoom(this.#room.freeBytes(), bytes, header.parts.length > 0 ? reserveBytes : floorBytes);
  }
}

async function leafLists(parts: readonly HeaderPart[], known: KnownLeaves = async () => null): Promise<LeafLists> {
  const lists = await Promise.all(parts.map(async (part) => [hex(part.root), await known(part)] as const));
  return new Map(lists);
}

/** Our own troubles: told as a refusal, they would have a neighbour give up for ever what it only must offer again. */
const NOT_THE_ITEMS_FAULT: readonly RefusalCode[] = ['disk-full', 'stopping', 'store-failed'];

/** What a neighbour is told of bad input; what is not the item's fault is thrown on. */
function refusalCodeOf(error: unknown): RefusalCode {
  if (error instanceof DecodeError) return 'cbor-malformed';
  if (!(error instanceof Refusal) || NOT_THE_ITEMS_FAULT.includes(error.code)) throw error;
  return error.code;
}
