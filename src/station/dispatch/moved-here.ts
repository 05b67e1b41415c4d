/**
 * An office has moved to a station that holds dispatches for it on their way: they go no further and arrive, in one commit
 * with the receipt that goes home. What has a number towards a neighbour that stands is left to it: it takes it, or refuses it,
 * and then, whatever it says, it arrives here. What had a number towards one that has ended may have been taken there, and
 * arrives here as what may have come before. Source: docs/protocol/directory.md §Offices that move.
 */

import { hex } from '#core/bytes.ts';
import { named, type Own } from '#model/foreign-names.ts';
import { isOwn } from '#model/directories.ts';
import type { Transaction } from '#station/kernel/store.ts';
import { resealed as resealedCodec, sealing as sealingCodec } from '#wire/envelope.ts';
import { homewardOf, previousHopOf } from './borders.ts';
import type { Deliveries } from './deliveries.ts';
import type { Room } from './deps.ts';
import { kindAtEnd } from './expiry.ts';
import type { HeldHead, Holding, StanzaRow } from './holding.ts';
import { type CheckedReceipt, precedenceOf, type Receipts } from './receipts.ts';
import { forgetRefusal } from './retry.ts';
import { mayHaveArrived, saysAgain } from './twice.ts';

export type Halted = Pick<StanzaRow, 'id' | 'sealing' | 'office' | 'previous' | 'again'>;

/** By stanza: what is said of it, signed before the commit in which it counts. */
export type Words = ReadonlyMap<string, CheckedReceipt>;

interface Nouns {
  readonly holding: Holding;
  readonly receipts: Receipts;
  readonly deliveries: Deliveries;
  readonly onHomeward: () => void;
}

export class MovedHere {
  readonly #room: Room;
  readonly #nouns: Nouns;

  constructor(room: Room, nouns: Nouns) {
    this.#room = room;
    this.#nouns = nouns;
  }

  /** @param office by its name in the tables */
  lives(office: string): boolean {
    return livesAt(this.#room.view(), office, this.#room.station);
  }

  /** Has what is refused or has no way arrive. @returns how many stanzas did */
  async arrive(stanzas: readonly Halted[]): Promise<number> {
    const words = await this.say(stanzas);
    const arrived = await this.#room.tables.commit(async (tx) => {
      let count = 0;
      for (const stanza of stanzas) if (await this.take(tx, stanza, words)) count += 1;
      return count;
    });
    this.#nouns.onHomeward();
    return arrived;
  }

  async say(stanzas: readonly Halted[]): Promise<Words> {
    const said = await Promise.all(stanzas.map(async (stanza) => [placeOf(stanza), await this.#say(stanza)] as const));
    return new Map(said.filter((one): one is [string, CheckedReceipt] => one[1] !== null));
  }

  /** @returns whether it arrived now: not where nothing was said of it, or another brought it here before */
  async take(tx: Transaction, stanza: Halted, words: Words): Promise<boolean> {
    const receipt = words.get(placeOf(stanza));
    if (receipt === undefined) return false;
    const { id, sealing, office, previous, again } = stanza;
    const db = this.#room.tables.in(tx);
    if (!(await this.#nouns.holding.endWay(tx, { id, sealing, office }))) return false;
    const head = (await this.#nouns.holding.head(tx, id, sealing))!;
    await forgetRefusal(db, stanza);
    await this.#nouns.deliveries.deliver(tx, receipt.statement, previous, this.#mayHaveArrived(head, receipt, again === 1));
    await this.#nouns.receipts.store(tx, receipt, homewardOf(this.#room, head.header, receipt.statement), precedenceOf(this.#room.view(), head.header, [office]));
    return true;
  }

  /** Tells the origin, soon. */
  sendHome(): void {
    this.#nouns.onHomeward();
  }

  #mayHaveArrived({ header, seal, resealed }: HeldHead, { statement: { office } }: CheckedReceipt, isSaid: boolean): boolean {
    const said = { sealing: sealingCodec.decode(seal), resealed: resealed === null ? undefined : resealedCodec.decode(resealed) };
    return mayHaveArrived(this.#room, header, office.office, { isSaid, saysOrigin: saysAgain(said), wasHeld: true });
  }

  async #say({ id, sealing, office, previous }: Halted): Promise<CheckedReceipt | null> {
    const head = await this.#room.tables.read((db) => this.#nouns.holding.head(db, id, sealing));
    if (head === null) return null;
    const view = this.#room.view();
    const previousHop = previousHopOf(view, head.header, previous);
    return this.#nouns.receipts.make(kindAtEnd(this.#room, head.header), { id, sealing, office: named(view, office), previousHop });
  }
}

/** Whether an office of ours, by its name in the tables, lives at that station. */
export function livesAt(view: Own & { office(code: string): { readonly station: string } | null }, name: string, station: string): boolean {
  const office = named(view, name);
  return isOwn(view, office) && view.office(office.office)?.station === station;
}

function placeOf({ id, sealing, office }: Halted): string {
  return `${hex(id)} ${sealing} ${office}`;
}
