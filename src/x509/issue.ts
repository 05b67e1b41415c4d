/**
 * Issues certificates: twins (one identity under two algorithms, both of which must verify) and
 * links.
 *
 * The ML-DSA twin of an end carries the hash of the P-256 one (RFC 9763), so a pair cannot be
 * recombined. The RFC keeps that extension to ends, therefore the twins of an authority are tied by
 * their name and by whoever pins them: the directory, which holds both digests.
 */
import { equal } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { Hash, SigningKey } from '#core/crypto.ts';
import { assert, Refusal } from '#core/refusals.ts';
import type { PublicKey } from './algorithms.ts';
import type { AlternativeName } from './alternative-names.ts';
import {
  type CertificateSigner,
  parseCertificate,
  signCertificate,
  type Validity,
} from './certificate.ts';
import type { DistinguishedName } from './names.ts';
import { LINK_PROFILE, PAGES_PROFILE, type Profile, TWIN_PROFILES, type TwinProfile } from './profiles.ts';
import type { Pair, Twin } from './twin.ts';

/** Who signs: a key, and the DER of its certificate, null where a root signs itself. */
export interface Issuer {
  readonly issuerKey: SigningKey;
  readonly issuerCert: Uint8Array | null;
}

interface Order {
  readonly subject: DistinguishedName;
  readonly validity: Validity;
  readonly random: RandomSource;
  readonly hash: Pick<Hash, 'sha256'>;
}

export interface TwinOrder extends Order, Pair<Issuer> {
  /** Raw, in the forms of core/crypto.ts. */
  readonly subjectPublicKeys: Pair<Uint8Array>;
  readonly profile: TwinProfile;
  /** For stations. */
  readonly alternativeNames?: readonly AlternativeName[];
}

export interface LinkOrder extends Order {
  /** An ML-DSA-65 key and certificate; of P-256 for pages. */
  readonly issuer: Issuer;
  readonly subjectPublicKey: Uint8Array;
  /** At least one. */
  readonly alternativeNames: readonly AlternativeName[];
}

/**
 * Issues both certificates of one identity.
 * @throws Refusal `certificate-invalid` where an issuer's certificate is not of its key or of no
 *   authority; `date-out-of-range`; the refusals of names.ts and alternative-names.ts
 */
export async function issueTwin(order: TwinOrder): Promise<Twin> {
  const profile = TWIN_PROFILES[order.profile];
  const alternativeNames = order.alternativeNames ?? [];
  const { p256: p256Key, mldsa: mldsaKey } = order.subjectPublicKeys;
  const p256 = await issueOne(order, {
    issuer: order.p256,
    publicKey: { algorithm: 'ecdsa-p256', raw: p256Key },
    profile,
    alternativeNames,
    relatedCertificate: null,
  });
  const mldsa = await issueOne(order, {
    issuer: order.mldsa,
    publicKey: { algorithm: 'ml-dsa-65', raw: mldsaKey },
    profile,
    alternativeNames,
    relatedCertificate: profile.authority ? null : order.hash.sha256(p256),
  });
  return { p256, mldsa };
}

/**
 * Issues the ML-DSA-65 certificate with which a station meets its neighbours over TLS.
 * @returns DER
 * @throws Refusal as issueTwin
 */
export async function issueLink(order: LinkOrder): Promise<Uint8Array> {
  return issueOne(order, {
    issuer: order.issuer,
    publicKey: { algorithm: 'ml-dsa-65', raw: order.subjectPublicKey },
    profile: LINK_PROFILE,
    alternativeNames: order.alternativeNames,
    relatedCertificate: null,
  });
}

/**
 * Issues the P-256 certificate with which a station serves its pages to browsers.
 * @param order with a P-256 issuer and key
 * @returns DER
 * @throws Refusal as issueTwin
 */
export async function issuePages(order: LinkOrder): Promise<Uint8Array> {
  return issueOne(order, {
    issuer: order.issuer,
    publicKey: { algorithm: 'ecdsa-p256', raw: order.subjectPublicKey },
    profile: PAGES_PROFILE,
    alternativeNames: order.alternativeNames,
    relatedCertificate: null,
  });
}

