/**
 * The sealed dispatch as stations see it: a closed header, stanzas for the recipient offices, an opaque body, and parts
 * that travel beside it. Source: docs/protocol/envelope.md.
 */

import { arrayOf, bool, bytes, choice, instant, optional, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { addressees, code, digest, keyPurpose, officeRef, relation, standIns } from '#wire/names.ts';
import { signed } from '#wire/signature.ts';

/** A part as relays see it: enough to check every chunk, nothing of its name or type. */
export const headerPart = tuple({ root: digest, chunks: uint(LIMITS.partChunks, 1), size: uint() });
export type HeaderPart = Infer<typeof headerPart>;

/** The immutable public header. Dispatch id = SHA-256 of these bytes. */
export const header = struct('Header', LIMITS.headerBytes, {
  version: [1, uint(1, 1)],
  suite: [2, uint(0xffff, 1)],
  kind: [3, choice({ dispatch: 1 })],
  from: [4, officeRef],
  station: [5, code],
  to: [6, addressees],
  created: [7, instant],
  expires: [8, optional(instant)],
  deliverBy: [9, optional(instant)],
  replyBy: [10, optional(instant)],
  exercise: [11, bool],
  reference: [12, optional(digest)],
  core: [13, digest],
  parts: [14, arrayOf(headerPart, LIMITS.parts)],
  hopLimit: [15, uint(LIMITS.hopLimit, 1)],
  standIns: [16, optional(standIns)],
  relation: [17, optional(relation)],
});
export type Header = Infer<typeof header>;

/** Which key a stanza is for; also the associated data of its HPKE ciphertext. */
export const stanzaKey = struct('StanzaKey', 256, {
  office: [1, officeRef],
  purpose: [2, keyPurpose],
  number: [3, uint(0xffff_ffff)],
  sealing: [4, uint(0xffff)],
});
export type StanzaKey = Infer<typeof stanzaKey>;

/** The body key, sealed to one office. */
export const stanza = struct('Stanza', 1_600, {
  key: [1, stanzaKey],
  kem: [2, uint(0xffff)],
  encapsulation: [3, bytes(1_120)],
  ciphertext: [4, bytes(48)],
});
export type Stanza = Infer<typeof stanza>;

/** A stanza with its place in the stanza tree, so that a link may carry only the stanzas that it needs. */
export const placedStanza = struct('PlacedStanza', 2_048, {
  index: [1, uint(LIMITS.recipients)],
  stanza: [2, bytes(1, 1_600)],
  path: [3, arrayOf(digest, 9)],
});
export type PlacedStanza = Infer<typeof placedStanza>;

/** What the origin station answers for: this header, these stanzas, this body. */
export const sealingStatement = struct('SealingStatement', 512, {
  version: [1, uint(1, 1)],
  dispatch: [2, digest],
  number: [3, uint(0xffff)],
  station: [4, code],
  stanzas: [5, uint(LIMITS.recipients + 1, 1)],
  stanzaRoot: [6, digest],
  bodyDigest: [7, digest],
  bodySize: [8, uint(LIMITS.letterBytes + 16)],
  time: [9, instant],
  /** It may have been sealed before, in an incarnation of that station that ended. */
  again: [10, optional(bool)],
});
export type SealingStatement = Infer<typeof sealingStatement>;
export const sealing = signed(512);

/** The origin office's word that it seals a dispatch again; its office seal signs it under purpose `re-seal`. */
export const resealStatement = struct('ResealStatement', 512, {
  version: [1, uint(1, 1)],
  dispatch: [2, digest],
  number: [3, uint(LIMITS.sealings - 1, 1)],
  office: [4, officeRef],
  position: [5, code],
  stanzaRoot: [6, digest],
  time: [7, instant],
});
export type ResealStatement = Infer<typeof resealStatement>;

/** What stands beside every sealing but the first. */
export const resealed = struct('Resealed', 11_000, {
  /** The first sealing: when the dispatch was taken over, and with which body. */
  first: [1, sealing],
  office: [2, signed(512)],
});
export type Resealed = Infer<typeof resealed>;

/** The head of an envelope: everything but its parts. */
export const envelope = struct('Envelope', LIMITS.envelopeBytes, {
  version: [1, uint(1, 1)],
  header: [2, bytes(1, LIMITS.headerBytes)],
  sealing: [3, sealing],
  stanzas: [4, arrayOf(placedStanza, LIMITS.recipients + 1)],
  body: [5, bytes(17, LIMITS.letterBytes + 16)],
  /** Only on the way from an office's station to its device: the office's own stanza for a storage key, in no tree. */
  kept: [6, optional(bytes(1, 1_600))],
  /** With every sealing but the first. */
  resealed: [7, optional(resealed)],
});
export type Envelope = Infer<typeof envelope>;

/** What a device hands to its own station, which checks it, signs the sealing and takes it over. */
export const submission = struct('Submission', LIMITS.envelopeBytes, {
  version: [1, uint(1, 1)],
  header: [2, bytes(1, LIMITS.headerBytes)],
  stanzas: [3, arrayOf(bytes(1, 1_600), LIMITS.recipients + 1, 1)],
  body: [4, bytes(17, LIMITS.letterBytes + 16)],
});
export type Submission = Infer<typeof submission>;

/** What a device hands to the origin station to have a dispatch sealed again, for some of its recipients. */
export const resealing = struct('Resealing', LIMITS.envelopeBytes, {
  version: [1, uint(1, 1)],
  /** Encoded stanzas with their places in the tree, ascending. */
  stanzas: [2, arrayOf(tuple({ index: uint(LIMITS.recipients, 1), stanza: bytes(1, 1_600) }), LIMITS.recipients, 1)],
  /** Over a ResealStatement. */
  office: [3, signed(512)],
});
export type Resealing = Infer<typeof resealing>;
