/**
 * Signatures of suite 1 in a browser. P-256 is always WebCrypto's; Ed25519 and ML-DSA are where the
 * browser has them, else noble's. Sources: FIPS 186-5, RFC 8032, FIPS 204 (pure, empty context).
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { ml_dsa44, ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { base64, base64url, concat, equal, fromHex } from '#core/bytes.ts';
import type { SignatureAlgorithm, Signatures, SigningKey } from '#core/crypto.ts';
import { Recent } from '#core/recent.ts';
import { assert, Refusal } from '#core/refusals.ts';
import { isPublicKeyForm, isSecret, isSignatureForm, secretFrom } from '#core/signature-forms.ts';
import type { NativeSupport } from './native-support.ts';
import { modernSubtle, ownBytes } from './subtle.ts';

/** How one algorithm signs and verifies, after lengths were checked. */
interface Signer {
  /** The signing key of a secret. */
  open(secret: Uint8Array): Promise<Pick<SigningKey, 'publicKey' | 'sign'>>;
  /** May throw for a key that is not valid. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Signatures in this browser. */
export function webSignatures(native: NativeSupport): Signatures {
  const signers: Readonly<Record<SignatureAlgorithm, Signer>> = {
    'ecdsa-p256': ecdsa(),
    'ed25519': native.ed25519 ? nativeEd25519() : nobleEd25519,
    'ml-dsa-44': native.mlDsa44 ? nativeMlDsa('ML-DSA-44') : nobleMlDsa(ml_dsa44),
    'ml-dsa-65': native.mlDsa65 ? nativeMlDsa('ML-DSA-65') : nobleMlDsa(ml_dsa65),
  };
  return {
    generateSecret: async (algorithm) =>
      secretFrom(algorithm, (length) => crypto.getRandomValues(new Uint8Array(length))),
    signingKey: async (algorithm, secret) => {
      if (!isSecret(algorithm, secret)) throw new Refusal('key-malformed', { algorithm });
      return { algorithm, ...(await signers[algorithm].open(secret)) };
    },
    verify: async (algorithm, publicKey, message, signature) => {
      if (!isPublicKeyForm(algorithm, publicKey)) return false;
      if (!isSignatureForm(algorithm, signature)) return false;
      const verifying = signers[algorithm].verify(publicKey, message, signature);
      return verifying.catch(() => false);
    },
  };
}

const ECDSA = { name: 'ECDSA', hash: 'SHA-256' };
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

function ecdsa(): Signer {
  return {
    open: async (secret) => {
      const publicKey = p256.getPublicKey(secret, false);
      const jwk = {
        kty: 'EC',
        crv: 'P-256',
        d: base64url(secret),
        x: base64url(publicKey.subarray(1, 33)),
        y: base64url(publicKey.subarray(33)),
      };
      const key = await crypto.subtle.importKey('jwk', jwk, P256, false, ['sign']);
      return { publicKey, sign: signWith(ECDSA, key) };
    },
    verify: verifyWith(ECDSA, (raw) =>
      crypto.subtle.importKey('raw', ownBytes(raw), P256, false, ['verify']),
    ),
  };
}

/** PKCS #8 around a raw Ed25519 seed (RFC 8410 §7); WebCrypto has no raw form for secrets. */
const ED25519_PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');
const ED25519 = { name: 'Ed25519' };

function nativeEd25519(): Signer {
  return {
    open: async (secret) => {
      assert(ED25519_PKCS8_PREFIX !== null, 'a constant is hexadecimal');
      const pkcs8 = ownBytes(concat(ED25519_PKCS8_PREFIX, secret));
      const key = await crypto.subtle.importKey('pkcs8', pkcs8, ED25519, false, ['sign']);
      return { publicKey: ed25519.getPublicKey(secret), sign: signWith(ED25519, key) };
    },
    verify: verifyWith(ED25519, (raw) =>
      crypto.subtle.importKey('raw', ownBytes(raw), ED25519, false, ['verify']),
    ),
  };
}

function nativeMlDsa(name: 'ML-DSA-44' | 'ML-DSA-65'): Signer {
  return {
    open: async (secret) => {
      const subtle = modernSubtle();
      const key = await subtle.importKey('raw-seed', ownBytes(secret), name, false, ['sign']);
      const publicKey = await subtle.getPublicKey(key, ['verify']);
      const raw = new Uint8Array(await subtle.exportKey('raw-public', publicKey));
      return { publicKey: raw, sign: signWith({ name }, key) };
    },
    verify: verifyWith({ name }, (raw) =>
      modernSubtle().importKey('raw-public', ownBytes(raw), name, false, ['verify']),
    ),
  };
}

const nobleEd25519: Signer = {
  open: async (secret) => ({
    publicKey: ed25519.getPublicKey(secret),
    sign: async (message) => ed25519.sign(message, secret),
  }),
  verify: async (publicKey, message, signature) =>
    ed25519.verify(signature, message, publicKey, { zip215: false }) &&
    holdsWithoutCofactor(publicKey, message, signature),
};

/**
 * Whether S·B − k·A is R byte for byte. Noble multiplies the equation of RFC 8032 §5.1.7 by the
 * cofactor, OpenSSL and BoringSSL do not; a signature made to differ must be refused by all.
 */
function holdsWithoutCofactor(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const challenge = Point.Fn.create(bytesToNumberLE(sha512(concat(r, publicKey, message))));
  const ka = Point.fromBytes(publicKey).multiplyUnsafe(challenge);
  const expected = Point.BASE.multiplyUnsafe(bytesToNumberLE(s)).subtract(ka);
  return equal(expected.toBytes(), r);
}

function nobleMlDsa(algorithm: typeof ml_dsa65): Signer {
  return {
    open: async (secret) => {
      const { publicKey, secretKey } = algorithm.keygen(secret);
      return { publicKey, sign: async (message) => algorithm.sign(message, secretKey) };
    },
    verify: async (publicKey, message, signature) =>
      algorithm.verify(signature, message, publicKey),
  };
}

/** A device checks the dispatches of a few dozen offices at a time. */
const IMPORTED_MAX = 128;

function signWith(how: EcdsaParams | Algorithm, key: CryptoKey): SigningKey['sign'] {
  return async (message) =>
    new Uint8Array(await crypto.subtle.sign(how, key, ownBytes(message)));
}

/** Verifies with WebCrypto and remembers imported keys. */
function verifyWith(
  how: EcdsaParams | Algorithm,
  importKey: (raw: Uint8Array) => Promise<CryptoKey>,
): Signer['verify'] {
  const imported = new Recent<CryptoKey>(IMPORTED_MAX);
  return async (publicKey, message, signature) => {
    const fingerprint = base64(sha256(publicKey));
    const known = imported.get(fingerprint);
    const key = known ?? imported.keep(fingerprint, await importKey(publicKey));
    return crypto.subtle.verify(how, key, ownBytes(signature), ownBytes(message));
  };
}
