/**
 * Notes: receipts on their way home, proposals for the directory, requests of new devices and inquiries. A note needs no signature, its items have
 * their own; a relay passes it on. Receipts that wait to go home are rows with a destination, so a crash forgets none; they
 * are bundled up to 64 a note. Source: docs/protocol/receipts.md.
 */

import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { isOwn } from '#model/directories.ts';
import { named } from '#model/foreign-names.ts';
import type { Db, Transaction } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Precedence } from '#wire/names.ts';
import { note as noteCodec, type Note } from '#wire/receipt.ts';
import type { ItemName, OfferedItem, OutgoingItem, Traffic, Verdict } from '../links/index.ts';
import { demandNoteCrosses } from './borders.ts';
import type { Room } from './deps.ts';
import type { Inquiries } from './inquiries.ts';
import { type EarlyReceipt, type EarlyReceipts, headerFor } from './early-receipts.ts';
import { destinationOf, type NoteRow, noteComesBack, type NoteWays, queueNote } from './note-ways.ts';
import { precedenceOf, type CheckedReceipt, type Receipts } from './receipts.ts';
import type { DispatchTables } from './tables.ts';
import { borderTo, demandHops, hopToStation } from './ways.ts';

type Also = (tx: Transaction) => Promise<void>;

/** What a note for this station brought. */
interface Brought {
  readonly good: readonly CheckedReceipt[];
  readonly early: readonly EarlyReceipt[];
  readonly forged: number;
}

const NOTHING: Brought = { good: [], early: [], forged: 0 };

/** Room for the fields around the items. */
const AROUND_BYTES = 1_024;
const AGAIN_MS = 5_000;
/** Whoever writes a note picks its precedence, and what is urgent is offered again sooner: strangers' requests never are. */
const REQUEST_PRECEDENCE: Precedence = 'priority';
/** What cannot be judged or kept yet stays with the neighbour, which offers it again. */
const LATER: readonly RefusalCode[] = ['directory-unheard', 'requests-full', 'disk-full'];

export class Notes {
  readonly #room: Room;
  readonly #receipts: Receipts;
  readonly #early: EarlyReceipts;
  readonly #inquiries: Inquiries;
  readonly #ways: NoteWays;
  #sweeping = false;
  #again = false;

  constructor(room: Room, nouns: { readonly receipts: Receipts; readonly early: EarlyReceipts; readonly inquiries: Inquiries; readonly ways: NoteWays }) {
    this.#room = room;
    this.#receipts = nouns.receipts;
    this.#early = nouns.early;
    this.#inquiries = nouns.inquiries;
    this.#ways = nouns.ways;
  }

  /** Queues a note of directory entries towards the sequencer's station. @throws Refusal `no-route`, `disk-full` */
  async propose(to: string, entries: readonly Uint8Array[]): Promise<void> {
    const { freeBytes, limits } = this.#room;
    demandRoom(freeBytes(), entries.reduce((bytes, entry) => bytes + entry.length, 0), limits.floorBytes);
    await this.#room.tables.commit((tx) => this.send(tx, to, 'directory-proposal', 'priority', entries));
  }

