/**
 * Verifies twins up to their root, and links. Both algorithms must hold at every step: a break of
 * one of them forges nothing. Source: RFC 5280 §6.1 for our narrow profile; RFC 9763 §5 for the
 * hash that ties a twin.
 *
 * The root is whatever stands last in the chain; its self-signature says nothing about trust.
 * Callers compare `root` in the result with the digests that their organisation pinned, before they
 * believe the rest. Revocation is not looked at here.
 */
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { AlternativeName } from './alternative-names.ts';
import type { Validity } from './certificate.ts';
import type { KeyUsage } from './extensions.ts';
import type { DistinguishedName } from './names.ts';
import {
  type Certificates,
  checkAuthority,
  checkEnd,
  checkRelated,
  checkStep,
  fault,
  readHalf,
  readTwin,
} from './path-checks.ts';
import { both, HALVES, type Pair, type Twin } from './twin.ts';

export interface VerifiedTwin {
  readonly ok: true;
  readonly subject: DistinguishedName;
  readonly publicKeys: Pair<Uint8Array>;
  /** SHA-256 of each certificate's DER. */
  readonly digests: Pair<Uint8Array>;
  readonly serials: Pair<Uint8Array>;
  readonly validity: Pair<Validity>;
  readonly keyUsage: readonly KeyUsage[];
  readonly alternativeNames: readonly AlternativeName[];
  /** SHA-256 of the DER of the root that the chain ends in: compare it with the pinned one. */
  readonly root: Pair<Uint8Array>;
}

export interface VerifiedLink {
  readonly ok: true;
  readonly subject: DistinguishedName;
  readonly publicKey: Uint8Array;
  readonly digest: Uint8Array;
  readonly serial: Uint8Array;
  readonly validity: Validity;
  readonly alternativeNames: readonly AlternativeName[];
  readonly root: Pair<Uint8Array>;
}

const CHAIN_LENGTH_MAX = 4;

/**
 * Verifies the twin of an end (person, office seal, registrar, station) and its chain.
 * @param chain the twins of its issuer, that one's issuer and so on, the root last
 * @param at when it must be valid; null skips validity only
 * @throws Refusal `certificate-invalid`; detail: reason (CertificateFault), half, level (0 the end)
 */
export async function verifyTwin(
  crypto: CryptoProvider,
  twin: Twin,
  chain: readonly Twin[],
  at: Instant | null,
): Promise<VerifiedTwin> {
  const end = readTwin(twin, 0);
  for (const half of HALVES) checkEnd(end[half], half);
  checkRelated(crypto, twin, end);
  const authorities = await verifyAuthorities(crypto, chain, at, 1);
  for (const half of HALVES) {
    await checkStep(crypto, end[half], authorities[0]?.[half], at, half, 0);
  }
  return describe(crypto, end, authorities);
}

/**
 * Verifies an authority's twin: an issuer below its root, or a root alone.
 * @param chain the authority itself, then its issuer and so on, the root last
 * @throws Refusal as verifyTwin
 */
export async function verifyAuthority(
  crypto: CryptoProvider,
  chain: readonly Twin[],
  at: Instant | null,
): Promise<VerifiedTwin> {
  const authorities = await verifyAuthorities(crypto, chain, at, 0);
  const [first] = authorities;
  if (first === undefined) throw fault('chain-length', {});
  return describe(crypto, first, authorities);
}

/**
 * Verifies the certificate that a station shows on a link, under the ML-DSA half of its chain
 * (which is verified in both halves).
 * @throws Refusal as verifyTwin
 */
export async function verifyLink(
  crypto: CryptoProvider,
  link: Uint8Array,
  chain: readonly Twin[],
  at: Instant | null,
): Promise<VerifiedLink> {
  const end = readHalf(link, 'mldsa', 0);
  const { authority, extendedKeyUsage, keyUsage, relatedCertificate } = end.extensions;
  if (authority) throw fault('is-an-authority', { half: 'mldsa', level: 0 });
  const usable = keyUsage.includes('digitalSignature') && extendedKeyUsage.length === 2;
  if (!usable || relatedCertificate !== null) {
    throw fault('key-usage', { half: 'mldsa', level: 0 });
  }
  const authorities = await verifyAuthorities(crypto, chain, at, 1);
  await checkStep(crypto, end, authorities[0]?.mldsa, at, 'mldsa', 0);
  return {
    ok: true,
    subject: end.subject,
    publicKey: end.publicKey.raw,
    digest: crypto.hash.sha256(end.der),
    serial: end.serial,
    validity: end.validity,
    alternativeNames: end.extensions.alternativeNames,
    root: digestRoot(crypto, authorities),
  };
}

function describe(
  crypto: CryptoProvider,
  subject: Certificates,
  authorities: readonly Certificates[],
): VerifiedTwin {
  return {
    ok: true,
    subject: subject.p256.subject,
    publicKeys: both((half) => subject[half].publicKey.raw),
    digests: both((half) => crypto.hash.sha256(subject[half].der)),
    serials: both((half) => subject[half].serial),
    validity: both((half) => subject[half].validity),
    keyUsage: subject.p256.extensions.keyUsage,
    alternativeNames: subject.p256.extensions.alternativeNames,
    root: digestRoot(crypto, authorities),
  };
}

function digestRoot(crypto: CryptoProvider, chain: readonly Certificates[]): Pair<Uint8Array> {
  const root = chain.at(-1);
  if (root === undefined) throw fault('root-missing', {});
  return both((half) => crypto.hash.sha256(root[half].der));
}

/** An issuer and a root are held once by whoever has a directory, and stand above every certificate in it. */
const read = new WeakMap<Twin, Certificates>();

function readAuthority(twin: Twin, level: number): Certificates {
  const before = read.get(twin);
  if (before !== undefined) return before;
  const certificates = readTwin(twin, level);
  read.set(twin, certificates);
  return certificates;
}

/** Verifies authorities among themselves; the first stands `below` certificates above the end. */
async function verifyAuthorities(
  crypto: CryptoProvider,
  chain: readonly Twin[],
  at: Instant | null,
  below: 0 | 1,
): Promise<Certificates[]> {
  if (chain.length === 0 || chain.length > CHAIN_LENGTH_MAX) throw fault('chain-length', {});
  const authorities = chain.map((twin, index) => readAuthority(twin, index + below));
  for (const half of HALVES) {
    const path = authorities.map((authority) => authority[half]);
    path.forEach((certificate, index) => checkAuthority(certificate, index, half, index + below));
    for (const [index, certificate] of path.entries()) {
      // The last one is its own issuer, or it is no root.
      const issuer = path[index + 1] ?? certificate;
      await checkStep(crypto, certificate, issuer, at, half, index + below);
    }
  }
  return authorities;
}
