/**
 * What the directory asks of certificates. The real answer is x509Authority; a simulator that replays thousands of
 * entries hands in a cheaper one.
 */

import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { Twin } from '#wire/directory.ts';
import type { TwinVerifier } from '#wire/sign.ts';
import { verifyAuthority, verifyLink, verifyTwin, type VerifiedTwin } from '#x509/chain.ts';
import { TWIN_PROFILES, type TwinProfile } from '#x509/profiles.ts';

export interface CertificateAuthority {
  /**
   * Verifies a twin below the chain given (its issuer first, the root last; empty for the root itself).
   * @throws Refusal `certificate-invalid`
   */
  check(twin: Twin, profile: TwinProfile, chain: readonly Twin[], at: Instant): Promise<TwinVerifier>;
  /** @throws Refusal `certificate-invalid` */
  checkLink(link: Uint8Array, chain: readonly Twin[], at: Instant): Promise<void>;
}

/** Both algorithms, each its own chain, tied by RelatedCertificate. Source: docs/protocol/suite.md §Certificates. */
export function x509Authority(provider: CryptoProvider): CertificateAuthority {
  return {
    check: async (twin, profile, chain, at) => {
      const verified = TWIN_PROFILES[profile].authority
        ? await verifyAuthority(provider, [twin, ...chain], at)
        : await verifyTwin(provider, twin, chain, at);
      checkRoot(provider, verified, chain.at(-1) ?? twin);
      checkProfile(verified, profile);
      return {
        p256: verified.publicKeys.p256,
        mldsa: verified.publicKeys.mldsa,
        p256Certificate: verified.digests.p256,
        mldsaCertificate: verified.digests.mldsa,
      };
    },
    checkLink: async (link, chain, at) => void (await verifyLink(provider, link, chain, at)),
  };
}

function checkRoot({ hash }: CryptoProvider, { root }: VerifiedTwin, expected: Twin): void {
  const same = equal(root.p256, hash.sha256(expected.p256)) && equal(root.mldsa, hash.sha256(expected.mldsa));
  if (!same) throw new Refusal('certificate-invalid', { reason: 'issuer-differs' });
}

function checkProfile({ keyUsage }: VerifiedTwin, profile: TwinProfile): void {
  const expected = TWIN_PROFILES[profile].keyUsage;
  const same = keyUsage.length === expected.length && expected.every((usage) => keyUsage.includes(usage));
  if (!same) throw new Refusal('certificate-invalid', { reason: 'key-usage' });
}
