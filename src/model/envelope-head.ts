/**
 * What everyone checks of an envelope's head, hop or recipient, without opening anything.
 * Source: docs/protocol/envelope.md, last paragraphs.
 */

import { equal, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { leafHash, verifyInclusion } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import type { Evidence, Judging } from '#model/acting.ts';
import { directoryOf, isOwn, type Peers } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { checkStandIns } from '#model/stand-ins.ts';
import { checkReseal, demandOriginSigned, sameOffice, type VerifiedReseal } from '#model/resealing.ts';
import {
  type Envelope, envelope as envelopeCodec, type Header, header as headerCodec, type PlacedStanza, type SealingStatement,
  sealingStatement, stanza as stanzaCodec, type StanzaKey,
} from '#wire/envelope.ts';
import type { VerifiedRoots } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';

export { sameOffice } from '#model/resealing.ts';

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
  /** The first sealing, which says when the origin station took the dispatch over: the same where it was sealed once. */
  readonly first: SealingStatement;
  readonly stanzas: readonly HeldStanza[];
  /** Of the origin station's signature. */
  readonly evidence: Evidence;
  /** Of the origin office's word that it sealed the dispatch again; null for the first sealing. */
  readonly reseal: VerifiedReseal | null;
}

export interface HeadOptions {
  readonly verified?: VerifiedRoots;
  readonly witnessedAt?: number | null;
  /** Directories of other organisations; without them every office must be of the own. */
  readonly peers?: Peers | undefined;
}

/**
 * @param view the own directory
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
  const origin = checkHeader(provider, view, header, options.peers);
  checkSealing(provider, id, header, sealing, envelope);
  const first = firstOf(provider, id, header, sealing, envelope);
  const stanzas = envelope.stanzas.map((placed) => checkStanza(provider, header, sealing, placed));
  if (new Set(stanzas.map(({ placed }) => placed.index)).size !== stanzas.length) throw forged('stanzas');
  const judging = { provider, ...options, view: origin };
  const evidence = await checkOrigin(judging, header, first, envelope.resealed?.first ?? envelope.sealing);
  const reseal = envelope.resealed === undefined ? null : await checkReseal(judging, header, sealing, envelope.sealing, envelope.resealed);
  return { id, header, headerBytes: envelope.header, envelope, sealing, first, stanzas, evidence, reseal };
}

/**
 * What a header says by itself and by the directories. Whether it may cross a border is another question
 * (directories.ts): the answer changes with time, and what came once stays readable.
 * @returns the directory of the organisation that it comes from
 */
export function checkHeader({ suite }: Pick<CryptoProvider, 'suite'>, view: DirectoryView, header: Header, peers?: Peers): DirectoryView {
  const origin = directoryOf(view, peers, header.from.organisation);
  const isPermitted = [view, origin].every(({ organisation: { suites } }) => suites.includes(header.suite));
  if (header.suite !== suite || !isPermitted) throw new Refusal('suite-refused', { suite: header.suite });
  const offices = [header.from, ...header.to.map(({ office }) => office)];
  // Of a dispatch of ours every addressee is known; of another's, we are addressed.
  if (isOwn(view, header.from)) for (const { organisation } of offices) directoryOf(view, peers, organisation);
  else if (!offices.some((office) => isOwn(view, office))) throw new Refusal('organisation-unknown');
  if (new Set(offices.map(({ organisation, office }) => `${hex(organisation)} ${office}`)).size !== offices.length) throw forged('to');
  checkStandIns(header);
  if (header.relation !== undefined && header.reference === undefined) throw forged('relation');
  return origin;
}

function checkSealing(
  { hash }: CryptoProvider, id: Uint8Array, header: Header, sealing: SealingStatement, { body }: Envelope,
): void {
  if (!equal(sealing.dispatch, id)) throw forged('dispatch');
  if (sealing.station !== header.station) throw forged('station');
  if (sealing.stanzas !== header.to.length + 1) throw forged('stanzas');
  if (sealing.bodySize !== body.length || !equal(sealing.bodyDigest, hash.sha256(body))) throw forged('body');
}

/**
 * The first sealing stands beside every later one: the body is the one that was taken over then, and how old the letter
 * may be is judged by its time, so that sealing again makes nothing younger.
 */
function firstOf(provider: CryptoProvider, id: Uint8Array, header: Header, sealing: SealingStatement, envelope: Envelope): SealingStatement {
  const { resealed } = envelope;
  if ((sealing.number === 0) !== (resealed === undefined)) throw forged('resealed');
  if (resealed === undefined) return sealing;
  const first = sealingStatement.decode(resealed.first.statement);
  if (first.number !== 0 || first.time > sealing.time) throw forged('resealed');
  checkSealing(provider, id, header, first, envelope);
  return first;
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

/** The origin office lived at the origin station when it was first sealed, and that station signed. */
async function checkOrigin(judging: Judging, header: Header, sealing: SealingStatement, signed: Signed): Promise<Evidence> {
  const { view } = judging;
  if (view.station(header.station) === null) throw new Refusal('station-unknown', { station: header.station });
  if (!view.livesAt(header.from.office, header.station, sealing.time)) throw forged('from');
  return demandOriginSigned(judging, header, sealing, signed);
}

function forged(field: string): Refusal {
  return new Refusal('header-forged', { field });
}
