/**
 * Storage keys in the hands of several custodians: shares on their way to them, and on their way back to a device that
 * may have the key. Source: docs/protocol/escrow.md.
 */

import { arrayOf, bytes, choice, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { code, organisationId } from '#wire/names.ts';

/** Shares of one key that may be outstanding: nine custodians with a few devices each. */
export const CUSTODIANS_MAX = 9;
export const CUSTODIANS_THRESHOLD_MIN = 2;
/** 32 bytes of the key and one coordinate. */
export const SHARE_BYTES = 33;
const PACKAGE_BYTES = 4 * 1_048_576;

/** What a share belongs to: part of its HPKE info, so that no share passes for another. */
export const shareIdentity = tuple({ office: code, number: uint(0xffff_ffff), escrow: uint(0xffff_ffff, 1), custodian: code });

/** One custodian's share of one storage key, sealed to one of that custodian's devices. */
export const escrowShare = struct('EscrowShare', 2_048, {
  office: [1, code],
  /** Generation of the storage key. */
  number: [2, uint(0xffff_ffff)],
  /** Number of the escrow entry under which it was split. */
  escrow: [3, uint(0xffff_ffff, 1)],
  custodian: [4, code],
  device: [5, code],
  encapsulation: [6, bytes(1_120)],
  ciphertext: [7, bytes(SHARE_BYTES + 16)],
});
export type EscrowShare = Infer<typeof escrowShare>;

/** Why a share is given out. A rehearsal shows that the key would come back, and keeps nothing. */
export const escrowUse = choice({ recovery: 1, rehearsal: 2 });
export type EscrowUse = Infer<typeof escrowUse>;

/** A share that its custodian gave out, sealed to the device that may have the key. */
export const escrowRelease = struct('EscrowRelease', 2_048, {
  office: [1, code],
  number: [2, uint(0xffff_ffff)],
  escrow: [3, uint(0xffff_ffff, 1)],
  custodian: [4, code],
  /** The device that receives. */
  device: [5, code],
  use: [6, escrowUse],
  encapsulation: [7, bytes(1_120)],
  ciphertext: [8, bytes(SHARE_BYTES + 16)],
});
export type EscrowRelease = Infer<typeof escrowRelease>;

/** Shares or releases in a file, for custodians whose devices do not work with the office's station. Sealed as they are. */
export const escrowPackage = struct('EscrowPackage', PACKAGE_BYTES, {
  version: [1, uint(1, 1)],
  organisation: [2, organisationId],
  office: [3, code],
  shares: [4, arrayOf(bytes(1, 2_048), 1_024)],
  releases: [5, arrayOf(bytes(1, 2_048), 1_024)],
});
export type EscrowPackage = Infer<typeof escrowPackage>;
