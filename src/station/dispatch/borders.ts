/**
 * Where our organisation meets another: what an agreement that counts now lets over, either way, and what of a receipt the
 * other side is told. The exchange station asks when it takes over and again before it offers; nobody further in asks.
 * Source: docs/protocol/federation.md §Over the border.
 */

import { equal } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { agreementWith } from '#model/agreements.ts';
import { demandCrossings, isOwn } from '#model/directories.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { officeName } from '#model/foreign-names.ts';
import type { Transaction } from '#station/kernel/store.ts';
import { envelope as envelopeCodec, type Header, header as headerCodec } from '#wire/envelope.ts';
import { type Note, note as noteCodec, receipt as receiptCodec, receiptStatement, type ReceiptStatement } from '#wire/receipt.ts';
import type { ItemName, OfferedItem } from '../links/index.ts';
import type { Room } from './deps.ts';
import type { Holding } from './holding.ts';
import { homeOf } from './receipts.ts';
import { mayPass } from './retry.ts';
import { borderTo } from './ways.ts';

const AT_ONCE = 256;

type Seen = Pick<Room, 'view' | 'peers' | 'clock'>;

/** @param names recipients whose stanzas cross @throws Refusal as demandCrossings */
export function demandCrossing(room: Seen, header: Header, names: readonly string[]): void {
  const view = room.view();
  const to = header.to.filter(({ office }) => names.includes(officeName(view, office)));
  demandCrossings(view, room.peers(), { ...header, to }, room.clock.now());
}

/**
 * Everything that is asked of what a peer's exchange station offers, before anything of it is looked at closely: a dispatch of
 * its own organisation that may cross now to each office of ours, or receipts for a station of ours.
 * @throws DecodeError; Refusal `not-entitled` for a note that is no receipts, `organisation-unknown` for what is another
 *   organisation's than the peer's or not for us, and those of demandCrossings and demandNoteCrosses
 */
export function demandMayEnter(room: Seen, offered: Pick<OfferedItem, 'beyond' | 'from' | 'kind' | 'head'>): void {
  const beyond = beyondOf(room, offered);
  if (beyond === null) return;
  if (offered.kind === 'note') return demandNoteEnters(room, beyond, noteCodec.decode(offered.head));
  const header = headerCodec.decode(envelopeCodec.decode(offered.head).header);
  if (!equal(header.from.organisation, beyond)) throw new Refusal('organisation-unknown');
  demandCrossings(room.view(), room.peers(), header, room.clock.now());
}

/** The organisation from over whose border it comes. A link says so too when its agreement has just ended. */
function beyondOf(room: Pick<Room, 'view'>, { beyond, from }: Pick<OfferedItem, 'beyond' | 'from'>): Uint8Array | null {
  return beyond ?? borderTo(room, from)?.organisation ?? null;
}

function demandNoteEnters(room: Seen, beyond: Uint8Array, note: Note): void {
  // Entries for our directory are proposed by ours.
  if (note.kind !== 'receipts') throw new Refusal('not-entitled', { act: 'propose' });
  const isToUs = isOwn(room.view(), { organisation: note.toOrganisation ?? note.organisation });
  if (!isToUs || !equal(note.organisation, beyond)) throw new Refusal('organisation-unknown');
  demandNoteCrosses(room, { organisation: beyond }, note);
}

/**
 * What a note over the border may be: receipts of the writer's own offices, and no word of custody, which stays inside.
 * @throws DecodeError; Refusal `agreement-missing`, `header-forged`
 */
export function demandNoteCrosses(room: Pick<Room, 'view' | 'clock'>, { organisation: peer }: Pick<AgreementRecord, 'organisation'>, note: Note): void {
  if (agreementWith(room.view(), peer, room.clock.now()) === null) throw new Refusal('agreement-missing', { reason: 'ours' });
  if (note.kind !== 'receipts') throw new Refusal('header-forged', { field: 'kind' });
  for (const item of note.items) {
    const { kind, office } = receiptStatement.decode(receiptCodec.decode(item).statement);
    if (!equal(office.organisation, note.organisation) || kind === 'custody') throw new Refusal('header-forged', { field: 'items' });
  }
}

/**
 * The station to which a receipt still goes; null where it is home, or is none of the other organisation's business: who
 * carries its dispatches among us, and what a station says that it was never shown.
 */
export function homewardOf(
  room: Pick<Room, 'view' | 'station'>, header: Header, { kind, station }: Pick<ReceiptStatement, 'kind' | 'station'>,
): string | null {
  const home = homeOf(room, header);
  const view = room.view();
  if (home === null || isOwn(view, header.from)) return home;
  const isInside = kind === 'custody' || (kind === 'dropped' && !isShown(view, header.from.organisation, station));
  return isInside ? null : home;
}

/** Which station a receipt may name as the one that the copy came from: over a border by the other's own code, behind it none. */
export function previousHopOf(view: DirectoryView, header: Header, previous: string | null): string | null {
  if (previous === null || isOwn(view, header.from)) return previous;
  return view.agreement(previous)?.peerStation ?? null;
}

/** Exchange stations, and homes of the offices that take part. */
function isShown(view: DirectoryView, organisation: Uint8Array, station: string): boolean {
  return view.agreements().filter((one) => equal(one.organisation, organisation))
    .some((one) => one.station === station || one.offices.some((office) => view.office(office)?.station === station));
}

type Refused = (item: ItemName, peer: string, code: string, also: (tx: Transaction) => Promise<boolean>) => Promise<void>;

/** What waits at a border and may not cross it any more is taken off, as if the peer had refused it. */
export class Borders {
  readonly #room: Room;
  readonly #holding: Holding;
  readonly #refused: Refused;

  /** @param refused the custody's own, that keeps or drops what a neighbour refused */
  constructor(room: Room, holding: Holding, refused: Refused) {
    this.#room = room;
    this.#holding = holding;
    this.#refused = refused;
  }

  /** @returns how many dispatches were taken off */
  async sweep(): Promise<number> {
    const { outbox } = this.#room;
    let stopped = 0;
    for (const peer of await outbox.peers()) {
      if (borderTo(this.#room, peer) === null) continue;
      for (let after = 0; ;) {
        const copies = await outbox.waitingFor(peer, after, AT_ONCE);
        if (copies.length === 0) break;
        after = copies.at(-1)!.position;
        for (const copy of copies) if (!(await this.mayOffer(copy, peer))) stopped += 1;
      }
    }
    return stopped;
  }

  /** Whether a neighbour may be offered it now; what may not cross is no longer queued then. A note waits on. */
  async mayOffer(item: ItemName, peer: string): Promise<boolean> {
    if (item.kind === 'note' || borderTo(this.#room, peer) === null) return true;
    const code = await this.#refusal(item, peer);
    if (code === null) return true;
    await this.#refused(item, peer, code, async (tx) => {
      return (await this.#room.outbox.withdraw(tx, item, peer, true, code)) !== null;
    });
    return false;
  }

  async #refusal({ id, sealing }: ItemName, peer: string): Promise<RefusalCode | null> {
    const [head, stanzas] = await this.#room.tables.read(async (db) =>
      [await this.#holding.head(db, id, sealing), await this.#holding.stanzas(db, id, sealing)] as const);
    if (head === null) return null;
    try {
      demandCrossing(this.#room, head.header, stanzas.filter(({ next }) => next === peer).map(({ office }) => office));
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // What hangs on what we know so far may be known when it is offered: then the peer says.
      return mayPass(error.code) ? null : error.code;
    }
  }
}
