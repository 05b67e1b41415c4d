/**
 * One X.509 v3 certificate of our profile, written and read. Source: RFC 5280 §4.1.
 *
 * The reader takes exactly what the writer could have written, except that it passes over unknown
 * extensions that are not critical and takes serial numbers of 8 to 20 octets. Reading proves
 * nothing: chain.ts verifies.
 */
import type { Instant } from '#core/clock.ts';
import type { SigningKey } from '#core/crypto.ts';
import {
  type CertificateAlgorithm,
  decodeSignature,
  encodePublicKey,
  encodeSignature,
  type PublicKey,
  readPublicKey,
  readSignatureIdentifier,
  signatureIdentifier,
} from './algorithms.ts';
import {
  bitString,
  constructedContextTag,
  explicit,
  sequence,
  smallInteger,
  TAG,
  unsignedInteger,
} from './der.ts';
import { decodeDer, type DerReader } from './der-reader.ts';
import { encodeExtensions, type Extensions, readExtensions } from './extensions.ts';
import { type DistinguishedName, encodeName, readName } from './names.ts';
import { encodeTime, readTime } from './time.ts';

/** Both ends belong to it; whole seconds. */
export interface Validity {
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

export interface CertificateFields {
  /** Magnitude, most significant octet first. */
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly validity: Validity;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  readonly extensions: Extensions;
}

export interface Certificate extends CertificateFields {
  /** The whole certificate: digests that name it are taken over these bytes. */
  readonly der: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  /** Algorithm of the signature, which is the issuer's. */
  readonly algorithm: CertificateAlgorithm;
  /** In the raw form of core/crypto.ts. */
  readonly signature: Uint8Array;
}

/** Signs as one of the algorithms that certificates know. */
export interface CertificateSigner extends Pick<SigningKey, 'sign'> {
  readonly algorithm: CertificateAlgorithm;
}

const VERSION_3 = 2;
const VERSION_TAG = constructedContextTag(0);
const EXTENSIONS_TAG = constructedContextTag(3);
const SERIAL_OCTETS_MIN = 8;
const SERIAL_OCTETS_MAX = 20;
/** Ours have about 600 (P-256) and 5,700 (ML-DSA-65); the rest is for long lists of names. */
export const CERTIFICATE_BYTES_MAX = 32_768;

/**
 * Writes and signs a certificate; what it says is the caller's to answer for (issue.ts).
 * @throws Refusal of a name (names.ts) or `date-out-of-range`
 */
export async function signCertificate(
  key: CertificateSigner,
  fields: CertificateFields,
): Promise<Uint8Array> {
  const algorithm = signatureIdentifier(key.algorithm);
  const tbs = sequence(
    explicit(0, smallInteger(VERSION_3)),
    unsignedInteger(fields.serial),
    algorithm,
    encodeName(fields.issuer),
    sequence(encodeTime(fields.validity.notBefore), encodeTime(fields.validity.notAfter)),
    encodeName(fields.subject),
    encodePublicKey(fields.publicKey),
    explicit(3, encodeExtensions(fields.extensions)),
  );
  const signature = encodeSignature(key.algorithm, await key.sign(tbs));
  return sequence(tbs, algorithm, bitString(signature));
}

/**
 * Reads a certificate strictly. Nothing in the result is verified.
 * @param der at most 32,768 bytes; copied, so that later changes to it do no harm
 * @throws DecodeError
 */
export function parseCertificate(der: Uint8Array): Certificate {
  return decodeDer(der.slice(), 'certificate', CERTIFICATE_BYTES_MAX, (outer) => {
    const whole = outer.peekWhole(TAG.sequence, 'certificate');
    return outer.within(TAG.sequence, 'certificate', (reader) => readParts(reader, whole));
  });
}

function readParts(reader: DerReader, der: Uint8Array): Certificate {
  const tbs = reader.peekWhole(TAG.sequence, 'tbsCertificate');
  const { inner, ...fields } = reader.within(TAG.sequence, 'tbsCertificate', readFields);
  const algorithm = readSignatureIdentifier(reader, 'signatureAlgorithm');
  if (algorithm !== inner) {
    throw reader.error('signatureAlgorithm', 'differs from the one that is signed');
  }
  const value = reader.bitString('signatureValue');
  const signature = decodeSignature(algorithm, value, reader);
  return { der, tbs, ...fields, algorithm, signature };
}

type SignedParts = Omit<Certificate, 'der' | 'tbs' | 'algorithm' | 'signature'> & {
  readonly inner: CertificateAlgorithm;
};

function readFields(reader: DerReader): SignedParts {
  const version = reader.within(VERSION_TAG, 'version', (one) => one.smallInteger('version'));
  if (version !== VERSION_3) throw reader.error('version', 'is not 3');
  const serial = reader.positiveInteger('serialNumber', SERIAL_OCTETS_MAX);
  if (serial.length < SERIAL_OCTETS_MIN) throw reader.error('serialNumber', 'is too short');
  const inner = readSignatureIdentifier(reader, 'signature');
  const issuerDer = reader.peekWhole(TAG.sequence, 'issuer');
  const issuer = readName(reader, 'issuer');
  const validity = readValidity(reader);
  const subjectDer = reader.peekWhole(TAG.sequence, 'subject');
  const subject = readName(reader, 'subject');
  const publicKey = readPublicKey(reader, 'subjectPublicKeyInfo');
  const extensions = reader.within(EXTENSIONS_TAG, 'extensions', readExtensions);
  return { serial, inner, issuerDer, issuer, validity, subjectDer, subject, publicKey, extensions };
}

function readValidity(reader: DerReader): Validity {
  return reader.within(TAG.sequence, 'validity', (inner) => {
    const notBefore = readTime(inner, 'validity.notBefore');
    const notAfter = readTime(inner, 'validity.notAfter');
    if (notAfter < notBefore) throw inner.error('validity', 'ends before it begins');
    return { notBefore, notAfter };
  });
}
