/**
 * What a device keeps at rest: a sealed ring of secrets behind independent slots, and the little it must remember of the
 * directory. Source: docs/protocol/keyring.md.
 */

import { arrayOf, bytes, choice, instant, optional, struct, structure, text, tuple, uint, variant, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, keyPurpose, logPoint, organisationId } from '#wire/names.ts';

/** A slot of the first form: the ring key, wrapped under a key stretched from a passphrase alone. Roots' keyrings have it still. */
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

/** What every slot has: a KEM key whose secret its opener derives, the ring key sealed to it, and the ring's anchor. */
export const slotLock = struct('SlotLock', 4_096, {
  salt: [1, bytes(16)],
  publicKey: [2, bytes(1_216)],
  nonce: [3, bytes(12)],
  anchor: [4, bytes(48)],
  encapsulation: [5, bytes(1_120)],
  wrapped: [6, bytes(48)],
});
export type SlotLock = Infer<typeof slotLock>;

export const passphraseSlot = struct('PassphraseSlot', 4_352, {
  lock: [1, slotLock],
  created: [2, instant],
  memoryKiB: [3, uint(4 * 1_048_576, 8)],
  passes: [4, uint(100, 1)],
  lanes: [5, uint(16, 1)],
});
export const opaqueSlot = struct('OpaqueSlot', 4_352, {
  lock: [1, slotLock],
  created: [2, instant],
  /** SHA-256 of the record that the station keeps. */
  record: [3, digest],
});
export const passkeySlot = struct('PasskeySlot', 6_144, {
  lock: [1, slotLock],
  created: [2, instant],
  /** WebAuthn's credential id. */
  credential: [3, bytes(1, 1_023)],
  /** Where the passkey works. */
  relyingParty: [4, text(1, 253)],
  label: [5, text(1, LIMITS.nameBytes)],
  /** What the authenticator's PRF is asked with. */
  prfInput: [6, bytes(32)],
  /** What it takes beside the authenticator; nothing, of slots of before. */
  needs: [7, optional(choice({ 'device-secret': 1 }))],
});
export const cardSlot = struct('CardSlot', 4_352, {
  lock: [1, slotLock],
  created: [2, instant],
  /** Printed on the card, so that a lost one can be told from the present one. */
  number: [3, uint(0xffff_ffff, 1)],
  /** Under which a station finds the copy that the card opens, and the Ed25519 key that the card proves. */
  locator: [4, bytes(16)],
  gate: [5, bytes(32)],
  /** When it was tried; until then it counts for nothing. */
  tried: [6, optional(instant)],
});

/** One way to open the ring. */
export const slot = variant('Slot', 6_400, { passphrase: [1, passphraseSlot], opaque: [2, opaqueSlot], passkey: [3, passkeySlot], card: [4, cardSlot] });
export type Slot = Infer<typeof slot>;
export type SlotOf<K extends Slot['kind']> = Extract<Slot, { kind: K }>;
export const slots = structure('Slots', 49_152, arrayOf(slot, 8, 1));

export const keyringFile = struct('KeyringFile', 327_680, {
  version: [1, uint(1, 1)],
  revision: [2, uint()],
  /** Of the first form; empty where there are `openings`. */
  slots: [3, arrayOf(keyringSlot, 8)],
  nonce: [4, bytes(12)],
  ciphertext: [5, bytes(16, 262_000)],
  /** In the clear because the slots are bound to it. */
  organisation: [6, organisationId],
  openings: [7, optional(slots)],
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

/** Of a proposal that was seen: still there when it was last looked, or gone, so that it is not signed if it comes again. */
export const seenProposal = tuple({ proposal: bytes(16), seen: instant, state: choice({ waiting: 1, gone: 2 }) });
export type SeenProposal = Infer<typeof seenProposal>;
export const SEEN_PROPOSALS_MAX = 256;

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
  /** Last accepted point of each peer's log. */
  peers: [14, optional(arrayOf(tuple({ organisation: organisationId, size: uint(), root: digest }), 256, 1))],
  /** A registrar's: what waited for a second signature when they last looked. */
  proposals: [15, optional(arrayOf(seenProposal, SEEN_PROPOSALS_MAX, 1))],
  /** How often an order to send was withdrawn: what waits in an older sheet is not sent. */
  withdrawals: [16, optional(uint())],
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
