/**
 * What goes on to a neighbour, and what the neighbour says of it: custody, or why not. A dispatch goes with the stanzas that are
 * for offices behind that neighbour, and leaves its queue when signed receipts for all of them are here.
 * Source: docs/protocol/envelope.md, receipts.md.
 */

import { equal, hex } from '#core/bytes.ts';
import { isOwn } from '#model/directories.ts';
import { named } from '#model/foreign-names.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { type Header, type HeaderPart, sealing as sealingCodec } from '#wire/envelope.ts';
import type { Signed } from '#wire/signature.ts';
import type { ItemName, OfferedCopy, OutgoingItem, SealedHeader, Traffic } from '../links/index.ts';
import { type Borders, homewardOf } from './borders.ts';
import type { Room } from './deps.ts';
import { envelopeWith, type HeldHead, type Holding, ownerOf, type StanzaRow } from './holding.ts';
import { livesAt } from './moved-here.ts';
import { isKept } from './note-ways.ts';
import type { Notes } from './notes.ts';
import { findPart, keepLeaves } from './parts.ts';
import { forgedReceipt, homeOf, lastBringers, precedenceOf, takenBy, type CheckedReceipt, type Receipts } from './receipts.ts';
import { hangsOnDirectory, mayPass, NO_WAY, rememberRefusal } from './retry.ts';
import { mayHaveGoneOn } from './twice.ts';
import { borderTo, outOfHops, stationOf } from './ways.ts';

type Also = (tx: Transaction) => Promise<void>;
type Settles = Parameters<Traffic['refused']>[3];

interface Nouns {
  readonly holding: Holding;
  readonly receipts: Receipts;
  readonly notes: Notes;
  readonly borders: Borders;
  /** Looks through what was refused, soon. */
  readonly tryAgain: () => void;
  /** Looks through what was given back, in a while. */
  readonly tryAgainLater: () => void;
}

export class Handover implements Omit<Traffic, 'examine' | 'accept' | 'judgedBy'> {
  readonly #room: Room;
  readonly #nouns: Nouns;

  constructor(room: Room, nouns: Nouns) {
    this.#room = room;
    this.#nouns = nouns;
  }

