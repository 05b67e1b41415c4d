/**
 * The two signature algorithms of suite 1 as X.509 writes them: identifiers, public keys and
 * signature values. Sources: RFC 5480 and RFC 5758 (ECDSA on P-256), RFC 9881 (ML-DSA-65,
 * parameters absent).
 */
import { concat } from '#core/bytes.ts';
import { assert } from '#core/refusals.ts';
import { bitString, oid, sequence, TAG, unsignedInteger } from './der.ts';
import { decodeDer, type DerReader } from './der-reader.ts';
import { OID } from './oids.ts';

export type CertificateAlgorithm = 'ecdsa-p256' | 'ml-dsa-65';

/**
 * A raw public key, in the form that core/crypto.ts names: P-256 uncompressed 65 bytes, ML-DSA-65
 * 1,952.
 */
export interface PublicKey {
  readonly algorithm: CertificateAlgorithm;
  readonly raw: Uint8Array;
}

const PUBLIC_KEY_BYTES = { 'ecdsa-p256': 65, 'ml-dsa-65': 1952 } as const;
const MLDSA65_SIGNATURE_BYTES = 3309;
const SCALAR_BYTES = 32;
const ECDSA_DER_BYTES_MAX = 72;

/** AlgorithmIdentifier of a signature; neither algorithm has parameters. */
export function signatureIdentifier(algorithm: CertificateAlgorithm): Uint8Array {
  return sequence(oid(algorithm === 'ecdsa-p256' ? OID.ecdsaWithSha256 : OID.mlDsa65));
}

/** @throws DecodeError for another algorithm, and for parameters, NULL included */
export function readSignatureIdentifier(reader: DerReader, field: string): CertificateAlgorithm {
  return reader.within(TAG.sequence, field, (inner) => {
    const dotted = inner.oid(field);
    if (dotted === OID.ecdsaWithSha256) return 'ecdsa-p256';
    if (dotted === OID.mlDsa65) return 'ml-dsa-65';
    throw inner.error(field, 'names another signature algorithm');
  });
}

/** AlgorithmIdentifier of a key: in a SubjectPublicKeyInfo and in PKCS#8. */
export function keyIdentifier(algorithm: CertificateAlgorithm): Uint8Array {
  if (algorithm === 'ml-dsa-65') return sequence(oid(OID.mlDsa65));
  return sequence(oid(OID.ecPublicKey), oid(OID.p256));
}

/** @throws DecodeError for another algorithm, curve or parameters */
export function readKeyIdentifier(reader: DerReader, field: string): CertificateAlgorithm {
  return reader.within(TAG.sequence, field, (inner) => {
    const dotted = inner.oid(field);
    if (dotted === OID.mlDsa65) return 'ml-dsa-65';
    const onP256 = dotted === OID.ecPublicKey && inner.oid(field) === OID.p256;
    if (!onP256) throw inner.error(field, 'names another key algorithm or curve');
    return 'ecdsa-p256';
  });
}

/** SubjectPublicKeyInfo. */
export function encodePublicKey({ algorithm, raw }: PublicKey): Uint8Array {
  assert(isWellShaped({ algorithm, raw }), `${algorithm} public key has its length and prefix`);
  return sequence(keyIdentifier(algorithm), bitString(raw));
}

/** @throws DecodeError; whether the point lies on the curve is for the verifier to find */
export function readPublicKey(reader: DerReader, field: string): PublicKey {
  return reader.within(TAG.sequence, field, (inner) => {
    const algorithm = readKeyIdentifier(inner, field);
    const key = { algorithm, raw: inner.bitString(field) };
    if (!isWellShaped(key)) throw inner.error(field, 'has a key of another length or form');
    return key;
  });
}

function isWellShaped({ algorithm, raw }: PublicKey): boolean {
  if (raw.length !== PUBLIC_KEY_BYTES[algorithm]) return false;
  return algorithm !== 'ecdsa-p256' || raw[0] === 0x04;
}

/** Contents of signatureValue: ECDSA as DER Ecdsa-Sig-Value (RFC 3279 §2.2.3), ML-DSA as it is. */
export function encodeSignature(algorithm: CertificateAlgorithm, raw: Uint8Array): Uint8Array {
  if (algorithm === 'ml-dsa-65') return raw;
  assert(raw.length === 2 * SCALAR_BYTES, 'ECDSA signature is r and s');
  const r = unsignedInteger(raw.subarray(0, SCALAR_BYTES));
  return sequence(r, unsignedInteger(raw.subarray(SCALAR_BYTES)));
}

/**
 * The raw signature that a SigningKey made: r‖s of 64 bytes, or ML-DSA's 3,309.
 * @throws DecodeError
 */
export function decodeSignature(
  algorithm: CertificateAlgorithm,
  value: Uint8Array,
  reader: DerReader,
): Uint8Array {
  const field = 'signatureValue';
  if (algorithm === 'ecdsa-p256') {
    return decodeDer(value, field, ECDSA_DER_BYTES_MAX, (inner) =>
      inner.within(TAG.sequence, field, (pair) =>
        concat(readScalar(pair, 'signatureValue.r'), readScalar(pair, 'signatureValue.s')),
      ),
    );
  }
  if (value.length !== MLDSA65_SIGNATURE_BYTES) throw reader.error(field, 'has another length');
  return value;
}

function readScalar(reader: DerReader, field: string): Uint8Array {
  const magnitude = reader.positiveInteger(field, SCALAR_BYTES);
  return concat(new Uint8Array(SCALAR_BYTES - magnitude.length), magnitude);
}
