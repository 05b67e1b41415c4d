/**
 * What two organisations hand each other: the terms of an agreement, and what one shows of its directory, some entries of
 * its log, each with a proof that it stands there, under a checkpoint that grows from the one shown before. Source: docs/protocol/federation.md.
 */

import { arrayOf, bytes, instant, optional, pattern, struct, text, tuple, uint, type Infer } from '#wire/codec.ts';
import { ADDRESS_SHAPE } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, organisationId, precedence } from '#wire/names.ts';

/** Depth of a log of 2^40 entries. */
const PROOF_MAX = 64;
export const DISCLOSED_ENTRIES_MAX = 16_384;

export const disclosedEntry = tuple({
  index: uint(),
  entry: bytes(1, LIMITS.directoryEntryBytes),
  proof: arrayOf(digest, PROOF_MAX),
});
export type DisclosedEntry = Infer<typeof disclosedEntry>;

export const disclosure = struct('Disclosure', LIMITS.disclosureBytes, {
  version: [1, uint(1, 1)],
  /** Whose directory it is. */
  organisation: [2, organisationId],
  /** A signed note by both log keys of the newest term. */
  checkpoint: [3, bytes(1, LIMITS.checkpointBytes)],
  /** The size that the receiver held, 0 for none, and the proof that the log grew from it. */
  from: [4, uint()],
  consistency: [5, arrayOf(digest, PROOF_MAX)],
  /** In the order of the log. */
  entries: [6, arrayOf(disclosedEntry, DISCLOSED_ENTRIES_MAX, 1)],
});
export type Disclosure = Infer<typeof disclosure>;

export const SHOWN_STEPS_MAX = 1_024;
/** A disclosure and the steps to it. */
export const SHOWN_BYTES_MAX = LIMITS.disclosureBytes + 4 * 1024 * 1024;

/** That a peer's log grew, as somebody of ours verified it once. */
export const shownStep = tuple({ from: uint(), size: uint(), root: digest, consistency: arrayOf(digest, PROOF_MAX) });
export type ShownStep = Infer<typeof shownStep>;

/** What a peer shows, as stations and devices of one organisation hand it on: each may have seen another point before. */
export const shownDirectory = struct('ShownDirectory', SHOWN_BYTES_MAX, {
  version: [1, uint(1, 1)],
  disclosure: [2, bytes(1, LIMITS.disclosureBytes)],
  /** In the order of the log; the last one ends at the disclosure's checkpoint. */
  steps: [3, arrayOf(shownStep, SHOWN_STEPS_MAX)],
});
export type ShownDirectory = Infer<typeof shownDirectory>;

const PROPOSAL_BYTES = 16_384;

/** What one organisation brings to an agreement. */
export const agreementSide = struct('AgreementSide', PROPOSAL_BYTES - 1_024, {
  founding: [1, digest],
  name: [2, text(1, LIMITS.nameBytes)],
  offices: [3, arrayOf(code, LIMITS.recipients, 1)],
  station: [4, code],
  /** Where its exchange station can be called. */
  address: [5, optional(pattern(ADDRESS_SHAPE, 250))],
});
export type AgreementSide = Infer<typeof agreementSide>;

/** What one side proposes; its fingerprint is read aloud. */
export const agreementProposal = struct('AgreementProposal', PROPOSAL_BYTES, {
  version: [1, uint(1, 1)],
  side: [2, agreementSide],
  from: [3, instant],
  until: [4, optional(instant)],
  precedence: [5, precedence],
  suite: [6, uint(0xffff, 1)],
  salt: [7, bytes(16)],
});
export type AgreementProposal = Infer<typeof agreementProposal>;

/** The proposal with the other side's answer; both sign its digest, each in its own log. */
export const agreementTerms = struct('AgreementTerms', 2 * PROPOSAL_BYTES, {
  version: [1, uint(1, 1)],
  proposal: [2, bytes(1, PROPOSAL_BYTES)],
  side: [3, agreementSide],
});
export type AgreementTerms = Infer<typeof agreementTerms>;
