/**
 * How a station joins: an invitation goes out, a request comes back, an admission answers it; each fits on a stick.
 * Source: docs/protocol/directory.md §Joining.
 */

import { arrayOf, bytes, instant, optional, pattern, struct, text, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, keyPurpose, logPoint, organisationId } from '#wire/names.ts';
import { signature } from '#wire/signature.ts';
import { ADDRESS_SHAPE, directoryEntry, logKeys } from '#wire/directory.ts';

/** The secret is locked by a code that travels separately; from version 2 on the lock is of everything else that stands here too. */
export const invitation = struct('Invitation', 16_384, {
  version: [1, uint(2, 1)],
  organisation: [2, organisationId],
  name: [3, text(1, LIMITS.nameBytes)],
  founding: [4, digest],
  station: [5, code],
  site: [6, text(1, LIMITS.nameBytes)],
  expires: [7, instant],
  directory: [8, logPoint],
  invitation: [9, bytes(16)],
  salt: [10, bytes(16)],
  nonce: [11, bytes(12)],
  locked: [12, bytes(48)],
  neighbour: [13, code],
  address: [14, optional(pattern(ADDRESS_SHAPE, 250))],
});
export type Invitation = Infer<typeof invitation>;

const publicTwin = struct('PublicTwin', 4_096, { p256: [1, bytes(65)], mldsa: [2, bytes(1_952)] });
export type PublicTwin = Infer<typeof publicTwin>;

/** A person's device asks for certificates: public keys, signed by themselves (proof of possession). */
export const deviceRequestStatement = struct('DeviceRequestStatement', 16_384, {
  version: [1, uint(1, 1)],
  organisation: [2, organisationId],
  person: [3, code],
  name: [4, text(1, LIMITS.nameBytes)],
  device: [5, code],
  keys: [6, publicTwin],
  kem: [7, bytes(1_216)],
  /** The office seal key of the position that the person will hold, if it carries a seal. */
  seal: [8, optional(publicTwin)],
  created: [9, instant],
});
export type DeviceRequestStatement = Infer<typeof deviceRequestStatement>;

/** The person's device of before speaks for the new one: its signature over the statement, purpose `device-request`. */
export const voucher = struct('Voucher', 4_700, { device: [1, code], signature: [2, signature] });
export type Voucher = Infer<typeof voucher>;

/** Whoever may turn a request down takes it back with it: a signature over the statement, purpose `take-back`. */
export const takingBack = struct('TakingBack', 4_700, { device: [1, code], signature: [2, signature] });
export type TakingBack = Infer<typeof takingBack>;

/** Signatures by the raw keys requested, in the order keys.p256, keys.mldsa, seal.p256, seal.mldsa. */
export const deviceRequest = struct('DeviceRequest', 32_768, {
  statement: [1, bytes(1, 16_384)],
  proofs: [2, arrayOf(bytes(64, 3_309), 4, 2)],
  voucher: [3, optional(voucher)],
  /** Between stations alone, in the voucher's stead. */
  takenBack: [4, optional(takingBack)],
});
export type DeviceRequest = Infer<typeof deviceRequest>;

/** A public key of the joiner's first office, made on its device: the registrar's entry fixes it. */
export const officePublicKey = struct('OfficePublicKey', 2_048, {
  purpose: [1, keyPurpose],
  number: [2, uint(0xffff_ffff)],
  from: [3, instant],
  until: [4, optional(instant)],
  kem: [5, uint(0xffff)],
  publicKey: [6, bytes(1_216)],
});
export type OfficePublicKey = Infer<typeof officePublicKey>;

/** A station's public keys, its first office's keys, and its first person's device request. */
export const joinRequestStatement = struct('JoinRequestStatement', 131_072, {
  version: [1, uint(1, 1)],
  invitation: [2, bytes(16)],
  station: [3, code],
  site: [4, text(1, LIMITS.nameBytes)],
  keys: [5, publicTwin],
  link: [6, bytes(1_952)],
  logKeys: [7, logKeys],
  address: [8, optional(pattern(ADDRESS_SHAPE, 250))],
  device: [9, optional(deviceRequest)],
  created: [10, instant],
  officeKeys: [11, arrayOf(officePublicKey, 16)],
  /** What whoever sits there calls their first office; what the registrar signs decides. */
  office: [12, optional(code)],
});
export type JoinRequestStatement = Infer<typeof joinRequestStatement>;

export const joinRequest = struct('JoinRequest', 196_608, {
  statement: [1, bytes(1, 131_072)],
  /** By keys.p256, keys.mldsa and the link key: proof that the joiner holds them. */
  proofs: [2, arrayOf(bytes(64, 3_309), 3, 3)],
  /** HMAC-SHA256 of the statement under the invitation's secret. */
  mac: [3, bytes(32)],
});
export type JoinRequest = Infer<typeof joinRequest>;

/** The directory log up to and including the joiner's entries, with its checkpoint. */
export const admission = struct('Admission', 64 * 1_048_576, {
  version: [1, uint(1, 1)],
  organisation: [2, organisationId],
  station: [3, code],
  entries: [4, arrayOf(directoryEntry, 100_000, 1)],
  checkpoint: [5, bytes(1, LIMITS.checkpointBytes)],
});
export type Admission = Infer<typeof admission>;


/** The issuer's keys (a TwinSecret) for another registrar's device, sealed to its KEM key. Source: docs/protocol/directory.md §Joining. */
export const issuerGrant = struct('IssuerGrant', 4_096, {
  version: [1, uint(1, 1)],
  organisation: [2, organisationId],
  device: [3, code],
  encapsulation: [4, bytes(1_120)],
  ciphertext: [5, bytes(32, 512)],
});
