/**
 * Dispatches as this station holds them, whether as origin, relay or recipient: the head once, each stanza with where
 * it came from and where it was queued to. A head is small (at most 896 KiB) and stands in its row, so that taking it
 * over costs one fsync, shared with others.
 */

import { concat } from '#core/bytes.ts';
import { aboutOf, officeName, type Own } from '#model/foreign-names.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import {
  envelope as envelopeCodec, header as headerCodec, resealed as resealedCodec, sealing as sealingCodec, type Header, type Resealed, type StanzaKey,
} from '#wire/envelope.ts';
import type { Signed } from '#wire/signature.ts';
import type { ItemOwner } from '../links/index.ts';
import type { Room } from './deps.ts';
import type { Parts } from './parts.ts';
import { precedenceOf, takenBy } from './receipts.ts';
import type { DispatchTables } from './tables.ts';

export type StanzaRow = DispatchTables['dispatch_stanza'];

/** Leaf lists of parts that were checked already, by root in hex. */
export type LeafLists = ReadonlyMap<string, Uint8Array | null>;

export interface NewHolding {
  readonly id: Uint8Array;
  readonly sealing: number;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly seal: Signed;
  readonly body: Uint8Array;
  /** Beside a sealing after the first. */
  readonly resealed?: Resealed | undefined;
  /** Of its parts, where a link brought them. */
  readonly leaves?: LeafLists;
}

export interface NewStanza {
  readonly position: number;
  readonly key: StanzaKey;
  readonly stanza: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly hops: number;
  readonly previous: string | null;
  readonly next: string | null;
  /** Whoever brought it said that it may not be the first time. */
  readonly again?: boolean;
}

export interface HeldHead {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly seal: Uint8Array;
  readonly body: Uint8Array;
  /** Encoded. */
  readonly resealed: Uint8Array | null;
  readonly size: number;
  readonly taken: number;
}

/** What a neighbour's queue must know of a head. */
type Sized = Pick<HeldHead, 'header' | 'size'>;

export class Holding {
  readonly #room: Room;
  readonly #parts: Parts;

  constructor(room: Room, parts: Parts) {
    this.#room = room;
    this.#parts = parts;
  }

