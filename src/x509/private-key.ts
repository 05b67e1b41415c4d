/**
 * Private keys as PKCS#8 (RFC 5958), for programs that load keys from files: TLS, OpenSSL, a
 * recovery by hand.
 *
 * ML-DSA-65 as its seed alone, the form that RFC 9881 §6 recommends; P-256 as RFC 5915 with the
 * public point, without which some readers refuse the key.
 */
import { assert } from '#core/refusals.ts';
import { type CertificateAlgorithm, keyIdentifier, readKeyIdentifier } from './algorithms.ts';
import {
  bitString,
  constructedContextTag,
  contextTag,
  element,
  explicit,
  octetString,
  sequence,
  smallInteger,
  TAG,
} from './der.ts';
import { decodeDer, type DerReader } from './der-reader.ts';

export interface PrivateKey {
  readonly algorithm: CertificateAlgorithm;
  /** 32 bytes: P-256 scalar or ML-DSA seed, as core/crypto.ts has them. */
  readonly secret: Uint8Array;
}

const SECRET_BYTES = 32;
const POINT_BYTES = 65;
const PRIVATE_KEY_BYTES_MAX = 256;
const SEED_TAG = contextTag(0);
const POINT_TAG = constructedContextTag(1);

/**
 * @param publicKey raw; for P-256 it becomes part of the encoding
 * @returns DER: 138 bytes for P-256, 54 for ML-DSA-65. Secret: the caller erases it.
 */
export function encodePrivateKey(key: PrivateKey, publicKey: Uint8Array): Uint8Array {
  assert(key.secret.length === SECRET_BYTES, 'a secret has 32 bytes');
  const inner =
    key.algorithm === 'ml-dsa-65'
      ? element(SEED_TAG, key.secret)
      : sequence(smallInteger(1), octetString(key.secret), explicit(1, bitString(publicKey)));
  return sequence(smallInteger(0), keyIdentifier(key.algorithm), octetString(inner));
}

/** @throws DecodeError for whatever encodePrivateKey would not have written */
export function decodePrivateKey(der: Uint8Array): PrivateKey {
  return decodeDer(der, 'privateKeyInfo', PRIVATE_KEY_BYTES_MAX, (outer) =>
    outer.within(TAG.sequence, 'privateKeyInfo', (reader) => {
      if (reader.smallInteger('version') !== 0) throw reader.error('version', 'is not 0');
      const algorithm = readKeyIdentifier(reader, 'privateKeyAlgorithm');
      const read = algorithm === 'ml-dsa-65' ? readSeed : readScalar;
      return { algorithm, secret: reader.within(TAG.octetString, 'privateKey', read) };
    }),
  );
}

function readSeed(reader: DerReader): Uint8Array {
  return readSecret(reader, SEED_TAG);
}

function readScalar(reader: DerReader): Uint8Array {
  return reader.within(TAG.sequence, 'privateKey', (inner) => {
    if (inner.smallInteger('version') !== 1) throw inner.error('version', 'is not 1');
    const secret = readSecret(inner, TAG.octetString);
    const point = inner.within(POINT_TAG, 'publicKey', (bits) => bits.bitString('publicKey'));
    const shaped = point.length === POINT_BYTES && point[0] === 0x04;
    if (!shaped) throw inner.error('publicKey', 'is not an uncompressed point');
    return secret;
  });
}

function readSecret(reader: DerReader, tag: number): Uint8Array {
  const secret = reader.read(tag, 'privateKey');
  if (secret.length !== SECRET_BYTES) throw reader.error('privateKey', 'has another length');
  return secret.slice();
}
