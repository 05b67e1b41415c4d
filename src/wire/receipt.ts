/**
 * Receipts: what became of a dispatch at one place, signed there. Source: docs/protocol/receipts.md.
 */

import { arrayOf, bytes, choice, instant, optional, struct, text, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, keyPurpose, officeRef, precedence, organisationId, registerNumber } from '#wire/names.ts';
import { signed } from '#wire/signature.ts';

/** custody, arrived, expired and dropped are a station's words; opened, handed-over, acted and unreadable are an office's. */
export const receiptKind = choice({
  custody: 1, arrived: 2, opened: 3, 'handed-over': 4, acted: 5, expired: 6, dropped: 7, unreadable: 8,
});
export type ReceiptKind = Infer<typeof receiptKind>;

/** Details for the origin office only, sealed to one of its keys. */
export const sealedDetail = struct('SealedDetail', 8_192, {
  purpose: [1, keyPurpose],
  number: [2, uint(0xffff_ffff)],
  encapsulation: [3, bytes(1_120)],
  ciphertext: [4, bytes(16, 7_000)],
});
export type SealedDetail = Infer<typeof sealedDetail>;

export const receiptStatement = struct('ReceiptStatement', 9_216, {
  version: [1, uint(1, 1)],
  kind: [2, receiptKind],
  dispatch: [3, digest],
  sealing: [4, uint(0xffff)],
  office: [5, officeRef],
  station: [6, code],
  previousHop: [7, optional(code)],
  time: [8, instant],
  incarnation: [9, bytes(16)],
  detail: [10, optional(sealedDetail)],
});
export type ReceiptStatement = Infer<typeof receiptStatement>;
export const receipt = signed(9_216);

/** What the sealed detail says: who did it, under which incoming number, with that person's own signature. The same stands in the note that the office keeps. */
export const receiptDetail = struct('ReceiptDetail', 6_984, {
  person: [1, code],
  position: [2, code],
  name: [3, text(1, LIMITS.nameBytes)],
  number: [4, optional(registerNumber)],
  note: [5, optional(text(0, 1_024))],
  /** Over receiptPersonStatement, purpose `receipt-person`. */
  signature: [6, bytes(1, 4_608)],
  /** To whom it was handed over, by name: in the office's own note only. */
  given: [7, optional(text(1, LIMITS.nameBytes))],
});
export type ReceiptDetail = Infer<typeof receiptDetail>;

/** What the person signs inside the detail; in the office's own note their words too, which no receipt's signature covers there. */
export const receiptPersonStatement = struct('ReceiptPersonStatement', 2_048, {
  kind: [1, receiptKind],
  dispatch: [2, digest],
  office: [3, officeRef],
  person: [4, code],
  time: [5, instant],
  note: [6, optional(text(0, 1_024))],
  given: [7, optional(text(1, LIMITS.nameBytes))],
});
export type ReceiptPersonStatement = Infer<typeof receiptPersonStatement>;

/** A small message between stations: receipts on their way home, proposals for the directory; their contents are signed. An inquiry names dispatches, a device-request brings requests of new devices to a registrar's station. */
export const note = struct('Note', LIMITS.noteBytes, {
  version: [1, uint(1, 1)],
  kind: [2, choice({ receipts: 1, 'directory-proposal': 2, inquiry: 3, 'device-request': 4 })],
  organisation: [3, organisationId],
  from: [4, code],
  to: [5, code],
  created: [6, instant],
  precedence: [7, precedence],
  hopLimit: [8, uint(LIMITS.hopLimit, 1)],
  salt: [9, bytes(16)],
  items: [10, arrayOf(bytes(1, LIMITS.directoryEntryBytes), LIMITS.receiptsPerNote, 1)],
  /** Whose station `to` is, where it is not one of the writer's organisation. */
  toOrganisation: [11, optional(organisationId)],
});
export type Note = Infer<typeof note>;
