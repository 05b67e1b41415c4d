/**
 * Makes the certificates of an organisation's identities: the issuing side of certificate-authority.ts. Root and issuer
 * keys stay with whoever calls this; no station ever does.
 */

import { DAY_MS, HOUR_MS, type Instant, type RandomSource, SECOND_MS } from '#core/clock.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import type { Twin } from '#wire/directory.ts';
import type { TwinSecret } from '#wire/keyring.ts';
import type { TwinSigner } from '#wire/sign.ts';
import type { AlternativeName } from '#x509/alternative-names.ts';
import { issueLink, issueTwin } from '#x509/issue.ts';
import type { DistinguishedName } from '#x509/names.ts';
import type { TwinProfile } from '#x509/profiles.ts';
import type { Pair } from '#x509/twin.ts';

/** Both secret keys of an identity, ready to sign. */
export interface TwinKeys {
  readonly secret: TwinSecret;
  readonly p256: SigningKey;
  readonly mldsa: SigningKey;
}

/** Keys together with the certificates that speak for them. */
export interface CertifiedKeys {
  readonly keys: Pair<SigningKey>;
  readonly certificates: Twin;
}

export interface Subject {
  readonly name: DistinguishedName;
  readonly validity: { readonly notBefore: Instant; readonly notAfter: Instant };
  readonly alternativeNames?: readonly AlternativeName[];
}

export interface CertificateMaker {
  /** @param by the issuer; null for a root, which is given its own keys */
  twin(by: CertifiedKeys | Pair<SigningKey>, profile: TwinProfile, subject: Subject, publicKeys: Pair<Uint8Array>): Promise<Twin>;
  link(by: CertifiedKeys, subject: Subject, publicKey: Uint8Array): Promise<Uint8Array>;
}

/** The real one. Source: docs/protocol/suite.md §Certificates. */
export function x509Maker({ hash }: Pick<CryptoProvider, 'hash'>, random: RandomSource): CertificateMaker {
  return {
    twin: (by, profile, subject, subjectPublicKeys) => {
      const { keys, certificates } = 'keys' in by ? by : { keys: by, certificates: null };
      return issueTwin({
        p256: { issuerKey: keys.p256, issuerCert: certificates?.p256 ?? null },
        mldsa: { issuerKey: keys.mldsa, issuerCert: certificates?.mldsa ?? null },
        profile, subject: subject.name, validity: subject.validity, subjectPublicKeys, random, hash,
        alternativeNames: subject.alternativeNames ?? [],
      });
    },
    link: (by, subject, subjectPublicKey) => issueLink({
      issuer: { issuerKey: by.keys.mldsa, issuerCert: by.certificates.mldsa },
      subject: subject.name, validity: subject.validity, subjectPublicKey, random, hash,
      alternativeNames: subject.alternativeNames ?? [],
    }),
  };
}

export async function makeTwinKeys({ signatures }: CryptoProvider): Promise<TwinKeys> {
  const p256 = await signatures.generateSecret('ecdsa-p256');
  const mldsa = await signatures.generateSecret('ml-dsa-65');
  return openTwinKeys({ signatures }, { p256, mldsa });
}

/** @throws Refusal `key-malformed` */
export async function openTwinKeys({ signatures }: Pick<CryptoProvider, 'signatures'>, secret: TwinSecret): Promise<TwinKeys> {
  const p256 = await signatures.signingKey('ecdsa-p256', secret.p256);
  const mldsa = await signatures.signingKey('ml-dsa-65', secret.mldsa);
  return { secret, p256, mldsa };
}

export function publicKeysOf({ p256, mldsa }: Pair<SigningKey>): Pair<Uint8Array> {
  return { p256: p256.publicKey, mldsa: mldsa.publicKey };
}

/** What signs in the name of these certificates. */
export function twinSigner({ hash }: Pick<CryptoProvider, 'hash'>, keys: Pair<SigningKey>, certificates: Twin): TwinSigner {
  return {
    p256: keys.p256,
    mldsa: keys.mldsa,
    p256Certificate: hash.sha256(certificates.p256),
    mldsaCertificate: hash.sha256(certificates.mldsa),
  };
}

/** X.520's bound on names; ours may be longer, and the directory has them whole. */
const NAME_CODE_POINTS_MAX = 64;

/** C=VN, O=organisation, OU=unit, CN=name. */
export function subjectName(organisation: string, unit: string | null, name: string): DistinguishedName {
  return [
    { type: 'C', value: 'VN' },
    { type: 'O', value: shorten(organisation) },
    ...(unit === null ? [] : [{ type: 'OU' as const, value: shorten(unit) }]),
    { type: 'CN', value: shorten(name) },
  ];
}

function shorten(name: string): string {
  const points = [...name];
  if (points.length <= NAME_CODE_POINTS_MAX) return name;
  return points.slice(0, NAME_CODE_POINTS_MAX).join('').trim();
}

const LIFE_DAYS: Readonly<Record<'root' | 'issuer' | 'end', number>> = { root: 20 * 365, issuer: 10 * 365, end: 5 * 365 };

/** From an hour before `created`, for clocks that differ, in whole seconds as certificates count. */
export function validityFrom(created: Instant, life: keyof typeof LIFE_DAYS): Subject['validity'] {
  const notBefore = Math.max(0, Math.floor(created / SECOND_MS) * SECOND_MS - HOUR_MS);
  return { notBefore, notAfter: notBefore + LIFE_DAYS[life] * DAY_MS };
}
