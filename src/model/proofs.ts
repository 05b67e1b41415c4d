/**
 * Proof of possession: who asks for certificates signs the request with every key that it names. Plain signatures of
 * one algorithm each, because there are no certificates yet. Source: docs/protocol/directory.md §Joining.
 */
import { concat, hex, utf8 } from '#core/bytes.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';

const LABEL = utf8('tram/v1/join\0');
const FINGERPRINT_BYTES = 20;
const GROUP = /.{4}(?=.)/g;

/** In the order of the keys. */
export function prove(keys: readonly SigningKey[], statement: Uint8Array): Promise<Uint8Array[]> {
  return Promise.all(keys.map((key) => key.sign(concat(LABEL, statement))));
}

export interface ClaimedKey {
  readonly algorithm: SigningKey['algorithm'];
  readonly publicKey: Uint8Array;
}

/** True only where every key signed, in order, and nothing else did. */
export async function areProved(
  { signatures }: Pick<CryptoProvider, 'signatures'>,
  keys: readonly ClaimedKey[],
  statement: Uint8Array,
  proofs: readonly Uint8Array[],
): Promise<boolean> {
  if (keys.length !== proofs.length) return false;
  const message = concat(LABEL, statement);
  for (const [i, { algorithm, publicKey }] of keys.entries()) {
    if (!(await signatures.verify(algorithm, publicKey, message, proofs[i]!))) return false;
  }
  return true;
}

/** What is read aloud and compared: 40 hexadecimal digits in groups of four. */
export function fingerprintOf({ hash }: Pick<CryptoProvider, 'hash'>, statement: Uint8Array): string {
  return inGroups(hash.sha256(statement));
}

/** A certificate as browsers show it: all of its SHA-256, `AB:CD:…`. */
export function certificatePrint({ hash }: Pick<CryptoProvider, 'hash'>, der: Uint8Array): string {
  return hex(hash.sha256(der)).toUpperCase().replace(/..(?=.)/g, '$&:');
}

/** As much of a digest as is read aloud. */
export function inGroups(digest: Uint8Array): string {
  return hex(digest.subarray(0, FINGERPRINT_BYTES)).replace(GROUP, '$& ');
}

/** Whether what a person typed is this fingerprint; spaces and case do not count. */
export function isFingerprint(fingerprint: string, typed: string): boolean {
  const plain = (text: string): string => text.replaceAll(/[\s-]/g, '').toLowerCase();
  return plain(typed) === plain(fingerprint);
}
