/**
 * Custody: what the links bring and carry on. This station is relay, recipient or both at once; it takes a dispatch
 * over with all its parts, says so with signed receipts, and queues the stanzas that go further, pruned for each
 * neighbour. Only the recipient's station decides arrival against expiry. Source: docs/protocol/envelope.md, receipts.md.
 */

import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { directoryOf, isOwn } from '#model/directories.ts';
import type { HeldStanza } from '#model/envelope-head.ts';
import { named, officeName } from '#model/foreign-names.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { envelope as envelopeCodec, type Header, header as headerCodec, type HeaderPart, sealing as sealingCodec } from '#wire/envelope.ts';
import type { Signed } from '#wire/signature.ts';
import type { ItemName, KnownLeaves, OfferedItem, OutgoingItem, ReceivedItem, SealedHeader, Traffic, Verdict } from '../links/index.ts';
import { type Borders, demandCrossing, demandMayEnter, homewardOf, previousHopOf } from './borders.ts';
import type { Deliveries } from './deliveries.ts';
import type { Room } from './deps.ts';
import { kindAtEnd } from './expiry.ts';
import type { CheckedHead, HeadChecker } from './head.ts';
import { envelopeWith, type Holding, type LeafLists, type NewHolding, type NewStanza, ownerOf } from './holding.ts';
import { livesAt } from './moved-here.ts';
import type { Notes } from './notes.ts';
import { findPart, type Parts } from './parts.ts';
import { hangsOnDirectory, mayPass, NO_WAY, rememberRefusal } from './retry.ts';
import { forgedReceipt, homeOf, precedenceOf, type CheckedReceipt, type Receipts } from './receipts.ts';

import { mayHaveCome } from './twice.ts';
import { borderTo, demandWay, stationOf } from './ways.ts';

type Also = (tx: Transaction) => Promise<void>;

interface Nouns {
  readonly heads: HeadChecker;
  readonly holding: Holding;
  readonly parts: Parts;
  readonly receipts: Receipts;
  readonly notes: Notes;
  readonly deliveries: Deliveries;
  readonly borders: Borders;
  /** Looks through what was refused, soon. */
  readonly tryAgain: () => void;
}

/** A dispatch that may be taken: its stanzas with where each goes. */
interface Takeable {
  readonly head: CheckedHead;
  readonly holding: NewHolding;
  readonly stanzas: readonly NewStanza[];
}

