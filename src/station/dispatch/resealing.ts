/**
 * Sealing again at the origin station: what an office said it cannot open gets new stanzas from a device of the origin
 * office; the station checks them, signs the sealing, makes it durable and queues it, for those offices alone.
 * Source: docs/protocol/envelope.md §Sealing again.
 */

import { equal, fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { inclusionProofs, root as treeRoot } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { demandCrossings, directoryOf } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { officeName, shownName } from '#model/foreign-names.ts';
import { checkResealWord, sameOffice, sparseLeaves } from '#model/resealing.ts';
import type { Snapshot, Transaction } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { RESEALS_MAX } from '#wire/api/resealing.ts';
import {
  type Header, resealed as resealedCodec, resealing as resealingCodec, type Resealing as Given, sealing as sealingCodec,
  resealStatement, sealingStatement, stanza as stanzaCodec,
} from '#wire/envelope.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';
import type { HeldHead, Holding, NewHolding, NewStanza } from './holding.ts';
import { lookAgain } from './inquiries.ts';
import { type Caller, may } from './policy.ts';
import type { CheckedReceipt, Receipts } from './receipts.ts';
import { mayBeForgotten, saysAgain } from './twice.ts';
import { demandWay } from './ways.ts';

interface ResealRequest {
  readonly office: string;
  /** Base64url of an encoded Resealing. */
  readonly resealing: string;
}

export interface ResealAccepted {
  readonly dispatch: string;
  readonly sealing: number;
  readonly accepted: Instant;
}

/** What the offices of a dispatch cannot open. */
export interface Unreadable {
  readonly dispatch: string;
  /** The greatest number that was sealed under. */
  readonly sealing: number;
  readonly offices: readonly string[];
}

const X_WING = 0x647a;
const READ = ['opened', 'handed-over', 'acted'] as const;

interface Nouns {
  readonly holding: Holding;
  readonly receipts: Receipts;
}

interface Named {
  readonly id: Uint8Array;
  readonly number: number;
  readonly stanzaRoot: Uint8Array;
}

/** A sealing of which everything is in order. */
interface Sound {
  readonly caller: Caller;
  readonly holding: NewHolding;
  readonly stanzas: readonly NewStanza[];
}

export class Resealing {
  readonly #room: Room;
  readonly #nouns: Nouns;

  constructor(room: Room, nouns: Nouns) {
    this.#room = room;
    this.#nouns = nouns;
  }

  /** What an office sent, is said to be unreadable, and was not sealed again since: oldest first. @throws Refusal `not-entitled` */
  async unreadable(caller: Caller, office: string): Promise<Unreadable[]> {
    await this.#demandOrigin(caller, office);
    return this.#room.tables.read(async (db) => {
      const rows = await db.selectFrom('outgoing_recipient').innerJoin('outgoing', 'outgoing.id', 'outgoing_recipient.id')
        .select(['outgoing.id', 'outgoing_recipient.office']).where('outgoing.office', '=', office).where('outcome', '=', 'unreadable')
        .where((all) => all.or([all('expires', 'is', null), all('expires', '>', this.#room.clock.now())]))
        .where(({ not, exists, selectFrom }) => not(exists(selectFrom('receipt').select('receipt.kind')
          .whereRef('receipt.dispatch', '=', 'outgoing_recipient.id').whereRef('receipt.office', '=', 'outgoing_recipient.office')
          .where('receipt.kind', 'in', [...READ]))))
        .orderBy('outgoing.ledger').limit(RESEALS_MAX).execute();
      const found: Unreadable[] = [];
      for (const [dispatch, of] of Map.groupBy(rows, ({ id }) => hex(id))) {
        found.push({ dispatch, sealing: await this.#newest(db, of[0]!.id), offices: of.map((row) => shownName(this.#room.view(), row.office)) });
      }
      return found;
    });
  }

  /**
   * Takes a later sealing over. The same again gets the same answer.
   * @throws DecodeError; Refusal `not-entitled`, `dispatch-unknown` where the office did not send it from here, `dispatch-expired`,
   *   `sealing-out-of-order`, `sealings-exhausted`, `header-forged`, `signature-wrong`, `suite-refused`, `recipient-key-missing`,
   *   `office-unknown`, `no-route`, `agreement-missing` and what else demandCrossings says, `date-out-of-range`, `disk-full`
   */
  async accept(caller: Caller, dispatch: string, { office, resealing }: ResealRequest): Promise<ResealAccepted> {
    await this.#demandOrigin(caller, office);
    const id = fromHex(dispatch)!;
    const given = resealingCodec.decode(bytesOf(resealing));
    const first = await this.#room.tables.read((db) => this.#sent(db, id, office));
    const { number, stanzaRoot } = await this.#checkWord(first.header, id, given);
    const before = await this.#acceptedBefore(id, number, given);
    if (before !== null) return before;
    if (first.header.expires !== undefined && first.header.expires <= this.#room.clock.now()) throw new Refusal('dispatch-expired');
    const to = first.header.to.filter((_, i) => given.stanzas.some(({ index }) => index === i + 1));
    demandCrossings(this.#room.view(), this.#room.peers(), { ...first.header, to }, this.#room.clock.now());
    const stanzas = this.#placeStanzas(first.header, number, given);
    demandRoom(this.#room.freeBytes(), first.body.length, this.#room.limits.floorBytes);
    const holding = await this.#seal({ id, number, stanzaRoot }, first, given.office);
    return this.#commit({ caller, holding, stanzas });
  }

  /** Who may seal again for an office that lives here, or that sent something from here before it moved: this station keeps that. */
  async #demandOrigin(caller: Caller, office: string): Promise<void> {
    const { view, station, tables } = this.#room;
    if (view().office(office)?.station !== station) {
      const sent = await tables.read((db) => db.selectFrom('outgoing').select('id').where('office', '=', office).limit(1).executeTakeFirst());
      if (sent === undefined) throw new Refusal('office-unknown', { office });
    }
    if (!may(this.#room, caller, 'seal again', office)) throw new Refusal('not-entitled', { office });
  }

  /** The first sealing of what that office sent from here. */
  async #sent(db: Snapshot, id: Uint8Array, office: string): Promise<HeldHead> {
    const row = await this.#room.tables.in(db).selectFrom('outgoing').select('office').where('id', '=', id).executeTakeFirst();
    const head = row?.office === office ? await this.#nouns.holding.head(db, id, 0) : null;
    if (head === null) throw new Refusal('dispatch-unknown');
    return head;
  }

  /** @returns the sealing that the office speaks of: its number, and the tree of exactly these stanzas */
  async #checkWord(header: Header, id: Uint8Array, { office, stanzas }: Given): Promise<{ number: number; stanzaRoot: Uint8Array }> {
    const { provider, verified, view, clock } = this.#room;
    const { statement: { dispatch, number, time, stanzaRoot } } = await checkResealWord({ provider, verified, view: view() }, header, office);
    const real = treeRoot(provider.hash, sparseLeaves(provider.hash, header.to.length + 1, stanzas));
    if (!equal(dispatch, id) || !equal(stanzaRoot, real)) throw forged('resealed');
    if (Math.abs(time - clock.now()) > LIMITS.clockAheadMs) throw new Refusal('date-out-of-range', { field: 're-seal' });
    return { number, stanzaRoot };
  }

  async #acceptedBefore(id: Uint8Array, number: number, { office }: Given): Promise<ResealAccepted | null> {
    return this.#room.tables.read(async (db) => {
      const head = await this.#nouns.holding.head(db, id, number);
      const isSame = head !== null && head.resealed !== null && equal(resealedCodec.decode(head.resealed).office.statement, office.statement);
      if (isSame) return { dispatch: hex(id), sealing: number, accepted: head.taken };
      await this.#demandNext(db, id, number);
      return null;
    });
  }

  async #demandNext(db: Snapshot, id: Uint8Array, number: number): Promise<void> {
    const newest = await this.#newest(db, id);
    if (newest + 1 >= LIMITS.sealings) throw new Refusal('sealings-exhausted', { sealings: LIMITS.sealings });
    if (number !== newest + 1) throw new Refusal('sealing-out-of-order', { expected: newest + 1 });
  }

  async #newest(db: Snapshot, id: Uint8Array): Promise<number> {
    const { newest } = await this.#room.tables.in(db).selectFrom('dispatch').select((all) => all.fn.max('sealing').as('newest'))
      .where('id', '=', id).executeTakeFirstOrThrow();
    return newest ?? 0;
  }

  /** Only keys of those who are sealed to again are asked for: nobody blocks another's. */
  #placeStanzas(header: Header, number: number, { stanzas }: Given): NewStanza[] {
    const { hash } = this.#room.provider;
    const view = this.#room.view();
    const paths = inclusionProofs(hash, sparseLeaves(hash, header.to.length + 1, stanzas));
    return stanzas.map(({ index: position, stanza }, i) => {
      const { key, kem } = stanzaCodec.decode(stanza);
      if (kem !== X_WING) throw new Refusal('suite-refused', { kem });
      const to = header.to[position - 1]?.office;
      const isInOrder = i === 0 || position > stanzas[i - 1]!.index;
      if (to === undefined || !sameOffice(key.office, to) || !isInOrder || key.sealing !== number || key.purpose !== 'transport') throw forged('stanza');
      const judge = directoryOf(view, this.#room.peers(), to.organisation);
      if (judge.office(to.office)?.endedBy !== null) throw new Refusal('office-unknown', { office: to.office });
      demandInForce(judge, to.office, key.number);
      const next = demandWay(this.#room, to);
      return { position, key, stanza, path: paths[position]!, hops: 0, previous: null, next };
    });
  }

  async #seal({ id, number, stanzaRoot }: Named, first: HeldHead, office: Given['office']): Promise<NewHolding> {
    const { provider: { hash }, clock, signing } = this.#room;
    const { header, headerBytes, body } = first;
    const resealed = { first: sealingCodec.decode(first.seal), office };
    const statement = sealingStatement.encode({
      version: 1, dispatch: id, number, station: header.station, stanzas: header.to.length + 1, stanzaRoot,
      bodyDigest: hash.sha256(body), bodySize: body.length, time: clock.now(),
      ...(mayBeForgotten(this.#room, resealStatement.decode(office.statement).time) && { again: true }),
    });
    return { id, sealing: number, header, headerBytes, seal: await signing.sign('sealing', statement), body, resealed };
  }

  async #commit(sound: Sound): Promise<ResealAccepted> {
    const arrivals = await this.#nouns.receipts.makeArrivals(sound.holding, sound.stanzas);
    const { id, sealing } = sound.holding;
    return this.#room.tables.commit(async (tx) => {
      await this.#demandNext(tx, id, sealing);
      return this.#write(tx, sound, arrivals);
    });
  }

  async #write(tx: Transaction, { caller, holding, stanzas }: Sound, arrivals: readonly CheckedReceipt[]): Promise<ResealAccepted> {
    const { id, sealing, header, seal } = holding;
    await this.#nouns.holding.keep(tx, holding);
    await this.#nouns.holding.keepStanzas(tx, id, sealing, stanzas);
    const fields = { office: header.from, sealing, count: stanzas.length, digest: this.#room.provider.hash.sha256(seal.statement) };
    await record(this.#room, tx, { kind: 're-sealed', subject: id, fields, person: caller.person });
    const db = this.#room.tables.in(tx);
    for (const { key } of stanzas) {
      const office = officeName(this.#room.view(), key.office);
      const recipient = db.updateTable('outgoing_recipient').where('id', '=', id).where('office', '=', office);
      await recipient.set({ refusal: null }).execute();
      await recipient.where('outcome', '=', 'unreadable').set({ outcome: null }).execute();
    }
    await lookAgain(db, id, header, this.#room.clock.now());
    await this.#nouns.receipts.arrive(tx, header, arrivals, saysAgain({ sealing: seal, resealed: holding.resealed }));
    await this.#nouns.holding.enqueue(tx, holding, stanzas);
    return { dispatch: hex(id), sealing, accepted: this.#room.clock.now() };
  }
}

/** @throws Refusal `recipient-key-missing` where that key is none, or was ended */
function demandInForce(view: DirectoryView, office: string, number: number): void {
  const isKnown = view.officeKeys(office, 'transport').some((key) => key.number === number && key.endedBy === null);
  if (!isKnown) throw new Refusal('recipient-key-missing', { office });
}

function forged(field: string): Refusal {
  return new Refusal('header-forged', { field });
}
