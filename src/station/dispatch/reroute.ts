/**
 * Ways change: a station or a link ends, a shorter one begins. What waits for a neighbour that is no longer the way goes
 * to the one that is, in one commit, and what is for an office that has moved here arrives (moved-here.ts); what has no
 * way any more is kept and tried again (retry.ts) when the directory grows. The way may lead back over whoever brought it
 * (taken-back.ts). An offer under way to a neighbour that still
 * stands is left alone: that neighbour passes it on.
 * Source: docs/protocol/frames.md §Routes.
 */

import { nameOf } from '#model/foreign-names.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { note as noteCodec } from '#wire/receipt.ts';
import type { QueuedCopy } from '../links/index.ts';
import type { Room } from './deps.ts';
import type { Holding, StanzaRow } from './holding.ts';
import type { MovedHere, Words } from './moved-here.ts';
import { destinationOf, queueNote } from './note-ways.ts';
import { NO_WAY, rememberRefusal } from './retry.ts';
import { borderTo, hopToOffice, hopToStation, mayAnswer, stands } from './ways.ts';

const AT_ONCE = 256;

/** Its office has moved here. */
const HERE = Symbol('here');
type Way = string | typeof HERE | null;
/** What waits, with the stanzas that go to each neighbour now; those with no way under null. A note has none. */
type Ways = ReadonlyMap<Way, readonly StanzaRow[]>;

export class Reroute {
  readonly #room: Room;
  readonly #holding: Holding;
  readonly #movedHere: MovedHere;
  /** The ways by which everything in the queues was last looked through. */
  #known: string | null = null;

  constructor(room: Room, holding: Holding, movedHere: MovedHere) {
    this.#room = room;
    this.#holding = holding;
    this.#movedHere = movedHere;
  }

  /** @returns how many copies were taken off a neighbour's queue */
  async move(): Promise<number> {
    const ways = this.#allWays();
    if (ways === this.#known) return 0;
    let moved = 0;
    for (const peer of await this.#room.outbox.peers()) moved += await this.#moveFrom(peer);
    this.#known = ways;
    return moved;
  }

  #allWays(): string {
    const { outbox, view } = this.#room;
    const stations = view().stations().map(({ station }) => `${station}>${outbox.nextHop(station) ?? ''}`);
    const offices = view().offices().map(({ office, station }) => `${office}@${station}`);
    const borders = view().agreements().map(({ peer, organisation }) => `${peer}>${hopToStation(this.#room, nameOf(view(), organisation, peer)) ?? ''}`);
    return [...stations, ...offices, ...borders].join(' ');
  }

  async #moveFrom(peer: string): Promise<number> {
    const { outbox, tables } = this.#room;
    let moved = 0;
    for (let after = 0; ;) {
      const copies = await outbox.waitingFor(peer, after, AT_ONCE);
      if (copies.length === 0) return moved;
      after = copies.at(-1)!.position;
      const strays = await tables.read((db) => this.#strays(db, copies, peer));
      if (strays.length === 0) continue;
      const words = await this.#wordsFor(strays, peer);
      moved += await tables.commit((tx) => this.#moveAll(tx, strays, peer, words));
      if (words.size > 0) this.#movedHere.sendHome();
    }
  }

  async #wordsFor(strays: readonly QueuedCopy[], peer: string): Promise<Words> {
    const ways = await this.#room.tables.read((db) => Promise.all(strays.map((copy) => this.#waysOf(db, copy, peer))));
    return this.#movedHere.say(ways.flatMap((one) => one.get(HERE) ?? []));
  }

  async #strays(db: Snapshot, copies: readonly QueuedCopy[], peer: string): Promise<QueuedCopy[]> {
    const strays: QueuedCopy[] = [];
    for (const copy of copies) {
      const ways = await this.#waysOf(db, copy, peer);
      if ([...ways.keys()].some((way) => way !== peer)) strays.push(copy);
    }
    return strays;
  }

  async #moveAll(tx: Transaction, strays: readonly QueuedCopy[], peer: string, words: Words): Promise<number> {
    let moved = 0;
    for (const copy of strays) if (await this.#move(tx, copy, peer, words)) moved += 1;
    return moved;
  }

  async #move(tx: Transaction, copy: QueuedCopy, peer: string, words: Words): Promise<boolean> {
    const ways = await this.#waysOf(tx, copy, peer);
    const withdrawn = await this.#room.outbox.withdraw(tx, copy, peer, !mayAnswer(this.#room, peer));
    if (withdrawn === null) return false;
    if (withdrawn === 'offered') await this.#holding.mayHaveGone(tx, copy, [...ways.values()].flat());
    for (const stanza of ways.get(HERE) ?? []) {
      // Moved here since words were said: it waits for the next pass, as what has no way does.
      if (!(await this.#movedHere.take(tx, withdrawn === 'offered' ? { ...stanza, again: 1 } : stanza, words))) await this.#send(tx, copy, null, [stanza]);
    }
    for (const [way, stanzas] of ways) if (way !== HERE) await this.#send(tx, copy, way, stanzas);
    return true;
  }

  async #send(tx: Transaction, copy: QueuedCopy, way: Exclude<Way, typeof HERE>, stanzas: readonly StanzaRow[]): Promise<void> {
    const { kind, id, sealing } = copy;
    const offices = stanzas.map(({ office }) => office);
    if (way === null) return rememberRefusal(this.#room, tx, { id, sealing }, offices, NO_WAY);
    if (kind === 'note') return this.#sendNote(tx, id, way);
    await this.#holding.sendBy(tx, { id, sealing }, (await this.#holding.head(tx, id, sealing))!, way, offices);
  }

  async #sendNote(tx: Transaction, id: Uint8Array, way: string): Promise<void> {
    const note = await this.#room.tables.in(tx).updateTable('note').set({ next: way }).where('id', '=', id).returning('precedence').executeTakeFirst();
    if (note !== undefined) await queueNote(this.#room, tx, { id, ...note }, way);
  }

  async #waysOf(db: Snapshot, copy: QueuedCopy, peer: string): Promise<Ways> {
    if (copy.kind === 'note') return new Map([[await this.#wayOfNote(db, copy, peer), []]]);
    return Map.groupBy(await this.#holding.waitingFor(db, copy, peer), (stanza) => this.#wayOfStanza(stanza, peer));
  }

  /** A note without a way stays where it is: it has nothing that would bring it back. */
  async #wayOfNote(db: Snapshot, { id }: QueuedCopy, peer: string): Promise<string> {
    const row = await this.#room.tables.in(db).selectFrom('note').select('bytes').where('id', '=', id).executeTakeFirst();
    const bytes = row?.bytes ?? null;
    return (bytes === null ? null : hopToStation(this.#room, destinationOf(this.#room.view(), noteCodec.decode(bytes)))) ?? peer;
  }

  #wayOfStanza({ office }: StanzaRow, peer: string): Way {
    if (this.#movedHere.lives(office)) return HERE;
    const hop = hopToOffice(this.#room, office);
    if (hop !== null) return hop;
    // What may not cross a border any more is not moved: borders.ts takes it off.
    return stands(this.#room, peer) || borderTo(this.#room, peer) !== null ? peer : null;
  }
}
