/**
 * An agreement between two organisations by two files, each compared by a fingerprint that is read aloud: one proposes, the
 * other answers with its own side, and the registrars of both sign the same terms in their own logs.
 * Source: docs/protocol/federation.md §Agreeing.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import {
  type AgreementProposal, agreementProposal, type AgreementSide, type AgreementTerms, agreementTerms,
} from '#wire/federation.ts';
import type { Precedence } from '#wire/names.ts';
import { decodedOr } from '#core/decoding.ts';
import { fingerprintOf, isFingerprint } from '#model/proofs.ts';

const LABEL = utf8('tram/v1/agreement\0');

/** What the own organisation brings. */
export interface OwnSide {
  readonly offices: readonly string[];
  /** Own exchange station, and where it can be called from outside. */
  readonly station: string;
  readonly address?: string | undefined;
}

export interface ProposalOrder extends OwnSide {
  readonly from: Instant;
  readonly until?: Instant | undefined;
  /** Highest that either side may give. */
  readonly precedence: Precedence;
}

/** A file to hand over, with what is read aloud about it. */
export interface FileToCompare {
  readonly bytes: Uint8Array;
  readonly fingerprint: string;
}

/** @throws Refusal `office-unknown`, `station-unknown` */
export function proposeAgreement(crypto: CryptoProvider, random: RandomSource, view: DirectoryView, order: ProposalOrder): FileToCompare {
  const { from, until, precedence } = order;
  const bytes = agreementProposal.encode({
    version: 1, side: sideOf(view, order), from, until, precedence, suite: crypto.suite, salt: random.bytes(16),
  });
  return { bytes, fingerprint: fingerprintOf(crypto, bytes) };
}

/** @throws Refusal `agreement-malformed` */
export function readProposal(bytes: Uint8Array): AgreementProposal {
  return decodedOr('agreement-malformed', () => agreementProposal.decode(bytes));
}

/**
 * The terms: a proposal with the own side.
 * @param typed the proposal's fingerprint as it was read aloud
 * @throws Refusal `fingerprint-differs`, `agreement-malformed`, `office-unknown`, `station-unknown`
 */
export function answerProposal(crypto: CryptoProvider, view: DirectoryView, proposal: Uint8Array, typed: string, side: OwnSide): FileToCompare {
  const { side: { founding } } = readProposal(proposal);
  if (!isFingerprint(fingerprintOf(crypto, proposal), typed)) throw new Refusal('fingerprint-differs');
  if (equal(founding, view.organisation.founding)) throw new Refusal('agreement-malformed', { reason: 'own' });
  const bytes = agreementTerms.encode({ version: 1, proposal, side: sideOf(view, side) });
  return { bytes, fingerprint: fingerprintOf(crypto, bytes) };
}

/** Terms with who is who in them. */
export interface ReadTerms {
  readonly proposal: AgreementProposal;
  readonly answer: AgreementSide;
  readonly ours: AgreementSide;
  readonly theirs: AgreementSide;
  readonly fingerprint: string;
}

/** @throws Refusal `agreement-malformed` where the own organisation is neither side */
export function readTerms(crypto: CryptoProvider, view: DirectoryView, bytes: Uint8Array): ReadTerms {
  const terms: AgreementTerms = decodedOr('agreement-malformed', () => agreementTerms.decode(bytes));
  const proposal = readProposal(terms.proposal);
  const { founding } = view.organisation;
  const areOurs = [proposal.side, terms.side].map((side) => equal(side.founding, founding));
  if (areOurs[0] === areOurs[1]) throw new Refusal('agreement-malformed', { reason: 'sides' });
  const [ours, theirs] = areOurs[0] === true ? [proposal.side, terms.side] : [terms.side, proposal.side];
  return { proposal, answer: terms.side, ours, theirs, fingerprint: fingerprintOf(crypto, bytes) };
}

/**
 * The entry that the own registrars sign.
 * @param code by which people here write the other organisation
 * @param typed the terms' fingerprint as read aloud; both sides compare
 * @throws Refusal `fingerprint-differs`, `agreement-malformed`
 */
export function agreementPlan(crypto: CryptoProvider, view: DirectoryView, bytes: Uint8Array, typed: string, code: string): EntryPlan {
  const { proposal, answer, ours, theirs, fingerprint } = readTerms(crypto, view, bytes);
  if (!isFingerprint(fingerprint, typed)) throw new Refusal('fingerprint-differs');
  const { from, until, precedence, suite } = proposal;
  // One side calls: the proposer where the answerer can be called, else the answerer.
  const calls = (answer.address === undefined) === (answer === ours);
  return {
    kind: 'agreement',
    body: {
      peer: code, organisation: theirs.founding.slice(0, 16), founding: theirs.founding, name: theirs.name, offices: ours.offices,
      station: ours.station, peerStation: theirs.station, address: calls ? theirs.address : undefined, from, until, precedence, suite,
      terms: termsDigest(crypto, bytes),
    },
  };
}

/** What both sides' entries name. */
export function termsDigest({ hash }: Pick<CryptoProvider, 'hash'>, bytes: Uint8Array): Uint8Array {
  return hash.sha256(concat(LABEL, bytes));
}

function sideOf(view: DirectoryView, { offices, station, address }: OwnSide): AgreementSide {
  for (const office of offices) if (view.office(office)?.endedBy !== null) throw new Refusal('office-unknown', { office });
  if (view.station(station)?.endedBy !== null) throw new Refusal('station-unknown', { station });
  const { founding, name } = view.organisation;
  return { founding, name, offices: [...new Set(offices)], station, address };
}
