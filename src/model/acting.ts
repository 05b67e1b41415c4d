/**
 * Whether a signature speaks for somebody who could act at that time. One judgement for endorsements, seals, sealings
 * and receipts. Source: docs/protocol/directory.md §Who a signature speaks for.
 */

import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Peers } from '#model/directories.ts';
import type { DirectoryView, Identity } from '#model/directory-view.ts';
import { type VerifiedRoots, verifySignature } from '#wire/sign.ts';
import type { Purpose, Signed } from '#wire/signature.ts';
import { parseCertificate } from '#x509/certificate.ts';

export interface Judging {
  readonly provider: CryptoProvider;
  readonly view: DirectoryView;
  /** Directories of other organisations. */
  readonly peers?: Peers | undefined;
  readonly verified?: VerifiedRoots;
  /**
   * When the signed thing was surely there, by somebody else's word (our own ledger, a witness). What a key signed that
   * was later declared compromised counts only if this is before that declaration; null counts as now.
   */
  readonly witnessedAt?: Instant | null;
}

/** The evidence that a check leaves behind: who signed, under which certificates. */
export interface Evidence {
  readonly who: string;
  /** Serial numbers in hexadecimal, null where a certificate is no X.509 (simulations). */
  readonly serials: { readonly p256: string | null; readonly mldsa: string | null };
  /** SHA-256 of each certificate, in hexadecimal. */
  readonly certificates: { readonly p256: string; readonly mldsa: string };
  /** Since when others may have the key: what it signed stands by a witness of before. */
  readonly exposed?: Instant;
}

/** A verified signature: the identity that made it. */
export interface Acted {
  readonly identity: Identity;
  readonly evidence: Evidence;
}

/**
 * Verifies both signatures and that their maker could act at `at`.
 * @param code of the refusal where the signature is wrong or its maker unknown
 * @throws Refusal `code` (reason), or `not-entitled` where the identity had ended by then
 */
export async function demandActed(
  judging: Judging, signed: Signed, purpose: Purpose, at: Instant, code: RefusalCode,
): Promise<Acted> {
  const { provider, view, verified } = judging;
  const { statement, signature } = signed;
  const identity = view.identify(signature.p256Certificate, signature.mldsaCertificate);
  if (identity === null) throw new Refusal(code, { purpose, reason: 'signer-unknown' });
  const right = await verifySignature(provider, identity.verifier, purpose, statement, signature, verified);
  if (!right) throw new Refusal(code, { purpose, reason: 'signature' });
  demandInForce(judging, identity, purpose, at);
  return { identity, evidence: evidenceOf(identity) };
}

function demandInForce({ witnessedAt }: Judging, identity: Identity, purpose: Purpose, at: Instant): void {
  const { endedAt, exposedAt } = identity;
  if (endedAt === null) return;
  if (at >= endedAt) throw new Refusal('not-entitled', { purpose, reason: 'signer-ended', ...(exposedAt !== null && { who: nameOf(identity) }) });
  if (exposedAt === null) return;
  const known = witnessedAt ?? Number.POSITIVE_INFINITY;
  if (known >= exposedAt) throw new Refusal('not-entitled', { purpose, reason: 'key-compromised', who: nameOf(identity) });
}

export function evidenceOf(identity: Identity): Evidence {
  const { verifier, certificates, exposedAt } = identity;
  return {
    ...(exposedAt !== null && { exposed: exposedAt }),
    who: nameOf(identity),
    serials: { p256: serialOf(certificates.p256), mldsa: serialOf(certificates.mldsa) },
    certificates: { p256: hex(verifier.p256Certificate), mldsa: hex(verifier.mldsaCertificate) },
  };
}

function nameOf(identity: Identity): string {
  switch (identity.kind) {
    case 'device': return identity.person;
    case 'seal': return identity.office;
    case 'station': return identity.station;
    case 'registrar': return identity.person;
    case 'root': return 'root';
  }
}

/** By the directory's own certificates, which stay the same arrays: parsing one costs as much as a verification. */
const serials = new WeakMap<Uint8Array, string | null>();

function serialOf(der: Uint8Array): string | null {
  const known = serials.get(der);
  if (known !== undefined) return known;
  const serial = readSerial(der);
  serials.set(der, serial);
  return serial;
}

function readSerial(der: Uint8Array): string | null {
  try {
    return hex(parseCertificate(der).serial);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
