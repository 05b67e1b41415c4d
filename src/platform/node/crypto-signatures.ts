/**
 * Signatures of suite 1 on Node: ECDSA P-256 with SHA-256 (r ‖ s), Ed25519, ML-DSA-44 and -65
 * (pure, empty context, hedged). Sources: FIPS 186-5, RFC 8032, FIPS 204.
 */
import { type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import type { SignatureAlgorithm, Signatures } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { isPublicKeyForm, isSecret, isSignatureForm, secretFrom } from '#core/signature-forms.ts';
import { importPublic, importSecret, plain, rawPublicOf } from './crypto-keys.ts';

export const nodeSignatures: Signatures = {
  generateSecret: async (algorithm) => secretFrom(algorithm, (length) => plain(randomBytes(length))),

  signingKey: async (algorithm, secret) => {
    if (!isSecret(algorithm, secret)) throw new Refusal('key-malformed', { algorithm });
    const key = importSecret(algorithm, secret);
    return {
      algorithm,
      publicKey: rawPublicOf(key),
      sign: async (message) => plain(sign(digestOf(algorithm), message, inForm(algorithm, key))),
    };
  },

  verify: async (algorithm, publicKey, message, signature) => {
    if (!isPublicKeyForm(algorithm, publicKey)) return false;
    if (!isSignatureForm(algorithm, signature)) return false;
    const key = importPublic(algorithm, publicKey);
    if (key === null) return false;
    return verify(digestOf(algorithm), message, inForm(algorithm, key), signature);
  },
};

/** Only ECDSA names its digest; the others hash inside. */
function digestOf(algorithm: SignatureAlgorithm): 'sha256' | null {
  return algorithm === 'ecdsa-p256' ? 'sha256' : null;
}

function inForm(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
): { key: KeyObject; dsaEncoding?: 'ieee-p1363' } {
  return algorithm === 'ecdsa-p256' ? { key, dsaEncoding: 'ieee-p1363' } : { key };
}