  /**
   * Queues a note with the request of a new device, towards a station where a registrar works, in the caller's commit.
   * @returns false where there is no way now; what it is part of stands without it
   */
  async carryRequest(tx: Transaction, to: string, request: Uint8Array): Promise<boolean> {
    if (hopToStation(this.#room, to) === null) return false;
    await this.send(tx, to, 'device-request', REQUEST_PRECEDENCE, [request]);
    return true;
  }

  async examine(offered: OfferedItem): Promise<Verdict> {
    const note = this.#check(offered);
    const known = await this.#room.tables.read((db) => noteOf(db, offered.id));
    if (known !== undefined && !noteComesBack(known, offered)) return { verdict: 'held', receipts: [] };
    const destination = destinationOf(this.#room.view(), note);
    const peer = destination === this.#room.station ? null : this.#onward(note, destination, offered.from);
    if (known !== undefined) await this.#room.tables.read((db) => this.#ways.demandMayGoOn(db, known, offered, peer!));
    const { freeBytes, limits } = this.#room;
    demandRoom(freeBytes(), offered.head.length, limits.floorBytes);
    return { verdict: 'take', parts: [] };
  }

  async accept(offered: OfferedItem, also: Also): Promise<readonly []> {
    const note = this.#check(offered);
    const { id, head, hops, from } = offered;
    const destination = destinationOf(this.#room.view(), note);
    const isHere = destination === this.#room.station;
    const peer = isHere ? null : this.#onward(note, destination, from);
    const receipts = isHere ? await this.#open(note, from) : NOTHING;
    await this.#room.tables.commit(async (tx) => {
      const [{ precedence }, now] = [note, this.#room.clock.now()];
      const known = await noteOf(tx, id);
      if (known !== undefined && peer !== null && noteComesBack(known, offered)) await this.#ways.takeBack(tx, known, offered, peer);
      if (known === undefined) {
        await tx.insertInto('note').values({ id, bytes: isHere ? null : head, precedence, hops: hops + 1, taken: now, since: now, next: peer, refusal: null }).execute();
        if (peer !== null) await queueNote(this.#room, tx, { id, precedence }, peer);
        const unknown = await this.#takeIn(tx, receipts.good);
        if (isHere && note.kind === 'inquiry') await this.#inquiries.answer(tx, note, from);
        const tooMany = await this.#early.keep(tx, [...receipts.early, ...unknown], from);
        if (receipts.forged > 0) await this.#receipts.recordRefused(tx, id, 'receipt-forged', from);
        if (tooMany > 0) await this.#receipts.recordRefused(tx, id, 'receipt-not-kept', from);
      }
      await also(tx);
    });
    if (isHere && note.kind === 'inquiry') this.wake();
    return [];
  }

  async load({ id }: ItemName): Promise<OutgoingItem | null> {
    const row = await this.#room.tables.read((db) =>
      db.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirst());
    if (row === undefined || row.bytes === null) return null;
    return { head: row.bytes, parts: [], precedence: row.precedence, hops: row.hops, period: 0, owner: null };
  }

  /** The neighbour has it, or never will. The copy stays for a while: a neighbour that is restored asks for it again. */
  async delivered(_item: ItemName, also: Also): Promise<void> {
    await this.#room.tables.commit(also);
  }

  /** @returns whether it waits on for a way */
  async refused(item: ItemName, code: string, also: Parameters<Traffic['refused']>[3]): Promise<boolean> {
    return this.#room.tables.commit(async (tx) => {
      if ((await also(tx)) === false) return false;
      return this.#ways.refused(tx, item, code);
    });
  }

  /** Sends receipts home that are waiting, soon. */
  wake(): void {
    this.#again = true;
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#room.clock.after(this.#room.limits.gatherReceiptsMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        while (await this.sendHome()) { /* until nothing waits */ }
      }
    } catch (error) {
      if (this.#room.store.state !== 'closed') this.#room.onFault?.(error);
      if (this.#room.store.state === 'open') this.#room.clock.after(AGAIN_MS, () => this.wake());
    }
    this.#sweeping = false;
  }

  /** Puts waiting receipts of one destination and precedence into one note. @returns whether there were any */
  async sendHome(): Promise<boolean> {
    const destinations = await this.#room.tables.read((db) => db.selectFrom('receipt')
      .select(['homeward', 'precedence']).where('homeward', 'is not', null).distinct().execute());
    let sent = false;
    for (const { homeward, precedence } of destinations) {
      if (homeward === null || hopToStation(this.#room, homeward) === null) continue;
      await this.#room.tables.commit((tx) => this.#sendOne(tx, homeward, precedence));
      sent = true;
    }
    return sent;
  }

  async #sendOne(tx: Transaction, homeward: string, precedence: Precedence): Promise<void> {
    const db = this.#room.tables.in(tx);
    const rows = await db.selectFrom('receipt').selectAll()
      .where('homeward', '=', homeward).where('precedence', '=', precedence).orderBy('time').limit(LIMITS.receiptsPerNote).execute();
    const items: Uint8Array[] = [];
    let bytes = AROUND_BYTES;
    for (const row of rows) {
      bytes += row.bytes.length + 8;
      if (items.length > 0 && bytes > LIMITS.noteBytes) break;
      items.push(row.bytes);
      await db.updateTable('receipt').set({ homeward: null })
        .where('dispatch', '=', row.dispatch).where('kind', '=', row.kind).where('sealing', '=', row.sealing)
        .where('office', '=', row.office).where('station', '=', row.station).execute();
    }
    if (items.length > 0) await this.send(tx, homeward, 'receipts', precedence, items);
  }

  /** Queues a note in the caller's transaction. @throws Refusal `no-route` */
  async send(tx: Transaction, to: string, kind: Note['kind'], precedence: Precedence, items: readonly Uint8Array[]): Promise<void> {
    const { station, clock, random, provider } = this.#room;
    const view = this.#room.view();
    const peer = hopToStation(this.#room, to);
    if (peer === null) throw new Refusal('no-route', { station: to });
    const destination = named(view, to);
    const bytes = noteCodec.encode({
      version: 1, kind, organisation: view.organisation.id, from: station, to: destination.office, created: clock.now(),
      precedence, hopLimit: LIMITS.hopLimit, salt: random.bytes(16), items: [...items],
      ...(isOwn(view, destination) ? {} : { toOrganisation: destination.organisation }),
    });
    const id = provider.hash.sha256(bytes);
    await this.#room.tables.in(tx).insertInto('note').values({ id, bytes, precedence, hops: 0, taken: clock.now(), since: clock.now(), next: peer, refusal: null }).execute();
    await queueNote(this.#room, tx, { id, precedence }, peer);
  }

  /** @throws DecodeError; Refusal `header-forged`, `organisation-unknown`, `agreement-missing`, `station-unknown`, `hop-limit-reached` */
  #check({ head, id, hops }: OfferedItem): Note {
    const note = noteCodec.decode(head);
    if (!equal(this.#room.provider.hash.sha256(head), id)) throw new Refusal('header-forged', { field: 'id' });
    this.#demandAddressed(note);
    if (note.kind === 'device-request' && note.precedence !== REQUEST_PRECEDENCE) throw new Refusal('header-forged', { field: 'precedence' });
    if (note.kind === 'device-request' && this.#isOfOurselves(note)) throw new Refusal('header-forged', { field: 'from' });
    demandHops(this.#room, hops, note.hopLimit, [{ organisation: note.toOrganisation ?? note.organisation, station: note.to }]);
    return note;
  }

  /** For us, and said to be from us: no station writes to itself. */
  #isOfOurselves({ organisation, from, to, toOrganisation }: Note): boolean {
    const { view, station } = this.#room;
    return isOwn(view(), { organisation }) && toOrganisation === undefined && from === station && to === station;
  }

  /** Between stations of ours, to another organisation or from it; what comes over a border was asked more (borders.ts). */
  #demandAddressed(note: Note): void {
    const view = this.#room.view();
    const { organisation, toOrganisation } = note;
    if (toOrganisation !== undefined && equal(toOrganisation, organisation)) throw new Refusal('header-forged', { field: 'toOrganisation' });
    const isToUs = equal(toOrganisation ?? organisation, view.organisation.id);
    const other = isToUs ? organisation : toOrganisation ?? organisation;
    const isBetweenUs = isOwn(view, { organisation }) || isToUs;
    const isKnown = isOwn(view, { organisation: other }) || view.agreements().some((one) => equal(one.organisation, other));
    if (!isBetweenUs || !isKnown) throw new Refusal('organisation-unknown');
    if (isToUs && view.station(note.to) === null) throw new Refusal('station-unknown', { station: note.to });
  }

  /** The next neighbour. What leaves the organisation is looked at once more. */
  #onward(note: Note, destination: string, from: string): string {
    const peer = hopToStation(this.#room, destination);
    if (peer === null || peer === from) throw new Refusal('no-route', { station: note.to });
    const border = borderTo(this.#room, peer);
    if (border !== null) demandNoteCrosses(this.#room, border, note);
    return peer;
  }

  /** Reads a note that is for this station. What is for the people room goes there before the note is acknowledged. */
  async #open(note: Note, from: string): Promise<Brought> {
    if (note.kind === 'receipts') return this.#checkAll(note.items);
    if (note.kind === 'inquiry') return NOTHING;
    try {
      await (note.kind === 'device-request' ? this.#room.takeRequests(note.items, from, note.from) : this.#room.propose(note.items, from));
    } catch (error) {
      const isLater = error instanceof Refusal && LATER.includes(error.code);
      if (isLater || !(error instanceof Refusal || error instanceof DecodeError)) throw error;
      this.#room.onFault?.(error);
    }
    return NOTHING;
  }

  async #checkAll(items: readonly Uint8Array[]): Promise<Brought> {
    const good: CheckedReceipt[] = [];
    const early: EarlyReceipt[] = [];
    for (const item of items) {
      const judged = await this.#early.judge(item);
      if (judged === null) continue;
      if ('good' in judged) good.push(judged.good);
      else early.push(judged.early);
    }
    return { good, early, forged: items.length - good.length - early.length };
  }

  /** Receipts of dispatches that were accepted here. @returns those of others */
  async #takeIn(tx: Transaction, receipts: readonly CheckedReceipt[]): Promise<EarlyReceipt[]> {
    const unknown: EarlyReceipt[] = [];
    for (const receipt of receipts) {
      const { statement: { dispatch, kind }, office, bytes } = receipt;
      const header = await headerFor(this.#room, tx, dispatch, office);
      if (header === null) unknown.push({ dispatch, kind, office, bytes });
      else await this.#receipts.takeIn(tx, receipt, null, precedenceOf(this.#room.view(), header, [office]));
    }
    return unknown;
  }
}

function noteOf(db: Db<DispatchTables>, id: Uint8Array): Promise<NoteRow | undefined> {
  return db.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirst();
}
