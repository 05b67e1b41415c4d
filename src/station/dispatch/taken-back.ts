/**
 * A dispatch comes back to a station that had passed it on: ways have changed behind it, and whoever has it now has no other
 * way. What comes back has gone further than where this station had it, by its hops, and is in force here again: it goes on
 * the way that is now, in one commit with a new word of custody. What has not gone further is old news, of which the word that
 * was said stands. So each stanza comes back a bounded number of times, whoever brings it.
 * Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md.
 */

import { type Instant, MINUTE_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import type { OfferedItem } from '../links/index.ts';
import type { Room } from './deps.ts';
import type { Holding, NewHolding, NewStanza, StanzaRow } from './holding.ts';
import { type CheckedReceipt, precedenceOf, type Receipts, takenBy } from './receipts.ts';
import { forgetRefusal } from './retry.ts';
import { mayAnswer } from './ways.ts';

type Offer = Pick<OfferedItem, 'from' | 'hops' | 'beyond'>;

/**
 * What another station brings back than the one to whom it went, while the way is as it was, goes round in a ring as long as directories
 * differ; where it was away for longer, links have changed and are again as they were. A ring that stays keeps half of the hops.
 */
export function goesRound({ clock }: Pick<Room, 'clock'>, { hops }: Pick<Offer, 'hops'>, { hopLimit, since }: { readonly hopLimit: number; readonly since: Instant }): boolean {
  return clock.now() - since < RING_MS || 2 * hops > hopLimit;
}

/** Directories of stations that have links agree sooner. */
const RING_MS = 15 * MINUTE_MS;

/** A stanza that was here before, with where it would go from here now. */
interface Back {
  readonly row: StanzaRow;
  readonly stanza: NewStanza;
}

/** Whether what went on from here comes back with an offer. Over a border nothing does: what it is offered there twice is old. */
export function comesBack({ next, hops }: Pick<StanzaRow, 'next' | 'hops'>, offered: Pick<Offer, 'hops' | 'beyond'>): boolean {
  return offered.beyond === undefined && next !== null && offered.hops + 1 > hops;
}

export class TakenBack {
  readonly #room: Room;
  readonly #holding: Holding;
  readonly #receipts: Receipts;

  constructor(room: Room, holding: Holding, receipts: Receipts) {
    this.#room = room;
    this.#holding = holding;
    this.#receipts = receipts;
  }

  /** @throws Refusal `no-route` where one of the stanzas comes back and cannot go on from here, for now */
  async demand(db: Snapshot, offer: Offer, holding: NewHolding, stanzas: readonly NewStanza[]): Promise<void> {
    for (const one of await this.#whatComesBack(db, offer, holding, stanzas)) await this.#demandOne(db, offer, holding, one);
  }

  /** Takes back what comes back of these stanzas. @param receipts in their order, a word of each @throws Refusal as `demand` */
  async take(tx: Transaction, offer: Offer, holding: NewHolding, stanzas: readonly NewStanza[], receipts: readonly CheckedReceipt[]): Promise<void> {
    const { id, sealing, header } = holding;
    const back = await this.#whatComesBack(tx, offer, holding, stanzas);
    const [over, goingOn] = [[] as Back[], [] as Back[]];
    for (const one of back) ((await this.#isOver(tx, one.row)) ? over : goingOn).push(one);
    for (const one of goingOn) await this.#demandOne(tx, offer, holding, one);
    const left = await this.#withdraw(tx, holding, goingOn);
    for (const { row, stanza: { hops, next, again } } of back) {
      const isOver = over.some((one) => one.row === row);
      await this.#room.tables.in(tx).updateTable('dispatch_stanza').set(isOver ? { hops } : { hops, next, back: 1, ...(again === true && { again: 1 }) })
        .where('id', '=', id).where('sealing', '=', sealing).where('position', '=', row.position).execute();
      if (!isOver) await forgetRefusal(this.#room.tables.in(tx), row);
    }
    for (const { stanza } of back) {
      const receipt = receipts[stanzas.indexOf(stanza)]!;
      await this.#receipts.store(tx, receipt, null, precedenceOf(this.#room.view(), header, [receipt.office]));
    }
    await this.#queueAll(tx, holding, [...goingOn.map(({ row, stanza: { next } }) => ({ ...row, next })), ...left]);
  }

  /**
   * Ends the way of what had gone on from here, comes back to where its office has moved meanwhile, and has arrived nowhere as far as is known.
   * @returns it, to be delivered
   */
  async takeHome(tx: Transaction, offer: Offer, holding: NewHolding, stanzas: readonly NewStanza[]): Promise<NewStanza[]> {
    const home: Back[] = [];
    for (const one of await this.#allThatComesBack(tx, offer, holding, stanzas)) {
      if (one.stanza.next === null && !(await this.#isOver(tx, one.row))) home.push(one);
    }
    const left = await this.#withdraw(tx, holding, home);
    for (const { row } of home) {
      await this.#holding.endWay(tx, row);
      await forgetRefusal(this.#room.tables.in(tx), row);
    }
    await this.#queueAll(tx, holding, left);
    return home.map(({ row, stanza }) => ({ ...stanza, again: stanza.again === true || row.again === 1 }));
  }

  async #whatComesBack(db: Snapshot, offer: Offer, holding: Pick<NewHolding, 'id' | 'sealing'>, stanzas: readonly NewStanza[]): Promise<Back[]> {
    return (await this.#allThatComesBack(db, offer, holding, stanzas)).filter(({ stanza }) => stanza.next !== null);
  }

  async #allThatComesBack(db: Snapshot, offer: Offer, { id, sealing }: Pick<NewHolding, 'id' | 'sealing'>, stanzas: readonly NewStanza[]): Promise<Back[]> {
    const rows = await this.#holding.stanzas(db, id, sealing);
    return stanzas.flatMap((stanza) => {
      const row = rows.find(({ position }) => position === stanza.position);
      return row !== undefined && comesBack(row, offer) ? [{ row, stanza }] : [];
    });
  }

  /** What goes round in a ring is refused until directories agree; and what has a number towards a neighbour may be there, until it answers. */
  async #demandOne(db: Snapshot, offer: Offer, { header: { hopLimit } }: NewHolding, { row, stanza: { next } }: Back): Promise<void> {
    if (await this.#isOver(db, row)) return;
    const isRing = next === row.next && offer.from !== row.next && goesRound(this.#room, offer, { hopLimit, since: await this.#lastHere(db, row) });
    if (isRing || (await this.#isUnderWay(db, row))) throw new Refusal('no-route', { station: row.next! });
  }

  /** Not where only other offices' parts of it are: that neighbour has said that it has this one. */
  async #isUnderWay(db: Snapshot, { id, sealing, office, next }: StanzaRow): Promise<boolean> {
    if (!mayAnswer(this.#room, next!) || !(await this.#room.outbox.isUnderWay(db, { kind: 'dispatch', id, sealing }, next!))) return false;
    return !(await takenBy(this.#room, db, { id, sealing }, next!)).has(office);
  }

  /** When it came here last, or was accepted here. */
  async #lastHere(db: Snapshot, { id, sealing, office }: StanzaRow): Promise<Instant> {
    const said = await this.#room.tables.in(db).selectFrom('receipt').select('time').where('dispatch', '=', id).where('sealing', '=', sealing)
      .where('office', '=', office).where('kind', '=', 'custody').where('station', '=', this.#room.station).executeTakeFirst();
    return said?.time ?? (await this.#holding.head(db, id, sealing))!.taken;
  }

  /** The recipient's station has said what became of it. */
  async #isOver(db: Snapshot, { id, sealing, office }: StanzaRow): Promise<boolean> {
    const said = await this.#room.tables.in(db).selectFrom('receipt').select('kind').where('dispatch', '=', id).where('sealing', '=', sealing)
      .where('office', '=', office).where('kind', 'in', ['arrived', 'expired']).limit(1).executeTakeFirst();
    return said !== undefined;
  }

  /** What waits no more where it waited. @returns stanzas that went along and go on waiting there */
  async #withdraw(tx: Transaction, { id, sealing }: NewHolding, back: readonly Back[]): Promise<StanzaRow[]> {
    const left: StanzaRow[] = [];
    for (const peer of new Set(back.map(({ row }) => row.next!))) {
      const withdrawn = await this.#room.outbox.withdraw(tx, { kind: 'dispatch', id, sealing }, peer, !mayAnswer(this.#room, peer));
      if (withdrawn === null) continue;
      const waiting = (await this.#holding.waitingFor(tx, { id, sealing }, peer)).filter((row) => !back.some((one) => one.row.position === row.position));
      if (withdrawn === 'offered') await this.#holding.mayHaveGone(tx, { id, sealing }, waiting);
      left.push(...waiting);
    }
    return left;
  }

  async #queueAll(tx: Transaction, { id, sealing }: NewHolding, rows: readonly StanzaRow[]): Promise<void> {
    const head = (await this.#holding.head(tx, id, sealing))!;
    for (const [peer, some] of Map.groupBy(rows, ({ next }) => next!)) await this.#holding.queue(tx, { id, sealing }, head, peer, some.map(({ office }) => office));
  }
}