export class Custody implements Traffic {
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
      // Whatever the directory says of ways by now: who offers it again has forgotten, or never heard, that it is here.
      const held = await this.#room.tables.read((db) => this.#heldReceipts(db, head));
      if (held !== null) return { verdict: 'held', receipts: held };
      this.#place(offered, head);
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
      await this.#take(tx, { ...takeable, holding: { ...takeable.holding, leaves }, isAgain: offered.again === true }, receipts);
      await also(tx);
      return this.#receiptsFor(tx, head);
    });
  }

  async load(item: ItemName, peer: string): Promise<OutgoingItem | null> {
    if (item.kind === 'note') return this.#nouns.notes.load(item);
    if (!(await this.#nouns.borders.mayOffer(item, peer))) return null;
    return this.#room.tables.read(async (db) => {
      const head = await this.#nouns.holding.head(db, item.id, item.sealing);
      if (head === null) return null;
      const stanzas = (await this.#nouns.holding.stanzas(db, item.id, item.sealing)).filter(({ next }) => next === peer);
      if (stanzas.length === 0) return null;
      return {
        head: envelopeWith(head, stanzas),
        parts: head.header.parts,
        precedence: precedenceOf(this.#room.view(), head.header, stanzas.map(({ office }) => office)),
        hops: Math.max(...stanzas.map(({ hops }) => hops)),
        owner: ownerOf(this.#room.view(), head),
        period: Math.max(...stanzas.map(({ period }) => period)),
        again: await this.#hadCustody(db, item, peer),
      };
    });
  }

  async header(id: Uint8Array, sealing: number): Promise<SealedHeader | null> {
    const head = await this.#room.tables.read((db) => this.#nouns.holding.head(db, id, sealing));
    return head === null ? null : { header: head.headerBytes, sealing: sealingCodec.decode(head.seal) };
  }

  /** Known to whoever uploaded the part or brought it; a part of one chunk is its own leaf. */
  async leaves({ root }: HeaderPart): Promise<Uint8Array | null> {
    const row = await this.#room.tables.read((db) => findPart(db, hex(root)));
    return row?.leaves ?? null;
  }

  async delivered(item: ItemName, peer: string, receipts: readonly Signed[], also: Also): Promise<number> {
    if (item.kind === 'note') return this.#nouns.notes.delivered(item, also).then(() => 0);
    const { tables } = this.#room;
    const [head, offices] = await tables.read(async (db) => [
      await this.#nouns.holding.head(db, item.id, item.sealing), await this.#queuedTo(db, item, peer),
    ] as const);
    if (head === null) return tables.commit(also).then(() => 0);
    const checked = await this.#checkDelivery(item, peer, receipts, offices);
    await tables.commit(async (tx) => {
      for (const receipt of checked) {
        const homeward = homewardOf(this.#room, head.header, receipt.statement);
        const precedence = precedenceOf(this.#room.view(), head.header, [receipt.office]);
        await this.#nouns.receipts.takeIn(tx, receipt, homeward, precedence);
      }
      await also(tx);
    });
    if (homeOf(this.#room, head.header) !== null) this.#nouns.notes.wake();
    return offices.length;
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

  async refusalOf(item: ItemName, peer: string, code: string, judgedBy: number | null): Promise<string> {
    if (item.kind === 'note' || judgedBy === null || !hangsOnDirectory(code)) return code;
    const head = await this.#room.tables.read((db) => this.#nouns.holding.head(db, item.id, item.sealing));
    return head !== null && (await this.#isBehind(peer, head.header, judgedBy)) ? 'directory-behind' : code;
  }

  /** Whether we know more of the origin's directory than a neighbour has; over a border, of what it may be shown. */
  async #isBehind(peer: string, { from }: Header, size: number): Promise<boolean> {
    const { view, peers, showsMore } = this.#room;
    const border = borderTo(this.#room, peer);
    if (!isOwn(view(), from)) return (peers().view(from.organisation)?.point.size ?? 0) > size;
    return border === null ? view().point.size > size : showsMore(border, size);
  }

  async refused(item: ItemName, peer: string, code: string, also: Also): Promise<void> {
    if (item.kind === 'note') return this.#nouns.notes.delivered(item, also);
    const { tables } = this.#room;
    const [head, offices] = await tables.read(async (db) => [
      await this.#nouns.holding.head(db, item.id, item.sealing), await this.#queuedTo(db, item, peer),
    ] as const);
    // Its office has moved here: whatever the old home says of it, it is to arrive.
    const [here, away] = parted(offices, (office) => livesAt(this.#room.view(), office, this.#room.station));
    const dropped = head === null || homeOf(this.#room, head.header) === null || mayPass(code) ? [] : await this.#drop(item, away);
    await tables.commit(async (tx) => {
      await rememberRefusal(this.#room, tx, item, here, NO_WAY);
      if (dropped.length === 0) await rememberRefusal(this.#room, tx, item, away, code);
      for (const receipt of dropped) {
        const precedence = precedenceOf(this.#room.view(), head!.header, [receipt.office]);
        await this.#nouns.receipts.store(tx, receipt, homewardOf(this.#room, head!.header, receipt.statement), precedence);
      }
      await also(tx);
    });
    if (here.length > 0) this.#nouns.tryAgain();
    if (dropped.length > 0) this.#nouns.notes.wake();
  }

  #drop({ id, sealing }: ItemName, offices: readonly string[]): Promise<CheckedReceipt[]> {
    return Promise.all(offices.map((office) =>
      this.#nouns.receipts.make('dropped', { id, sealing, office: named(this.#room.view(), office), previousHop: null })));
  }

  /** A receipt of that neighbour says so: it lost the dispatch, or would not ask for it. */
  async #hadCustody(db: Snapshot, { id, sealing }: ItemName, peer: string): Promise<boolean> {
    const row = await this.#room.tables.in(db).selectFrom('receipt').select('kind').where('dispatch', '=', id).where('sealing', '=', sealing)
      .where('station', '=', stationOf(this.#room, peer)).where('kind', 'in', ['custody', 'arrived', 'expired']).limit(1).executeTakeFirst();
    return row !== undefined;
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
    if (offered.hops >= header.hopLimit) throw new Refusal('hop-limit-reached', { hops: offered.hops });
    const stanzas = head.stanzas.map((stanza) => this.#placeStanza(offered, header, stanza));
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
    return { position, key, stanza, path, hops: offered.hops + 1, previous: offered.from, next };
  }

  /** Only the exchange station asks whether it may cross: what is in already goes on. @throws Refusal as demandCrossings */
  #demandMayLeave(header: Header, stanzas: readonly NewStanza[]): void {
    const view = this.#room.view();
    const leaving = stanzas.filter(({ next }) => next !== null && borderTo(this.#room, next) !== null);
    demandCrossing(this.#room, header, leaving.map(({ key }) => officeName(view, key.office)));
  }

  /** The stored receipts where every stanza is held already, else null. */
  async #heldReceipts(db: Snapshot, head: CheckedHead): Promise<Signed[] | null> {
    const held = await this.#nouns.holding.stanzas(db, head.id, head.sealing.number);
    const positions = new Set(held.map(({ position }) => position));
    if (!head.stanzas.every(({ placed: { index } }) => positions.has(index))) return null;
    return this.#receiptsFor(db, head);
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

  async #take(tx: Transaction, { head, holding, stanzas, isAgain }: Takeable & { isAgain: boolean }, receipts: readonly CheckedReceipt[]): Promise<void> {
    const { id, sealing, header } = holding;
    await this.#nouns.holding.keep(tx, holding);
    const taken = await this.#nouns.holding.keepStanzas(tx, id, sealing, stanzas);
    for (const stanza of taken) {
      const receipt = receipts[stanzas.indexOf(stanza)]!;
      await this.#nouns.receipts.store(tx, receipt, null, precedenceOf(this.#room.view(), header, [receipt.office]));
      if (stanza.next !== null) continue;
      const mayHaveBeen = isAgain || mayHaveCome(this.#room, head.sealing, header, stanza.key.office.office);
      await this.#nouns.deliveries.deliver(tx, receipt.statement, stanza.previous, mayHaveBeen);
    }
    await this.#nouns.holding.enqueue(tx, holding, taken);
  }

  async #queuedTo(db: Snapshot, { id, sealing }: ItemName, peer: string): Promise<string[]> {
    const stanzas = await this.#nouns.holding.stanzas(db, id, sealing);
    return stanzas.filter(({ next }) => next === peer).map(({ office }) => office);
  }

  /** One receipt of that neighbour for each office queued to it. @throws Refusal `receipt-forged` */
  async #checkDelivery(item: ItemName, peer: string, receipts: readonly Signed[], offices: readonly string[]): Promise<CheckedReceipt[]> {
    try {
      const checked = await Promise.all(receipts.map((receipt) => this.#nouns.receipts.check(receipt)));
      const said = checked.filter((one) => isAbout(one, item, stationOf(this.#room, peer)));
      const covers = offices.every((office) => said.some((one) => one.office === office));
      if (said.length !== checked.length || !covers) throw forgedReceipt('about');
      return said;
    } catch (error) {
      await this.#room.tables.commit((tx) => this.#nouns.receipts.recordRefused(tx, item.id, 'receipt-forged', peer));
      throw error;
    }
  }

  #demandRoom({ header, envelope }: CheckedHead): void {
    const bytes = header.parts.reduce((sum, { size }) => sum + size, envelope.body.length);
    const { reserveBytes, floorBytes } = this.#room.limits;
    demandRoom(this.#room.freeBytes(), bytes, header.parts.length > 0 ? reserveBytes : floorBytes);
  }
}

function parted<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

async function leafLists(parts: readonly HeaderPart[], known: KnownLeaves = async () => null): Promise<LeafLists> {
  const lists = await Promise.all(parts.map(async (part) => [hex(part.root), await known(part)] as const));
  return new Map(lists);
}

function isAbout({ statement, station }: CheckedReceipt, { id, sealing }: ItemName, neighbour: string): boolean {
  const isTaken = statement.kind === 'custody' || statement.kind === 'arrived' || statement.kind === 'expired';
  return isTaken && equal(statement.dispatch, id) && statement.sealing === sealing && station === neighbour;
}

/** Our own troubles: told as a refusal, they would have a neighbour give up for ever what it only must offer again. */
const NOT_THE_ITEMS_FAULT: readonly RefusalCode[] = ['disk-full', 'stopping', 'store-failed'];

/** What a neighbour is told of bad input; what is not the item's fault is thrown on. */
function refusalCodeOf(error: unknown): RefusalCode {
  if (error instanceof DecodeError) return 'cbor-malformed';
  if (!(error instanceof Refusal) || NOT_THE_ITEMS_FAULT.includes(error.code)) throw error;
  return error.code;
}
