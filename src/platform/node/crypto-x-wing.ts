/** The parts of X-Wing on Node: ML-KEM-768, X25519, SHAKE256 and SHA3-256 of OpenSSL. */
import {
  createHash,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { CurveSecret, MlKem768, X25519, XWingParts } from '#core/x-wing.ts';
import { fingerprintOf, importPublic, importSecret, plain, rawPublicOf } from './crypto-keys.ts';

const mlKem: MlKem768 = {
  secret: async (seed) => {
    const key = importSecret('ml-kem-768', seed);
    return {
      publicKey: rawPublicOf(key),
      decapsulate: async (encapsulation) => plain(decapsulate(key, encapsulation)),
    };
  },
  encapsulate: async (publicKey) => {
    const key = importPublic('ml-kem-768', publicKey);
    if (key === null) return null;
    const { sharedKey, ciphertext } = encapsulate(key);
    return { sharedSecret: plain(sharedKey), encapsulation: plain(ciphertext) };
  },
};

const x25519: X25519 = {
  secret: async (scalar) => curveSecret(importSecret('x25519', scalar)),
  ephemeral: async () => curveSecret(generateKeyPairSync('x25519').privateKey),
};

/** X-Wing's parts on Node. */
export const nodeXWingParts: XWingParts = {
  mlKem,
  x25519,
  shake256: (data, length) =>
    plain(createHash('shake256', { outputLength: length }).update(data).digest()),
  sha3: (data) => plain(hash('sha3-256', data, 'buffer')),
  fingerprint: fingerprintOf,
  randomBytes: (length) => plain(randomBytes(length)),
};

function curveSecret(privateKey: KeyObject): CurveSecret {
  return {
    publicKey: rawPublicOf(privateKey),
    agree: async (peer) => {
      const publicKey = importPublic('x25519', peer);
      return publicKey === null ? null : agreed(privateKey, publicKey);
    },
  };
}

/** OpenSSL refuses an all-zero output by throwing. */
function agreed(privateKey: KeyObject, publicKey: KeyObject): Uint8Array | null {
  try {
    return plain(diffieHellman({ privateKey, publicKey }));
  } catch {
    return null;
  }
}
