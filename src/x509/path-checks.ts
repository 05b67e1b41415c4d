/**
 * The single checks that make up the verification of a chain (chain.ts), each a refusal of its own.
 * Source: RFC 5280 §6.1 for our narrow profile; RFC 9763 §4 for the hash that ties a twin.
 */
import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import { type Certificate, parseCertificate, type Validity } from './certificate.ts';
import { encodeExtensions } from './extensions.ts';
import { both, type Half, HALF_ALGORITHMS, type Pair, type Twin } from './twin.ts';

/** The `reason` in the detail of Refusal `certificate-invalid`. */
export type CertificateFault =
  | 'malformed'
  | 'algorithm-differs'
  | 'twins-differ'
  | 'related-differs'
  | 'chain-length'
  | 'root-missing'
  | 'issuer-differs'
  | 'key-identifier-differs'
  | 'not-an-authority'
  | 'is-an-authority'
  | 'path-too-long'
  | 'key-usage'
  | 'not-yet-valid'
  | 'expired'
  | 'signature-wrong';

export type Certificates = Pair<Certificate>;

export function readTwin(twin: Twin, level: number): Certificates {
  const certificates = both((half) => readHalf(twin[half], half, level));
  const { p256, mldsa } = certificates;
  const alike = equal(p256.subjectDer, mldsa.subjectDer) && equal(rights(p256), rights(mldsa));
  if (!alike) throw fault('twins-differ', { level });
  return certificates;
}

/**
 * What a certificate allows, as bytes: everything in its extensions that does not depend on keys.
 */
function rights({ extensions }: Certificate): Uint8Array {
  return encodeExtensions({
    ...extensions,
    subjectKeyIdentifier: new Uint8Array(),
    authorityKeyIdentifier: null,
    relatedCertificate: null,
  });
}

export function readHalf(der: Uint8Array, half: Half, level: number): Certificate {
  const certificate = parseOrRefuse(der, half, level);
  const algorithm = HALF_ALGORITHMS[half];
  const pure = certificate.algorithm === algorithm && certificate.publicKey.algorithm === algorithm;
  if (!pure) throw fault('algorithm-differs', { half, level });
  return certificate;
}

function parseOrRefuse(der: Uint8Array, half: Half, level: number): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause;
    const { field, offset, reason: what } = cause;
    throw fault('malformed', { half, level, field, offset, what }, { cause });
  }
}

/** The ML-DSA twin of an end names the P-256 one, and only it names anything (RFC 9763 §4). */
export function checkRelated(
  crypto: CryptoProvider,
  twin: Twin,
  { p256, mldsa }: Certificates,
): void {
  const named = mldsa.extensions.relatedCertificate;
  const tied = named !== null && equal(named, crypto.hash.sha256(twin.p256));
  if (!tied || p256.extensions.relatedCertificate !== null) {
    throw fault('related-differs', { level: 0 });
  }
}

export function checkEnd({ extensions }: Certificate, half: Half): void {
  if (extensions.authority) throw fault('is-an-authority', { half, level: 0 });
  const { keyUsage, extendedKeyUsage } = extensions;
  const signs = keyUsage.includes('digitalSignature') && !keyUsage.includes('keyCertSign');
  if (!signs || extendedKeyUsage.length > 0) throw fault('key-usage', { half, level: 0 });
}

/** @param beneath how many authorities stand below this one */
export function checkAuthority(
  { extensions }: Certificate,
  beneath: number,
  half: Half,
  level: number,
): void {
  const { authority, pathLength, keyUsage, extendedKeyUsage } = extensions;
  if (!authority) throw fault('not-an-authority', { half, level });
  const signs = keyUsage.includes('keyCertSign') && !keyUsage.includes('digitalSignature');
  if (!signs || extendedKeyUsage.length > 0 || extensions.relatedCertificate !== null) {
    throw fault('key-usage', { half, level });
  }
  if (pathLength === null || pathLength < beneath) throw fault('path-too-long', { half, level });
}

/** One certificate against its issuer's; the cheap checks first. */
export async function checkStep(
  crypto: CryptoProvider,
  certificate: Certificate,
  issuer: Certificate | undefined,
  at: Instant | null,
  half: Half,
  level: number,
): Promise<void> {
  if (issuer === undefined) throw fault('root-missing', { half, level });
  const selfSigned = issuer === certificate;
  if (!equal(certificate.issuerDer, issuer.subjectDer)) {
    throw fault(selfSigned ? 'root-missing' : 'issuer-differs', { half, level });
  }
  const named = certificate.extensions.authorityKeyIdentifier;
  const { subjectKeyIdentifier } = issuer.extensions;
  const matches = named === null ? selfSigned : equal(named, subjectKeyIdentifier);
  if (!matches) throw fault('key-identifier-differs', { half, level });
  if (at !== null) checkValidity(certificate.validity, at, half, level);
  const { algorithm, tbs, signature } = certificate;
  const { raw } = issuer.publicKey;
  const genuine = await crypto.signatures.verify(algorithm, raw, tbs, signature);
  if (!genuine) throw fault('signature-wrong', { half, level });
}

/** The last second belongs to the validity whole (RFC 5280 §4.1.2.5). */
function checkValidity(validity: Validity, at: Instant, half: Half, level: number): void {
  if (at < validity.notBefore) throw fault('not-yet-valid', { half, level });
  if (at >= validity.notAfter + 1000) throw fault('expired', { half, level });
}

export function fault(
  reason: CertificateFault,
  detail: RefusalDetail,
  options?: ErrorOptions,
): Refusal {
  return new Refusal('certificate-invalid', { reason, ...detail }, options);
}
