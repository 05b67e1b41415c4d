/**
 * What every hop checks of an envelope before it wants any part. Source: docs/protocol/envelope.md, last paragraphs.
 */

import { equal, hex } from '#core/bytes.ts';
import { leafHash, verifyInclusion } from '#core/merkle.ts';
import { Recent } from '#core/recent.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import {
  envelope as envelopeCodec, header as headerCodec, sealingStatement, stanza as stanzaCodec,
  type Envelope, type Header, type PlacedStanza, type SealingStatement, type StanzaKey,
} from '#wire/envelope.ts';
import { verifySignature } from '#wire/sign.ts';
import type { Room } from './deps.ts';

export interface HeldStanza {
  readonly placed: PlacedStanza;
  readonly key: StanzaKey;
}

/** An envelope's head of which everything is in order, apart from where it goes and whether it is late. */
export interface CheckedHead {
  readonly id: Uint8Array;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly envelope: Envelope;
  readonly statement: SealingStatement;
  readonly stanzas: readonly HeldStanza[];
}

type Seen = Pick<Room, 'provider' | 'verified' | 'view'>;

/** Remembers heads already checked, so that examining and accepting one costs one check. */
export class HeadChecker {
  readonly #room: Seen;
  readonly #checked = new Recent<CheckedHead>(512);

  constructor(room: Seen) {
    this.#room = room;
  }

  /** @throws DecodeError; Refusal `header-forged`, `suite-refused`, `signature-wrong`, `organisation-unknown` */
  async check(bytes: Uint8Array): Promise<CheckedHead> {
    const view = this.#room.view();
    const memory = `${view.point.size} ${hex(this.#room.provider.hash.sha256(bytes))}`;
    return this.#checked.get(memory) ?? this.#checked.keep(memory, await checkHead(this.#room, view, bytes));
  }
}

async function checkHead(room: Seen, view: DirectoryView, bytes: Uint8Array): Promise<CheckedHead> {
  const { hash } = room.provider;
  const envelope = envelopeCodec.decode(bytes);
  const header = headerCodec.decode(envelope.header);
  const statement = sealingStatement.decode(envelope.sealing.statement);
  const id = hash.sha256(envelope.header);
  checkHeader(room, view, header);
  if (!equal(statement.dispatch, id)) throw forged('dispatch');
  if (statement.station !== header.station) throw forged('station');
  if (statement.stanzas !== header.to.length + 1) throw forged('stanzas');
  if (statement.bodySize !== envelope.body.length || !equal(statement.bodyDigest, hash.sha256(envelope.body))) {
    throw forged('body');
  }
  const stanzas = envelope.stanzas.map((placed) => checkStanza(room, header, statement, placed));
  if (new Set(stanzas.map(({ placed }) => placed.index)).size !== stanzas.length) throw forged('stanza');
  await checkSealing(room, view, header, envelope);
  return { id, header, headerBytes: envelope.header, envelope, statement, stanzas };
}

/** What the header says by itself and by the directory. @throws Refusal */
export function checkHeader(room: Pick<Seen, 'provider'>, view: DirectoryView, header: Header): void {
  const { suites, id } = view.organisation;
  if (header.suite !== room.provider.suite || !suites.includes(header.suite)) {
    throw new Refusal('suite-refused', { suite: header.suite });
  }
  const offices = [header.from, ...header.to.map(({ office }) => office)];
  if (offices.some((one) => !equal(one.organisation, id))) throw new Refusal('organisation-unknown');
  if (new Set(offices.map(({ office }) => office)).size !== offices.length) throw forged('to');
}

function checkStanza(room: Seen, header: Header, statement: SealingStatement, placed: PlacedStanza): HeldStanza {
  const { hash } = room.provider;
  const { key } = stanzaCodec.decode(placed.stanza);
  const office = placed.index === 0 ? header.from : header.to[placed.index - 1]?.office;
  const isOwn = office?.office === key.office.office && equal(office.organisation, key.office.organisation);
  if (!isOwn || key.sealing !== statement.number) throw forged('stanza');
  const leaf = leafHash(hash, placed.stanza);
  if (!verifyInclusion(hash, placed.index, statement.stanzas, leaf, placed.path, statement.stanzaRoot)) {
    throw forged('stanza');
  }
  return { placed, key };
}

/** The origin station's signature, and that the origin office lives there. */
async function checkSealing(room: Seen, view: DirectoryView, header: Header, { sealing }: Envelope): Promise<void> {
  const origin = view.station(header.station);
  const office = view.office(header.from.office);
  if (origin === null) throw new Refusal('station-unknown', { station: header.station });
  if (office === null || office.station !== header.station) throw forged('from');
  const { statement, signature } = sealing;
  const good = await verifySignature(room.provider, origin.verifier, 'sealing', statement, signature, room.verified);
  if (!good) throw new Refusal('signature-wrong', { purpose: 'sealing' });
}

export function forged(field: string): Refusal {
  return new Refusal('header-forged', { field });
}
