/**
 * What the directory asks of certificates. The real answer is x509Authority; a simulator that replays thousands of
 * entries hands in a cheaper one.
 */

import { concat, equal, hex, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider, Signatures } from '#core/crypto.ts';
import { Recent } from '#core/recent.ts';
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

/** The issuer's twin and the root's, and ends that come twice: how many signatures one authority remembers. */
const SIGNATURES_REMEMBERED = 1_024;

/**
 * Both algorithms, each its own chain, tied by RelatedCertificate. Source: docs/protocol/suite.md §Certificates.
 * @param areBelieved whether signatures were verified before; everything else about the certificates is asked all the same
 */
export function x509Authority(provider: CryptoProvider, areBelieved = false): CertificateAuthority {
  const crypto = { ...provider, signatures: { ...provider.signatures, verify: areBelieved ? async () => true : rememberingVerify(provider) } };
  return {
    check: async (twin, profile, chain, at) => {
      const verified = TWIN_PROFILES[profile].authority
        ? await verifyAuthority(crypto, [twin, ...chain], at)
        : await verifyTwin(crypto, twin, chain, at);
      checkRoot(provider, verified, chain.at(-1) ?? twin);
      checkProfile(verified, profile);
      return {
        p256: verified.publicKeys.p256,
        mldsa: verified.publicKeys.mldsa,
        p256Certificate: verified.digests.p256,
        mldsaCertificate: verified.digests.mldsa,
      };
    },
    checkLink: async (link, chain, at) => void (await verifyLink(crypto, link, chain, at)),
  };
}

/** The issuer and the root stand above every certificate: whether their signatures are right is worked out once, their dates and uses each time. */
function rememberingVerify({ hash, signatures }: CryptoProvider): Signatures['verify'] {
  const right = new Recent<true>(SIGNATURES_REMEMBERED);
  return async (algorithm, publicKey, message, signature) => {
    const name = hex(hash.sha256(concat(utf8(algorithm), hash.sha256(publicKey), hash.sha256(message), signature)));
    if (right.get(name) === true) return true;
    const isRight = await signatures.verify(algorithm, publicKey, message, signature);
    if (isRight) right.keep(name, true);
    return isRight;
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
