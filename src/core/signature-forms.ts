/**
 * The raw forms of keys and signatures, checked before any platform sees them: some platforms
 * accept a scalar of zero, a compressed point or trailing bytes, and all must refuse alike.
 * Sources: SEC 1 §2.3 (P-256), RFC 8032 §5.1 (Ed25519), FIPS 204 table 2 (ML-DSA).
 */
import { compare, equal, fromHex } from './bytes.ts';
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
/** 2^255 − 19. */
const ED25519_PRIME = bytesOf('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed');
/** y of the eight points of small order: of order 1, 2, 4, and two of order 8 (RFC 7748 §4.1's curve). */
const ED25519_SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000001',
  '7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826',
  '7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7',
].map(bytesOf);

/** Whether a secret is one of that algorithm: 32 bytes, for P-256 from 1 to the order less one. */
export function isSecret(algorithm: SignatureAlgorithm, secret: Uint8Array): boolean {
  if (secret.length !== SECRET_BYTES) return false;
  if (algorithm !== 'ecdsa-p256') return true;
  return secret.some((byte) => byte !== 0) && compare(secret, P256_ORDER) < 0;
}

/**
 * Whether a public key has the form of that algorithm. For Ed25519 also that it is written in the
 * one canonical way and not of small order: verifiers differ on those, and under a key of small
 * order one signature holds for many messages. Whether it is on the curve is not seen here.
 */
export function isPublicKeyForm(algorithm: SignatureAlgorithm, publicKey: Uint8Array): boolean {
  if (publicKey.length !== FORMS[algorithm].publicKey) return false;
  if (algorithm === 'ecdsa-p256') return publicKey[0] === UNCOMPRESSED_POINT;
  return algorithm !== 'ed25519' || isSoundEd25519(publicKey);
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

/** Looks at y alone, most significant byte first and without the sign of x. */
function isSoundEd25519(publicKey: Uint8Array): boolean {
  const y = publicKey.toReversed();
  y[0] = (y[0] ?? 0) & 0x7f;
  return compare(y, ED25519_PRIME) < 0 && !ED25519_SMALL_ORDER.some((small) => equal(small, y));
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== null, 'a constant is hexadecimal');
  return bytes;
}