interface One {
  readonly issuer: Issuer;
  readonly publicKey: PublicKey;
  readonly profile: Profile;
  readonly alternativeNames: readonly AlternativeName[];
  readonly relatedCertificate: Uint8Array | null;
}

async function issueOne(order: Order, one: One): Promise<Uint8Array> {
  const { profile, publicKey, alternativeNames, relatedCertificate } = one;
  checkAlternativeNames(profile, alternativeNames);
  const { notBefore, notAfter } = order.validity;
  if (!(notBefore <= notAfter)) throw new Refusal('date-out-of-range');
  const signer = signerOf(one, order.subject);
  return signCertificate(signer.key, {
    serial: makeSerial(order.random),
    issuer: signer.name,
    validity: order.validity,
    subject: order.subject,
    publicKey,
    extensions: {
      authority: profile.authority,
      pathLength: profile.pathLength,
      keyUsage: profile.keyUsage,
      extendedKeyUsage: profile.extendedKeyUsage,
      alternativeNames,
      subjectKeyIdentifier: identifyKey(order.hash, publicKey.raw),
      authorityKeyIdentifier: signer.keyIdentifier,
      relatedCertificate,
    },
  });
}

function checkAlternativeNames(profile: Profile, names: readonly AlternativeName[]): void {
  assert(profile.alternativeNames !== 'none' || names.length === 0, 'only stations have addresses');
  assert(profile.alternativeNames !== 'required' || names.length > 0, 'a link has an address');
}

interface Signer {
  readonly key: CertificateSigner;
  readonly name: DistinguishedName;
  readonly keyIdentifier: Uint8Array | null;
}

function signerOf({ issuer, publicKey, profile }: One, subject: DistinguishedName): Signer {
  const { issuerKey, issuerCert } = issuer;
  const { algorithm } = publicKey;
  assert(issuerKey.algorithm === algorithm, 'an issuer signs for its own algorithm');
  const isRoot = profile === TWIN_PROFILES.root;
  assert((issuerCert === null) === isRoot, 'a root, and only it, signs itself');
  const key = { algorithm, sign: (message: Uint8Array) => issuerKey.sign(message) };
  if (issuerCert === null) {
    checkKey(issuerKey, publicKey.raw);
    return { key, name: subject, keyIdentifier: null };
  }
  const { extensions, publicKey: certified, subject: name } = parseCertificate(issuerCert);
  checkKey(issuerKey, certified.raw);
  checkMayIssue(extensions, profile);
  return { key, name, keyIdentifier: extensions.subjectKeyIdentifier };
}

function checkKey(key: SigningKey, raw: Uint8Array): void {
  if (!equal(key.publicKey, raw)) refuse('key-differs');
}

function checkMayIssue(
  issuer: { readonly authority: boolean; readonly pathLength: number | null },
  profile: Profile,
): void {
  if (!issuer.authority) refuse('not-an-authority');
  if (profile.authority && issuer.pathLength === 0) refuse('path-too-long');
}

function refuse(reason: string): never {
  throw new Refusal('certificate-invalid', { reason });
}

/**
 * A serial of 16 octets, always: the two highest bits are fixed to 01, so that it is positive and
 * never shorter, and 126 bits stay random (RFC 5280 §4.1.2.2 asks for uniqueness, 64 bits resist
 * chosen-prefix collisions).
 */
function makeSerial(random: RandomSource): Uint8Array {
  const [first = 0, ...rest] = random.bytes(16);
  return Uint8Array.of((first & 0x3f) | 0x40, ...rest);
}

/** The leftmost 160 bits of SHA-256 of the key (RFC 7093 §2, method 1). */
function identifyKey(hash: Pick<Hash, 'sha256'>, raw: Uint8Array): Uint8Array {
  return hash.sha256(raw).slice(0, 20);
}
