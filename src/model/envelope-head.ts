/**
 * What everyone checks of an envelope's head, hop or recipient, without opening anything.
 * Source: docs/protocol/envelope.md, last paragraphs.
 */

import { equal } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { leafHash, verifyInclusion } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { demandActed, type Evidence, type Judging } from '#model/acting.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import {
  type Envelope, envelope as envelopeCodec, type Header, header as headerCodec, type PlacedStanza, type SealingStatement,
  sealingStatement, stanza as stanzaCodec, type StanzaKey,
} from '#wire/envelope.ts';
import type { OfficeRef } from '#wire/names.ts';
import type { VerifiedRoots } from '#wire/sign.ts';

export interface HeldStanza {
  readonly placed: PlacedStanza;
  readonly key: StanzaKey;
}

/** A head of which everything is in order, apart from where it goes and whether it is late. */
export interface EnvelopeHead {
  /** Dispatch id. */
  readonly id: Uint8Array;
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly envelope: Envelope;
  readonly sealing: SealingStatement;
  readonly stanzas: readonly HeldStanza[];
  /** Of the origin station's signature. */
  readonly evidence: Evidence;
}

export interface HeadOptions {
  readonly verified?: VerifiedRoots;
  readonly witnessedAt?: number | null;
}

/**
 * @throws DecodeError; Refusal `suite-refused`, `organisation-unknown`, `header-forged` (field), `station-unknown`,
 *   `signature-wrong`, `not-entitled` (the station's keys had ended)
 */
export async function checkEnvelopeHead(
  provider: CryptoProvider, view: DirectoryView, envelopeBytes: Uint8Array, options: HeadOptions = {},
): Promise<EnvelopeHead> {
  const envelope = envelopeCodec.decode(envelopeBytes);
  const header = headerCodec.decode(envelope.header);
  const sealing = sealingStatement.decode(envelope.sealing.statement);
  const id = provider.hash.sha256(envelope.header);
  checkHeader(provider, view, header);
  checkSealing(provider, id, header, sealing, envelope);
  const stanzas = envelope.stanzas.map((placed) => checkStanza(provider, header, sealing, placed));
  if (new Set(stanzas.map(({ placed }) => placed.index)).size !== stanzas.length) throw forged('stanzas');
  const evidence = await checkOrigin({ provider, view, ...options }, header, sealing, envelope);
  return { id, header, headerBytes: envelope.header, envelope, sealing, stanzas, evidence };
}

/** What a header says by itself and by the directory. */
export function checkHeader({ suite }: Pick<CryptoProvider, 'suite'>, view: DirectoryView, header: Header): void {
  const { suites, id } = view.organisation;
  if (header.suite !== suite || !suites.includes(header.suite)) throw new Refusal('suite-refused', { suite: header.suite });
  const offices = [header.from, ...header.to.map(({ office }) => office)];
  if (offices.some(({ organisation }) => !equal(organisation, id))) throw new Refusal('organisation-unknown');
  if (new Set(offices.map(({ office }) => office)).size !== offices.length) throw forged('to');
}

function checkSealing(
  { hash }: CryptoProvider, id: Uint8Array, header: Header, sealing: SealingStatement, { body }: Envelope,
): void {
  if (!equal(sealing.dispatch, id)) throw forged('dispatch');
  if (sealing.station !== header.station) throw forged('station');
  if (sealing.stanzas !== header.to.length + 1) throw forged('stanzas');
  if (sealing.bodySize !== body.length || !equal(sealing.bodyDigest, hash.sha256(body))) throw forged('body');
}

function checkStanza({ hash }: CryptoProvider, header: Header, sealing: SealingStatement, placed: PlacedStanza): HeldStanza {
  const { key } = stanzaCodec.decode(placed.stanza);
  const office = placed.index === 0 ? header.from : header.to[placed.index - 1]?.office;
  if (office === undefined || !sameOffice(office, key.office) || key.sealing !== sealing.number) throw forged('stanza');
  const leaf = leafHash(hash, placed.stanza);
  const stands = verifyInclusion(hash, placed.index, sealing.stanzas, leaf, placed.path, sealing.stanzaRoot);
  if (!stands) throw forged('stanza');
  return { placed, key };
}

/** The origin office lived at the origin station when it was sealed, and that station signed. */
async function checkOrigin(judging: Judging, header: Header, sealing: SealingStatement, envelope: Envelope): Promise<Evidence> {
  const { view } = judging;
  if (view.station(header.station) === null) throw new Refusal('station-unknown', { station: header.station });
  if (!view.livesAt(header.from.office, header.station, sealing.time)) throw forged('from');
  const { identity, evidence } = await demandActed(judging, envelope.sealing, 'sealing', sealing.time, 'signature-wrong');
  const isOrigin = identity.kind === 'station' && identity.station === header.station;
  if (!isOrigin) throw new Refusal('signature-wrong', { purpose: 'sealing', reason: 'signer' });
  return evidence;
}

export function sameOffice(one: OfficeRef, other: OfficeRef): boolean {
  return one.office === other.office && equal(one.organisation, other.organisation);
}

function forged(field: string): Refusal {
  return new Refusal('header-forged', { field });
}