  /** Keeps the head; holding it already is no fault. */
  async keep(tx: Transaction, { id, sealing, header, headerBytes, seal, body, resealed, leaves }: NewHolding): Promise<void> {
    const size = sizeOf({ header, headerBytes, body });
    await this.#room.tables.in(tx).insertInto('dispatch')
      .values({
        id, sealing, header: headerBytes, seal: sealingCodec.encode(seal), body, size, taken: this.#room.clock.now(),
        resealed: resealed === undefined ? null : resealedCodec.encode(resealed),
        ...aboutOf(this.#room.view(), header),
      })
      .onConflict((on) => on.doNothing()).execute();
    await this.#parts.use(tx, id, header.parts, leaves ?? new Map());
  }

  /** @returns those that this station did not hold already */
  async keepStanzas(tx: Transaction, id: Uint8Array, sealing: number, stanzas: readonly NewStanza[]): Promise<NewStanza[]> {
    const rows = stanzas.map(({ position, key, stanza, path, hops, previous, next, again = false }) => ({
      id, sealing, position, office: officeName(this.#room.view(), key.office), period: key.purpose === 'transport' ? key.number : 0,
      stanza, path: concat(...path), hops, previous, next, refusal: null, again: again ? 1 : 0, back: 0,
    }));
    const kept = await this.#room.tables.in(tx).insertInto('dispatch_stanza').values(rows)
      .onConflict((on) => on.doNothing()).returning('position').execute();
    const positions = new Set(kept.map(({ position }) => position));
    return stanzas.filter(({ position }) => positions.has(position));
  }

  /** A stanza that went on from here goes no further, for its office lives here now. @returns false where it went no further before */
  async endWay(tx: Transaction, { id, sealing, office }: Pick<StanzaRow, 'id' | 'sealing' | 'office'>): Promise<boolean> {
    const { numUpdatedRows } = await this.#room.tables.in(tx).updateTable('dispatch_stanza').set({ next: null, back: 0 }).where('next', 'is not', null)
      .where('id', '=', id).where('sealing', '=', sealing).where('office', '=', office).executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Of this copy what is still to go to that neighbour: it refused nothing of it, and has said of nothing of it that it has it. */
  async waitingFor(db: Snapshot, copy: Pick<StanzaRow, 'id' | 'sealing'>, peer: string): Promise<StanzaRow[]> {
    const taken = await takenBy(this.#room, db, copy, peer);
    return (await this.stanzas(db, copy.id, copy.sealing)).filter(({ next, refusal, office }) => next === peer && refusal === null && !taken.has(office));
  }

  /** That neighbour has taken what waited here for it of these offices. */
  async isThere(tx: Transaction, { id, sealing }: Pick<StanzaRow, 'id' | 'sealing'>, peer: string, offices: readonly string[]): Promise<void> {
    if (offices.length === 0) return;
    await this.#room.tables.in(tx).updateTable('dispatch_stanza').set({ back: 0 }).where('back', '=', 1)
      .where('id', '=', id).where('sealing', '=', sealing).where('next', '=', peer).where('office', 'in', [...offices]).execute();
  }

  /**
   * That neighbour took these and has lost them: they wait here for it again, also where another has said the last word of one. That one may
   * have lost it with its disk as well, and has nobody else to have it from. It may have been passed on before it was lost.
   */
  async hasLost(tx: Transaction, copy: Pick<StanzaRow, 'id' | 'sealing'>, peer: string): Promise<void> {
    const taken = await takenBy(this.#room, tx, copy, peer);
    if (taken.size === 0) return;
    await this.#room.tables.in(tx).updateTable('dispatch_stanza').set({ back: 1, again: 1 }).where('id', '=', copy.id).where('sealing', '=', copy.sealing)
      .where('next', '=', peer).where('refusal', 'is', null).where('office', 'in', [...taken]).execute();
  }

  /** These were offered to a neighbour that has ended, and may have gone on from there: whoever gets them now is told (twice.ts). */
  async mayHaveGone(tx: Transaction, { id, sealing }: Pick<StanzaRow, 'id' | 'sealing'>, stanzas: readonly Pick<StanzaRow, 'office'>[]): Promise<void> {
    if (stanzas.length === 0) return;
    await this.#room.tables.in(tx).updateTable('dispatch_stanza').set({ again: 1 }).where('id', '=', id).where('sealing', '=', sealing)
      .where('office', 'in', stanzas.map(({ office }) => office)).execute();
  }

  /** Queues the item once towards each neighbour that stands beside one of these stanzas. */
  async enqueue(tx: Transaction, holding: NewHolding, stanzas: readonly NewStanza[]): Promise<void> {
    const head = { header: holding.header, size: sizeOf(holding) };
    const peers = new Set(stanzas.flatMap(({ next }) => (next === null ? [] : [next])));
    for (const peer of [...peers].toSorted()) {
      const offices = stanzas.filter(({ next }) => next === peer).map(({ key }) => officeName(this.#room.view(), key.office));
      await this.queue(tx, holding, head, peer, offices);
    }
  }

  /** Queues what is held for these offices towards one neighbour, as urgent as the most urgent of them is. */
  async queue(tx: Transaction, { id, sealing }: Pick<StanzaRow, 'id' | 'sealing'>, head: Sized, peer: string, offices: readonly string[]): Promise<void> {
    const precedence = precedenceOf(this.#room.view(), head.header, offices);
    await this.#room.outbox.enqueue(tx, { kind: 'dispatch', id, sealing, precedence, peer, owner: ownerOf(this.#room.view(), head) });
  }

  /** The way of these offices goes by that neighbour now, and it is queued there. */
  async sendBy(tx: Transaction, { id, sealing }: Pick<StanzaRow, 'id' | 'sealing'>, head: Sized, peer: string, offices: readonly string[]): Promise<void> {
    await this.#room.tables.in(tx).updateTable('dispatch_stanza').set({ next: peer })
      .where('id', '=', id).where('sealing', '=', sealing).where('office', 'in', [...offices]).execute();
    await this.queue(tx, { id, sealing }, head, peer, offices);
  }

  async head(db: Snapshot, id: Uint8Array, sealing?: number): Promise<(HeldHead & { sealing: number }) | null> {
    let query = this.#room.tables.in(db).selectFrom('dispatch').selectAll().where('id', '=', id);
    if (sealing !== undefined) query = query.where('sealing', '=', sealing);
    const row = await query.orderBy('sealing', 'desc').limit(1).executeTakeFirst();
    if (row === undefined) return null;
    const { header: headerBytes, seal, body, resealed, size, taken } = row;
    return { header: headerCodec.decode(headerBytes), headerBytes, seal, body, resealed, size, taken, sealing: row.sealing };
  }

  async stanzas(db: Snapshot, id: Uint8Array, sealing: number): Promise<StanzaRow[]> {
    return this.#room.tables.in(db).selectFrom('dispatch_stanza').selectAll()
      .where('id', '=', id).where('sealing', '=', sealing).orderBy('position').execute();
  }
}

/** The envelope with these stanzas and no others. @param kept for a device of the office only: its stanza for a storage key */
export function envelopeWith(head: HeldHead, stanzas: readonly StanzaRow[], kept: Uint8Array | null = null): Uint8Array {
  return envelopeCodec.encode({
    version: 1, header: head.headerBytes, sealing: sealingCodec.decode(head.seal), body: head.body,
    stanzas: stanzas.map(({ position, stanza, path }) => ({ index: position, stanza, path: digestsOf(path) })),
    ...(kept !== null && { kept }),
    ...(head.resealed !== null && { resealed: resealedCodec.decode(head.resealed) }),
  });
}

/** Whose it is while it waits for a neighbour. */
export function ownerOf(own: Own, { header, size }: Sized): ItemOwner {
  return { office: officeName(own, header.from), bytes: size };
}

function sizeOf({ header, headerBytes, body }: Pick<NewHolding, 'header' | 'headerBytes' | 'body'>): number {
  return headerBytes.length + body.length + partBytes(header);
}

function digestsOf(path: Uint8Array): Uint8Array[] {
  return Array.from({ length: path.length / 32 }, (_, i) => path.slice(32 * i, 32 * i + 32));
}

function partBytes({ parts }: Header): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}