  async load(item: OfferedCopy, peer: string): Promise<OutgoingItem | null> {
    if (item.kind === 'note') return this.#nouns.notes.load(item);
    if (!(await this.#nouns.borders.mayOffer(item, peer))) return null;
    return this.#room.tables.read(async (db) => {
      const head = await this.#nouns.holding.head(db, item.id, item.sealing);
      if (head === null) return null;
      const taken = await takenBy(this.#room, db, item, peer);
      const queued = await this.#queuedTo(db, item, peer);
      const stanzas = goingNow(queued.filter(({ refusal }) => refusal === null), item, taken);
      if (stanzas.length === 0) return null;
      return {
        head: envelopeWith(head, stanzas),
        parts: head.header.parts,
        precedence: precedenceOf(this.#room.view(), head.header, stanzas.map(officeOf)),
        offices: stanzas.map(officeOf),
        hops: Math.max(...stanzas.map(({ hops }) => hops)),
        owner: ownerOf(this.#room.view(), head),
        period: Math.max(...stanzas.map(({ period }) => period)),
        again: stanzas.some(({ office, again }) => again === 1 || mayHaveGoneOn(this.#room, head.header, office) || taken.has(office)),
      };
    });
  }

  /** Asked once more in the commit: since it was loaded it may have been queued anew. */
  async letGo(item: ItemName, peer: string, also: (tx: Transaction) => Promise<unknown>): Promise<void> {
    await this.#room.tables.commit(async (tx) => {
      const isThere = item.kind === 'note' ? await isKept(tx, item) : (await this.#queuedTo(tx, item, peer)).some(({ refusal }) => refusal === null);
      if (!isThere) await also(tx);
    });
  }

  async lost(tx: Transaction, item: ItemName, peer: string): Promise<void> {
    if (item.kind === 'dispatch') await this.#nouns.holding.hasLost(tx, item, peer);
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

  async keepLeaves({ root }: HeaderPart, leaves: Uint8Array): Promise<void> {
    await this.#room.tables.commit((tx) => keepLeaves(tx, hex(root), leaves));
  }

  async delivered(item: OfferedCopy, peer: string, receipts: readonly Signed[], also: Also): Promise<number> {
    if (item.kind === 'note') return this.#nouns.notes.delivered(item, also).then(() => 0);
    const { tables } = this.#room;
    const [head, rows] = await tables.read(async (db) => [
      await this.#nouns.holding.head(db, item.id, item.sealing), await this.#queuedTo(db, item, peer),
    ] as const);
    const offices = rows.map(officeOf);
    if (head === null) return tables.commit(also).then(() => 0);
    const checked = await this.#checkDelivery(item, peer, receipts, offices);
    const taken = offices.filter((office) => isFor(checked, office));
    await tables.commit(async (tx) => {
      for (const receipt of checked) {
        const homeward = homewardOf(this.#room, head.header, receipt.statement);
        const precedence = precedenceOf(this.#room.view(), head.header, [receipt.office]);
        await this.#nouns.receipts.takeIn(tx, receipt, homeward, precedence);
      }
      if (rows.some(({ back }) => back === 1)) await this.#nouns.holding.isThere(tx, item, peer, taken);
      await also(tx);
      await this.#queueJoined(tx, head, { ...item, offices: taken }, peer);
    });
    if (homeOf(this.#room, head.header) !== null) this.#nouns.notes.wake();
    return taken.length;
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

  async refused(item: OfferedCopy, peer: string, code: string, also: Settles): Promise<void> {
    if (item.kind === 'note') {
      if (await this.#nouns.notes.refused(item, code, also)) this.#nouns.tryAgainLater();
      return;
    }
    const { tables } = this.#room;
    const [head, queued, bringers] = await tables.read(async (db) => [
      await this.#nouns.holding.head(db, item.id, item.sealing), await this.#refusedFor(db, item, peer), await lastBringers(this.#room, db, item),
    ] as const);
    // Its office has moved here: whatever the old home says of it, it is to arrive. What was given back and is not taken waits on for a way.
    const [here, elsewhere] = parted(queued, ({ office }) => livesAt(this.#room.view(), office, this.#room.station));
    const [givenBack, onward] = parted(elsewhere, ({ previous, office }) => previous === peer || (previous !== null && bringers.get(office) === peer));
    const ended = code === 'hop-limit-reached' ? outOfHops(this.#room, onward) : onward;
    const [away, goingOn] = [ended.map(officeOf), onward.filter((one) => !ended.includes(one)).map(officeOf)];
    const dropped = head === null || homeOf(this.#room, head.header) === null || mayPass(code) ? [] : await this.#drop(item, away);
    await tables.commit(async (tx) => {
      if ((await also(tx)) === false) return;
      await rememberRefusal(this.#room, tx, item, [...here, ...givenBack].map(officeOf), NO_WAY);
      await rememberRefusal(this.#room, tx, item, away, code);
      for (const receipt of dropped) {
        const precedence = precedenceOf(this.#room.view(), head!.header, [receipt.office]);
        await this.#nouns.receipts.store(tx, receipt, homewardOf(this.#room, head!.header, receipt.statement), precedence);
      }
      if (head !== null) await this.#queueJoined(tx, head, item, peer, goingOn);
    });
    if (here.length > 0) this.#nouns.tryAgain();
    if (givenBack.length > 0 && mayPass(code)) this.#nouns.tryAgainLater();
    if (dropped.length > 0) this.#nouns.notes.wake();
  }

  #drop({ id, sealing }: ItemName, offices: readonly string[]): Promise<CheckedReceipt[]> {
    return Promise.all(offices.map((office) =>
      this.#nouns.receipts.make('dropped', { id, sealing, office: named(this.#room.view(), office), previousHop: null })));
  }

  /**
   * What a neighbour's refusal is about: of what went to it for several offices not those that it took before. Took it all before, it
   * lost the dispatch and was brought it anew.
   */
  async #refusedFor(db: Snapshot, item: OfferedCopy, peer: string): Promise<StanzaRow[]> {
    const queued = await this.#queuedTo(db, item, peer);
    const taken = await takenBy(this.#room, db, item, peer);
    const isAnew = (item.offices ?? queued.map(officeOf)).every((office) => taken.has(office));
    return isAnew ? queued : queued.filter(({ office }) => !taken.has(office));
  }

  async #queuedTo(db: Snapshot, { id, sealing, offices }: OfferedCopy, peer: string): Promise<StanzaRow[]> {
    const stanzas = await this.#nouns.holding.stanzas(db, id, sealing);
    return stanzas.filter(({ next, office }) => next === peer && offices?.includes(office) !== false);
  }

  /**
   * A way changed, or more of it came, while it was under way: the neighbour answered for what it was offered.
   * @param goingOn of these offices too it has still to answer
   */
  async #queueJoined(tx: Transaction, head: HeldHead, { kind, id, sealing, offices }: OfferedCopy, peer: string, goingOn: readonly string[] = []): Promise<void> {
    // Nothing joins what is for one office alone, as most are.
    if (head.header.to.length === 1 || (offices === undefined && goingOn.length === 0)) return;
    const taken = await takenBy(this.#room, tx, { id, sealing }, peer);
    const waiting = (await this.#queuedTo(tx, { kind, id, sealing }, peer)).filter(({ refusal }) => refusal === null);
    const joined = waiting.filter(({ office }) => goingOn.includes(office) || (offices?.includes(office) === false && !taken.has(office)));
    if (joined.length === 0) return;
    await this.#nouns.holding.queue(tx, { id, sealing }, head, peer, joined.map(officeOf));
  }

  /** One receipt of that neighbour for each office that it was offered for, or for some where nobody remembers which. @throws Refusal `receipt-forged` */
  async #checkDelivery(item: OfferedCopy, peer: string, receipts: readonly Signed[], offices: readonly string[]): Promise<CheckedReceipt[]> {
    try {
      const checked = await Promise.all(receipts.map((receipt) => this.#nouns.receipts.check(receipt)));
      const said = checked.filter((one) => isAbout(one, item, stationOf(this.#room, peer)));
      const covers = item.offices === undefined ? offices.some((office) => isFor(said, office)) : offices.every((office) => isFor(said, office));
      if (said.length !== checked.length || !covers) throw forgedReceipt('about');
      return said;
    } catch (error) {
      await this.#room.tables.commit((tx) => this.#nouns.receipts.recordRefused(tx, item.id, 'receipt-forged', peer));
      throw error;
    }
  }
}

/**
 * What one copy is for. Not what the neighbour has taken, where anything else waits: it is old there and may be judged by other ways. And
 * what has made as many hops, for an offer says them once, and by them whoever gets it knows what comes back; the mark `again` too.
 */
function goingNow(queued: readonly StanzaRow[], { offices }: OfferedCopy, taken: ReadonlySet<string>): readonly StanzaRow[] {
  const waiting = queued.filter(({ office }) => !taken.has(office));
  if (offices !== undefined || waiting.length === 0) return queued;
  const first = waiting.toSorted((one, other) => one.hops - other.hops || one.again - other.again)[0]!;
  return waiting.filter(({ hops, again }) => hops === first.hops && again === first.again);
}

function officeOf({ office }: StanzaRow): string {
  return office;
}

function isFor(receipts: readonly CheckedReceipt[], office: string): boolean {
  return receipts.some((one) => one.office === office);
}

function parted<T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function isAbout({ statement, station }: CheckedReceipt, { id, sealing }: ItemName, neighbour: string): boolean {
  const isTaken = statement.kind === 'custody' || statement.kind === 'arrived' || statement.kind === 'expired';
  return isTaken && equal(statement.dispatch, id) && statement.sealing === sealing && station === neighbour;
}
