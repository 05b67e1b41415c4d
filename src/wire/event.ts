/**
 * An entry of a station's ledger. Public facts stand in the clear; what names persons or content stands as salted
 * commitments, its values beside the ledger. Source: docs/protocol/ledger.md.
 */

import { arrayOf, bool, bytes, instant, optional, pattern, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, officeRef, precedence, registerNumber } from '#wire/names.ts';
import { receiptKind } from '#wire/receipt.ts';

const fieldName = pattern(/^[a-z][a-z-]*$/, 32);

/** The public fields that any kind of event may carry; each kind's table says which it does. */
export const eventFields = struct('EventFields', LIMITS.eventBytes - 512, {
  office: [1, optional(officeRef)],
  peer: [2, optional(code)],
  channel: [3, optional(uint())],
  sealing: [4, optional(uint(0xffff))],
  number: [5, optional(registerNumber)],
  receipt: [6, optional(receiptKind)],
  receiptDigest: [7, optional(digest)],
  precedence: [8, optional(precedence)],
  bytes: [9, optional(uint())],
  digest: [10, optional(digest)],
  draft: [11, optional(bytes(16))],
  step: [12, optional(fieldName)],
  count: [13, optional(uint())],
  code: [14, optional(pattern(/^[a-z0-9-]{1,64}$/, 64))],
  peerIncarnation: [15, optional(bytes(16))],
  exercise: [16, optional(bool)],
  at: [17, optional(instant)],
  /** Number of a courier's bundle. */
  bundle: [18, optional(uint())],
  /** The last of several channel numbers. */
  last: [19, optional(uint())],
});
export type EventFields = Infer<typeof eventFields>;

export const commitment = tuple({ name: fieldName, commitment: digest });

export const event = struct('Event', LIMITS.eventBytes, {
  version: [1, uint(1, 1)],
  index: [2, uint()],
  time: [3, instant],
  uncertaintyMs: [4, uint()],
  incarnation: [5, bytes(16)],
  kind: [6, fieldName],
  subject: [7, optional(digest)],
  fields: [8, bytes(1, LIMITS.eventBytes - 512)],
  commitments: [9, arrayOf(commitment, 16)],
});
export type Event = Infer<typeof event>;
