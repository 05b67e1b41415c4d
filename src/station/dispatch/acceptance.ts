/**
 * Acceptance: a device submits what it sealed; the station checks it, signs the sealing, makes everything durable in
 * one commit and only then says *accepted*. From there on exactly one delivery per office or a signed outcome is its
 * duty. Source: docs/protocol/envelope.md, last paragraph.
 */

import { equal, fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { assert, Refusal } from '#core/refusals.ts';
import { demandFresh } from '#model/core-age.ts';
import { demandStandIns } from '#model/stand-ins.ts';
import { demandCrossings, directoryOf, isOwn } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { checkHeader, sameOffice } from '#model/envelope-head.ts';
import { officeName } from '#model/foreign-names.ts';
import {
  header as headerCodec, sealingStatement, stanza as stanzaCodec, submission as submissionCodec,
  type Header, type StanzaKey,
} from '#wire/envelope.ts';
import type { Precedence, RegisterNumber } from '#wire/names.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import type { Room } from './deps.ts';
import type { Drafts } from './drafts.ts';
import type { EarlyReceipts } from './early-receipts.ts';
import { record } from './events.ts';
import type { Holding, NewHolding, NewStanza } from './holding.ts';
import { firstAsked } from './inquiries.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import { demand, type Caller } from './policy.ts';
import { demandQuota, type Size } from './quota.ts';
import { precedenceOf, type CheckedReceipt, type Receipts } from './receipts.ts';
import { mayBeForgotten } from './twice.ts';
import { demandWay } from './ways.ts';

export interface SubmissionRequest {
  readonly draft: string | null;
  readonly office: string;
  readonly number: RegisterNumber;
  /** Base64url of an encoded Submission. */
  readonly submission: string;
}

export interface Accepted {
  readonly dispatch: string;
  readonly accepted: Instant;
  readonly ledger: number;
}

const X_WING = 0x647a;

interface Nouns {
  readonly parts: Parts;
  readonly drafts: Drafts;
  readonly numbers: Numbers;
  readonly receipts: Receipts;
  readonly holding: Holding;
  readonly early: Pick<EarlyReceipts, 'about'>;
}

/** A submission of which everything is in order. */
interface Sound {
  readonly caller: Caller;
  readonly request: SubmissionRequest;
  readonly digest: Uint8Array;
  readonly holding: NewHolding;
  readonly stanzas: readonly NewStanza[];
  readonly size: Size;
  /** It may have been accepted before, in an incarnation that ended. */
  readonly again: boolean;
}

export class Acceptance {
  readonly #room: Room;
  readonly #nouns: Nouns;

  constructor(room: Room, nouns: Nouns) {
    this.#room = room;
    this.#nouns = nouns;
  }

  /**
   * Takes a dispatch over. The same submission again gets the same answer.
   * @throws DecodeError; Refusal `not-entitled`, `office-unknown`, `precedence-not-permitted`, `header-forged`,
   *   `header-differs`, `suite-refused`, `date-out-of-range`, `dispatch-expired`, `recipient-key-missing`, `no-route`, `organisation-unknown`, `agreement-missing`, `office-not-agreed`,
   *   `alternate-ended`, `part-unknown`, `part-incomplete`, `step-out-of-order`, `dispatch-replayed`, `disk-full`, `office-quota`
   */
  async accept(caller: Caller, request: SubmissionRequest): Promise<Accepted> {
    const { tables, provider } = this.#room;
    demand(this.#room, caller, 'send', request.office);
    const bytes = bytesOf(request.submission);
    const submission = submissionCodec.decode(bytes);
    const id = provider.hash.sha256(submission.header);
    const digest = provider.hash.sha256(bytes);
    const before = await this.#acceptedBefore(id, digest);
    if (before !== null) return before;
    const header = this.#checkHeader(caller, request, submission.header);
    const stanzas = this.#placeStanzas(header, submission.stanzas);
    if (header.parts.length > 0) await tables.read((db) => this.#nouns.parts.demandComplete(db, request.office, header.parts));
    this.#demandRoom(bytes.length);
    const size = { precedence: this.#precedence(header), bytes: bytes.length + header.parts.reduce((sum, part) => sum + part.size, 0) };
    // Before anything is signed; and again where it counts, for others may have been taken by then.
    await tables.read((db) => demandQuota(this.#room, db, request.office, size));
    const again = await this.#mayBeAgain(header, request);
    const seal = await this.#seal(id, header, submission, stanzas, again);
    const holding = { id, sealing: 0, header, headerBytes: submission.header, seal, body: submission.body };
    const accepted = await this.#commit({ caller, request, digest, holding, stanzas, size, again });
    // Nobody waits for these: it is accepted, whatever becomes of them, and the next start judges them too.
    this.#nouns.early.about(id).catch((error: unknown) => this.#room.onFault?.(error));
    return accepted;
  }

  async #acceptedBefore(id: Uint8Array, digest: Uint8Array): Promise<Accepted | null> {
    const row = await this.#room.tables.read((db) =>
      db.selectFrom('outgoing').select(['accepted', 'ledger', 'submission']).where('id', '=', id).executeTakeFirst());
    if (row === undefined) return null;
    if (!equal(row.submission, digest)) throw new Refusal('dispatch-replayed', { dispatch: hex(id) });
    return { dispatch: hex(id), accepted: row.accepted, ledger: row.ledger };
  }

  #checkHeader(caller: Caller, { office }: SubmissionRequest, bytes: Uint8Array): Header {
    const { clock, station, peers, provider } = this.#room;
    const [header, view, now] = [headerCodec.decode(bytes), this.#room.view(), clock.now()];
    checkHeader(provider, view, header, peers());
    // Each part has a key of its own: the same file twice has two roots. Elsewhere such a header passes, for one may be on its way.
    if (new Set(header.parts.map(({ root }) => hex(root))).size !== header.parts.length) throw forged('parts');
    if (header.from.office !== office || !isOwn(view, header.from)) throw new Refusal('header-differs', { field: 'from' });
    if (header.station !== station) throw new Refusal('header-differs', { field: 'station' });
    demandFresh(header.created, now);
    if (header.expires !== undefined && header.expires <= now) throw new Refusal('dispatch-expired');
    demandCrossings(view, peers(), header, now);
    demandStandIns({ view, peers: peers() }, header);
    for (const { office: to } of header.to) {
      if (directoryOf(view, peers(), to.organisation).office(to.office)?.endedBy !== null) throw new Refusal('office-unknown', { office: to.office });
      demandWay(this.#room, to);
    }
    if (header.to.some(({ precedence }) => precedence === 'flash')) demand(this.#room, caller, 'give flash', office);
    return header;
  }

  /** One stanza for the origin office, then one for each recipient, in the header's order. */
  #placeStanzas(header: Header, stanzas: readonly Uint8Array[]): NewStanza[] {
    const { hash } = this.#room.provider;
    if (stanzas.length !== header.to.length + 1) throw forged('stanzas');
    const paths = inclusionProofs(hash, stanzas.map((stanza) => leafHash(hash, stanza)));
    const view = this.#room.view();
    return stanzas.map((stanza, position) => {
      const { key, kem } = stanzaCodec.decode(stanza);
      if (kem !== X_WING) throw new Refusal('suite-refused', { kem });
      checkStanzaKey(directoryOf(view, this.#room.peers(), key.office.organisation), header, key, position);
      const next = position === 0 ? null : demandWay(this.#room, key.office);
      return { position, key, stanza, path: paths[position]!, hops: 0, previous: null, next };
    });
  }

  /** Not where its draft was given its number since: what the ended incarnation accepted bears one of that time. */
  async #mayBeAgain({ created }: Header, { office, number, draft }: SubmissionRequest): Promise<boolean> {
    const { restored = null, tables } = this.#room;
    if (restored === null || !mayBeForgotten(this.#room, created)) return false;
    return draft === null || !(await tables.read((db) => this.#nouns.numbers.isGivenSince(db, office, number, restored)));
  }

  #seal(id: Uint8Array, header: Header, { body }: { body: Uint8Array }, stanzas: readonly NewStanza[], again: boolean) {
    const { hash } = this.#room.provider;
    const statement = sealingStatement.encode({
      version: 1, dispatch: id, number: 0, station: header.station, stanzas: stanzas.length,
      stanzaRoot: treeRoot(hash, stanzas.map(({ stanza }) => leafHash(hash, stanza))),
      bodyDigest: hash.sha256(body), bodySize: body.length, time: this.#room.clock.now(),
      ...(again && { again: true }),
    });
    return this.#room.signing.sign('sealing', statement);
  }

  async #commit(sound: Sound): Promise<Accepted> {
    const { holding: { id }, digest } = sound;
    const arrivals = await this.#nouns.receipts.makeArrivals({ id, sealing: 0 }, sound.stanzas);
    return this.#room.tables.commit(async (tx) => {
      const raced = await tx.selectFrom('outgoing').select(['accepted', 'ledger', 'submission']).where('id', '=', id).executeTakeFirst();
      if (raced !== undefined) {
        if (!equal(raced.submission, digest)) throw new Refusal('dispatch-replayed', { dispatch: hex(id) });
        return { dispatch: hex(id), accepted: raced.accepted, ledger: raced.ledger };
      }
      return this.#write(tx, sound, arrivals);
    });
  }

  async #write(tx: Parameters<Numbers['use']>[0], sound: Sound, arrivals: readonly CheckedReceipt[]): Promise<Accepted> {
    const { caller, request: { office, number, draft }, digest, holding, stanzas, size, again } = sound;
    const { id, header } = holding;
    await demandQuota(this.#room, tx, office, size);
    const draftId = draft === null ? null : fromHex(draft)!;
    await this.#nouns.numbers.use(tx, office, number, draftId, id);
    if (draftId !== null) await this.#nouns.drafts.send(tx, draftId, office, id, caller);
    await this.#nouns.holding.keep(tx, holding);
    await this.#nouns.holding.keepStanzas(tx, id, 0, stanzas);
    const accepted = this.#room.clock.now();
    const ledger = await this.#recordAccepted(tx, sound);
    await tx.insertInto('outgoing').values({
      id, office, series: number.series, number: number.number, accepted, ledger, submission: digest, expires: header.expires ?? null,
      asked: 0, asked_at: null, ask_next: firstAsked(header, accepted),
    }).execute();
    const recipients = header.to.map((to) => ({ id, office: officeName(this.#room.view(), to.office), outcome: null, refusal: null }));
    await tx.insertInto('outgoing_recipient').values(recipients).execute();
    await this.#nouns.receipts.arrive(tx, header, arrivals, again);
    await this.#nouns.holding.enqueue(tx, holding, stanzas);
    return { dispatch: hex(id), accepted, ledger };
  }

  #recordAccepted(tx: Parameters<Numbers['use']>[0], { caller, request, holding }: Sound): Promise<number> {
    const { id, header, headerBytes, body, seal } = holding;
    const bytes = headerBytes.length + body.length + header.parts.reduce((sum, { size }) => sum + size, 0);
    const fields = {
      office: header.from, number: request.number, precedence: this.#precedence(header),
      bytes, exercise: header.exercise, digest: this.#room.provider.hash.sha256(seal.statement),
    };
    return record(this.#room, tx, { kind: 'accepted', subject: id, fields, person: caller.person });
  }

  #precedence(header: Header): Precedence {
    const view = this.#room.view();
    return precedenceOf(view, header, header.to.map((to) => officeName(view, to.office)));
  }

  #demandRoom(bytes: number): void {
    demandRoom(this.#room.freeBytes(), bytes, this.#room.limits.floorBytes);
  }
}

/** A stanza is for its office's key: storage for the origin, a period's transport key for the others. */
function checkStanzaKey(view: DirectoryView, header: Header, key: StanzaKey, position: number): void {
  const office = position === 0 ? header.from : header.to[position - 1]?.office;
  assert(office !== undefined, 'there are as many stanzas as offices');
  if (!sameOffice(key.office, office) || key.sealing !== 0) throw forged('stanza');
  if (key.purpose !== (position === 0 ? 'storage' : 'transport')) throw forged('stanza');
  // Stop-use reaches every station with the directory: what is sealed to a key that was ended is sealed again.
  const isKnown = view.officeKeys(office.office, key.purpose).some(({ number, endedBy }) => number === key.number && endedBy === null);
  if (!isKnown) throw new Refusal('recipient-key-missing', { office: office.office });
}

function forged(field: string): Refusal {
  return new Refusal('header-forged', { field });
}
