/**
 * What a device keeps at rest: a sealed ring of secrets behind independent slots, and the little it must remember of the
 * directory. Source: docs/protocol/keyring.md.
 */

import { arrayOf, bytes, choice, instant, optional, struct, text, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, keyPurpose, logPoint, organisationId } from '#wire/names.ts';

/** One way to open the ring: the ring key, wrapped under a key that this slot's opener derives. */
export const keyringSlot = struct('KeyringSlot', 1_024, {
  kind: [1, choice({ passphrase: 1 })],
  salt: [2, bytes(16, 32)],
  memoryKiB: [3, uint(4 * 1_048_576, 8)],
  passes: [4, uint(100, 1)],
  lanes: [5, uint(16, 1)],
  nonce: [6, bytes(12)],
  wrapped: [7, bytes(48)],
});
export type KeyringSlot = Infer<typeof keyringSlot>;

export const keyringFile = struct('KeyringFile', 262_144, {
  version: [1, uint(1, 1)],
  revision: [2, uint()],
  slots: [3, arrayOf(keyringSlot, 8, 1)],
  nonce: [4, bytes(12)],
  ciphertext: [5, bytes(16, 262_000)],
  /** In the clear because the slots are bound to it. */
  organisation: [6, organisationId],
});
export type KeyringFile = Infer<typeof keyringFile>;

/** A pair of signing secrets with the digests of the certificates that speak for them. */
export const twinSecret = struct('TwinSecret', 256, {
  p256: [1, bytes(32)],
  mldsa: [2, bytes(32)],
});
export type TwinSecret = Infer<typeof twinSecret>;

export const positionSecret = struct('PositionSecret', 512, { position: [1, code], seal: [2, twinSecret] });
export const officeKeySecret = struct('OfficeKeySecret', 512, {
  office: [1, code],
  purpose: [2, keyPurpose],
  number: [3, uint(0xffff_ffff)],
  secret: [4, bytes(32)],
});
export type OfficeKeySecret = Infer<typeof officeKeySecret>;

/** The open ring. A device of a person, a registrar's, or a root's: absent fields say which it is not. */
export const keyring = struct('Keyring', 261_000, {
  organisation: [1, organisationId],
  person: [2, optional(code)],
  device: [3, optional(code)],
  name: [4, text(1, LIMITS.nameBytes)],
  signing: [5, optional(twinSecret)],
  kem: [6, optional(bytes(32))],
  registrar: [7, optional(twinSecret)],
  issuer: [8, optional(twinSecret)],
  root: [9, optional(twinSecret)],
  seals: [10, arrayOf(positionSecret, 64)],
  officeKeys: [11, arrayOf(officeKeySecret, 1_024)],
  directory: [12, optional(logPoint)],
  created: [13, instant],
});
export type Keyring = Infer<typeof keyring>;

/** An office key on its way to a device: sealed to the device's KEM key. */
export const officeKeyWrap = struct('OfficeKeyWrap', 2_048, {
  office: [1, code],
  purpose: [2, keyPurpose],
  number: [3, uint(0xffff_ffff)],
  device: [4, code],
  encapsulation: [5, bytes(1_120)],
  ciphertext: [6, bytes(48)],
});
export type OfficeKeyWrap = Infer<typeof officeKeyWrap>;

export const keyIdentity = tuple({ office: code, purpose: keyPurpose, number: uint(0xffff_ffff) });
