/**
 * A twin signature: ECDSA P-256 and ML-DSA-65 over identical bytes that name both certificates. One signature may cover a
 * tree of many items of one purpose; alone, an item is a tree of one. Source: docs/protocol/suite.md §Signatures.
 */

import { arrayOf, bytes, struct, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { digest } from '#wire/names.ts';

/** What a signature is for. It is hashed with the item, so that one purpose can never stand for another. */
export const PURPOSES = [
  'author', 'approve', 'sign', 'office-seal', 'sealing',
  'custody', 'arrived', 'opened', 'handed-over', 'acted', 'expired', 'dropped', 'receipt-person',
  'directory', 'hello', 'session', 'join', 'service', 'backup', 'device-request', 'unreadable', 're-seal', 'release', 'bundle', 'return',
  'take-back',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export const signature = struct('Signature', 4_608, {
  p256Certificate: [1, digest],
  mldsaCertificate: [2, digest],
  nonce: [3, bytes(32)],
  treeSize: [4, uint(LIMITS.signatureTree, 1)],
  leafIndex: [5, uint(LIMITS.signatureTree - 1)],
  path: [6, arrayOf(digest, 16)],
  p256: [7, bytes(64)],
  mldsa: [8, bytes(3_309)],
});
export type Signature = Infer<typeof signature>;

/** Exact bytes of a statement with a signature over them. */
export function signed(statementBytes: number) {
  return struct('Signed', statementBytes + 4_700, {
    statement: [1, bytes(1, statementBytes)],
    signature: [2, signature],
  });
}
export type Signed = { statement: Uint8Array; signature: Signature };
