/**
 * The raw forms of keys and signatures, checked before any platform sees them: some platforms
 * accept a scalar of zero, a compressed point or trailing bytes, and all must refuse alike.
 * Sources: SEC 1 §2.3 (P-256), RFC 8032 §5.1 (Ed25519), FIPS 204 table 2 (ML-DSA).
 */
import { compare, fromHex } from './bytes.ts';
import type { SignatureAlgorithm } from './crypto.ts';
import { assert } from './refusals.ts';

/** Bytes of every secret: P-256 scalar, Ed25519 or ML-DSA seed. */
export const SECRET_BYTES = 32;

const FORMS: Readonly<Record<SignatureAlgorithm, { publicKey: number; signature: number }>> = {
  'ecdsa-p256': { publicKey: 65, signature: 64 },
  'ml-dsa-65': { publicKey: 1952, signature: 3309 },
  'ed25519': { publicKey: 32, signature: 64 },
  'ml-dsa-44': { publicKey: 1312, signature: 2420 },
};

const UNCOMPRESSED_POINT = 0x04;
/** Order of P-256 (SP 800-186 §3.2.1.3). */
const P256_ORDER = bytesOf('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** Whether a secret is one of that algorithm: 32 bytes, for P-256 from 1 to the order less one. */
export function isSecret(algorithm: SignatureAlgorithm, secret: Uint8Array): boolean {
  if (secret.length !== SECRET_BYTES) return false;
  if (algorithm !== 'ecdsa-p256') return true;
  return secret.some((byte) => byte !== 0) && compare(secret, P256_ORDER) < 0;
}

/** Whether a public key has the form of that algorithm; whether it is on the curve is not seen here. */
export function isPublicKeyForm(algorithm: SignatureAlgorithm, publicKey: Uint8Array): boolean {
  if (publicKey.length !== FORMS[algorithm].publicKey) return false;
  return algorithm !== 'ecdsa-p256' || publicKey[0] === UNCOMPRESSED_POINT;
}

/** Whether a signature has the length of that algorithm. */
export function isSignatureForm(algorithm: SignatureAlgorithm, signature: Uint8Array): boolean {
  return signature.length === FORMS[algorithm].signature;
}

/** A new secret from uniform bytes; takes more where they are no P-256 scalar (once in 2^32). */
export function secretFrom(
  algorithm: SignatureAlgorithm,
  randomBytes: (length: number) => Uint8Array,
): Uint8Array {
  for (;;) {
    const secret = randomBytes(SECRET_BYTES);
    if (isSecret(algorithm, secret)) return secret;
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== null, 'a constant is hexadecimal');
  return bytes;
}
