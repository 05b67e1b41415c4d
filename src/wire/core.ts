/**
 * What the author signs, what others add, and the letter that carries all of it inside the seal.
 * Source: docs/protocol/core.md.
 */

import {
  arrayOf, bool, bytes, choice, instant, optional, pattern, struct, text, uint, type Infer,
} from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import {
  addressees, classification, code, digest, logPoint, officeRef, organisationId, registerNumber, relation, standIns,
} from '#wire/names.ts';
import { signed } from '#wire/signature.ts';

export const MEDIA_TYPE_SHAPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** A part as its author describes it; `name` is a bare file name. */
export const corePart = struct('CorePart', 1_024, {
  name: [1, text(1, LIMITS.fileNameBytes)],
  mediaType: [2, pattern(MEDIA_TYPE_SHAPE, LIMITS.mediaTypeBytes)],
  size: [3, uint(LIMITS.partPlainBytes)],
  chunks: [4, uint(LIMITS.partChunks, 1)],
  root: [5, digest],
  digest: [6, digest],
  keyCommitment: [7, digest],
});
export type CorePart = Infer<typeof corePart>;

/** The core: everything an author answers for. Its digest is what every endorsement signs. */
export const core = struct('Core', LIMITS.letterBytes, {
  version: [1, uint(1, 1)],
  suite: [2, uint(0xffff, 1)],
  organisation: [3, organisationId],
  from: [4, officeRef],
  to: [5, addressees],
  created: [6, instant],
  expires: [7, optional(instant)],
  deliverBy: [8, optional(instant)],
  replyBy: [9, optional(instant)],
  exercise: [10, bool],
  classification: [11, classification],
  reference: [12, optional(digest)],
  documentType: [13, text(1, LIMITS.symbolBytes)],
  subject: [14, text(1, LIMITS.subjectBytes)],
  text: [15, text(0, LIMITS.textBytes)],
  parts: [16, arrayOf(corePart, LIMITS.parts)],
  author: [17, code],
  authorPosition: [18, code],
  directory: [19, logPoint],
  salt: [20, bytes(32)],
  standIns: [21, optional(standIns)],
  relation: [22, optional(relation)],
});
export type Core = Infer<typeof core>;

export const endorsementPurpose = choice({ author: 1, approve: 2, sign: 3 });
export type EndorsementPurpose = Infer<typeof endorsementPurpose>;

/** A person's act over a core: wrote it, approved it, signed it. */
export const endorsementStatement = struct('EndorsementStatement', 1_024, {
  version: [1, uint(1, 1)],
  purpose: [2, endorsementPurpose],
  core: [3, digest],
  organisation: [4, organisationId],
  person: [5, code],
  position: [6, code],
  time: [7, instant],
  directory: [8, logPoint],
});
export type EndorsementStatement = Infer<typeof endorsementStatement>;
export const endorsement = signed(1_024);

/** The office's act: this core, with these endorsements, went out under this number at this time. */
export const sealStatement = struct('SealStatement', 1_024, {
  version: [1, uint(1, 1)],
  core: [2, digest],
  endorsements: [3, digest],
  office: [4, officeRef],
  position: [5, code],
  number: [6, registerNumber],
  symbol: [7, text(1, LIMITS.symbolBytes)],
  time: [8, instant],
});
export type SealStatement = Infer<typeof sealStatement>;
export const officeSeal = signed(1_024);

export const endorsements = arrayOf(endorsement, LIMITS.endorsements, 1);

/** What the body of an envelope holds once opened. */
export const letter = struct('Letter', LIMITS.letterBytes, {
  version: [1, uint(1, 1)],
  core: [2, bytes(1, LIMITS.letterBytes)],
  endorsements: [3, endorsements],
  seal: [4, officeSeal],
  partKeys: [5, arrayOf(bytes(32), LIMITS.parts)],
});
export type Letter = Infer<typeof letter>;

/** A person who might approve or sign it gives a draft back to its author, and says why. */
export const returnStatement = struct('ReturnStatement', 2_048, {
  version: [1, uint(1, 1)],
  core: [2, digest],
  organisation: [3, organisationId],
  person: [4, code],
  position: [5, code],
  time: [6, instant],
  directory: [7, logPoint],
  reason: [8, text(1, LIMITS.returnReasonBytes)],
});
export type ReturnStatement = Infer<typeof returnStatement>;

/** A dispatch that is still being made, shared within its office under the office's storage key. */
export const draft = struct('Draft', LIMITS.letterBytes, {
  version: [1, uint(1, 1)],
  core: [2, bytes(1, LIMITS.letterBytes)],
  endorsements: [3, arrayOf(endorsement, LIMITS.endorsements)],
  partKeys: [4, arrayOf(bytes(32), LIMITS.parts)],
  returned: [5, optional(signed(2_048))],
  /** Ids of the drafts whose place it takes, the last first. */
  replaces: [6, optional(arrayOf(bytes(16), LIMITS.draftsReplaced, 1))],
});
export type Draft = Infer<typeof draft>;

/** A draft as the station keeps it: sealed under a fresh key that is wrapped for the office's storage key. */
export const sealedDraft = struct('SealedDraft', LIMITS.letterBytes + 4_096, {
  number: [1, uint(0xffff_ffff)],
  encapsulation: [2, bytes(1_120)],
  wrappedKey: [3, bytes(48)],
  nonce: [4, bytes(12)],
  ciphertext: [5, bytes(16, LIMITS.letterBytes + 16)],
});
export type SealedDraft = Infer<typeof sealedDraft>;
