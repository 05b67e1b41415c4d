/**
 * A small organisation's certificates for tests, exercises and demonstrations: a root, an issuer
 * and whatever ends are asked for. The keys are made here and now; nothing in use must ever hang
 * below such a root.
 */
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import type { AlternativeName } from './alternative-names.ts';
import type { Validity } from './certificate.ts';
import { issueLink, issueTwin } from './issue.ts';
import type { DistinguishedName } from './names.ts';
import type { TwinProfile } from './profiles.ts';
import { both, HALF_ALGORITHMS, type Pair, type Twin } from './twin.ts';

export interface PracticeIdentity {
  readonly twin: Twin;
  readonly keys: Pair<SigningKey>;
  /** 32 bytes each. */
  readonly secrets: Pair<Uint8Array>;
}

export interface PracticeLink {
  readonly certificate: Uint8Array;
  readonly key: SigningKey;
  readonly secret: Uint8Array;
}

export interface PracticeAuthority {
  readonly root: PracticeIdentity;
  readonly issuer: PracticeIdentity;
  /** Issuer and root, as verifyTwin wants them. */
  readonly chain: readonly Twin[];
  /** Everything is valid for these ten years, from a second before 2026. */
  readonly validity: Validity;
  issueEnd(
    profile: TwinProfile,
    subject: DistinguishedName,
    names?: readonly AlternativeName[],
  ): Promise<PracticeIdentity>;
  issueLink(subject: DistinguishedName, names: readonly AlternativeName[]): Promise<PracticeLink>;
}

const NOT_BEFORE: Instant = Date.UTC(2025, 11, 31, 23, 59, 59);
const NOT_AFTER: Instant = Date.UTC(2035, 11, 31, 23, 59, 59);

/** Names of the practice organisation, from its country down. */
export function practiceName(commonName: string): DistinguishedName {
  return [
    { type: 'C', value: 'VN' },
    { type: 'O', value: 'Tỉnh thực hành' },
    { type: 'CN', value: commonName },
  ];
}

/** Makes root and issuer, in a few milliseconds. */
export async function createPracticeAuthority(
  crypto: CryptoProvider,
  random: RandomSource,
): Promise<PracticeAuthority> {
  const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
  const shared = { validity, random, hash: crypto.hash };

  /** Signed by `by`, or by itself. */
  async function issue(
    by: PracticeIdentity | null,
    profile: TwinProfile,
    subject: DistinguishedName,
    alternativeNames: readonly AlternativeName[] = [],
  ): Promise<PracticeIdentity> {
    const { keys, secrets } = await makeKeys(crypto);
    const signer = both((half) => {
      if (by === null) return { issuerKey: keys[half], issuerCert: null };
      return { issuerKey: by.keys[half], issuerCert: by.twin[half] };
    });
    const subjectPublicKeys = both((half) => keys[half].publicKey);
    const order = { ...shared, ...signer, subject, subjectPublicKeys, profile, alternativeNames };
    return { twin: await issueTwin(order), keys, secrets };
  }

  const root = await issue(null, 'root', practiceName('Gốc thực hành'));
  const issuer = await issue(root, 'issuer', practiceName('Cấp chứng thư thực hành'));
  return {
    root,
    issuer,
    chain: [issuer.twin, root.twin],
    validity,
    issueEnd: (profile, subject, names) => issue(issuer, profile, subject, names),
    issueLink: async (subject, alternativeNames) => {
      const { keys, secrets } = await makeKeys(crypto);
      const certificate = await issueLink({
        ...shared,
        issuer: { issuerKey: issuer.keys.mldsa, issuerCert: issuer.twin.mldsa },
        subject,
        subjectPublicKey: keys.mldsa.publicKey,
        alternativeNames,
      });
      return { certificate, key: keys.mldsa, secret: secrets.mldsa };
    },
  };
}

async function makeKeys(
  crypto: CryptoProvider,
): Promise<{ keys: Pair<SigningKey>; secrets: Pair<Uint8Array> }> {
  const { signatures } = crypto;
  const secrets = {
    p256: await signatures.generateSecret(HALF_ALGORITHMS.p256),
    mldsa: await signatures.generateSecret(HALF_ALGORITHMS.mldsa),
  };
  const keys = {
    p256: await signatures.signingKey(HALF_ALGORITHMS.p256, secrets.p256),
    mldsa: await signatures.signingKey(HALF_ALGORITHMS.mldsa, secrets.mldsa),
  };
  return { keys, secrets };
}
