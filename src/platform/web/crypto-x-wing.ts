/** The parts of X-Wing in a browser: WebCrypto's ML-KEM-768 and X25519, or noble's. */
import { x25519 as nobleX25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { base64, concat, fromHex } from '#core/bytes.ts';
import { assert } from '#core/refusals.ts';
import {
  type CurveSecret,
  isAllZero,
  type MlKem768,
  type X25519,
  type XWingParts,
} from '#core/x-wing.ts';
import type { NativeSupport } from './native-support.ts';
import { modernSubtle, ownBytes } from './subtle.ts';

const ML_KEM = 'ML-KEM-768';
const SCALAR_BYTES = 32;
/** PKCS #8 around a raw X25519 key (RFC 8410 §7); WebCrypto has no raw form for secrets. */
const PKCS8_PREFIX = fromHex('302e020100300506032b656e04220420');
/** u = 9 (RFC 7748 §4.1). */
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** X-Wing's parts in this browser. */
export function webXWingParts(native: NativeSupport): XWingParts {
  return {
    mlKem: native.mlKem768 ? nativeMlKem : nobleMlKem,
    x25519: native.x25519 ? x25519With(nativeAgreement) : x25519With(nobleAgreement),
    shake256: (data, length) => shake256(data, { dkLen: length }),
    sha3: (data) => sha3_256(data),
    fingerprint: (secret) => base64(sha256(secret)),
    randomBytes,
  };
}

const nativeMlKem: MlKem768 = {
  secret: async (seed) => {
    const subtle = modernSubtle();
    const usages = ['decapsulateBits'];
    const key = await subtle.importKey('raw-seed', ownBytes(seed), ML_KEM, false, usages);
    const publicKey = await subtle.getPublicKey(key, ['encapsulateBits']);
    return {
      publicKey: new Uint8Array(await subtle.exportKey('raw-public', publicKey)),
      decapsulate: async (encapsulation) =>
        new Uint8Array(await subtle.decapsulateBits(ML_KEM, key, ownBytes(encapsulation))),
    };
  },
  encapsulate: async (publicKey) => {
    const key = await importLatticePublic(publicKey);
    if (key === null) return null;
    const { sharedKey, ciphertext } = await modernSubtle().encapsulateBits(ML_KEM, key);
    return { sharedSecret: new Uint8Array(sharedKey), encapsulation: new Uint8Array(ciphertext) };
  },
};

const nobleMlKem: MlKem768 = {
  secret: async (seed) => {
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    return {
      publicKey,
      decapsulate: async (encapsulation) => ml_kem768.decapsulate(encapsulation, secretKey),
    };
  },
  encapsulate: async (publicKey) => {
    try {
      const { sharedSecret, cipherText } = ml_kem768.encapsulate(publicKey);
      return { sharedSecret, encapsulation: cipherText };
    } catch {
      return null;
    }
  },
};

/** One scalar's agreement with any peer; throws or gives zeros where the peer's point is small. */
type Agreement = (scalar: Uint8Array) => Promise<(peer: Uint8Array) => Promise<Uint8Array>>;

const nativeAgreement: Agreement = async (scalar) => {
  assert(PKCS8_PREFIX !== null && scalar.length === SCALAR_BYTES, 'an X25519 scalar has 32 bytes');
  const pkcs8 = ownBytes(concat(PKCS8_PREFIX, scalar));
  const algorithm = { name: 'X25519' };
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['deriveBits']);
  return async (peer) => {
    const point = await crypto.subtle.importKey('raw', ownBytes(peer), algorithm, false, []);
    const how = { name: 'X25519', public: point };
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * SCALAR_BYTES));
  };
};

const nobleAgreement: Agreement = async (scalar) => async (peer) =>
  nobleX25519.getSharedSecret(scalar, peer);

function x25519With(agreement: Agreement): X25519 {
  const secret = async (scalar: Uint8Array): Promise<CurveSecret> => {
    const agree = await agreement(scalar);
    return {
      publicKey: await agree(BASE_POINT),
      agree: async (peer) => {
        const shared = await agree(peer).catch(() => null);
        return shared === null || isAllZero(shared) ? null : shared;
      },
    };
  };
  return { secret, ephemeral: () => secret(randomBytes(SCALAR_BYTES)) };
}

async function importLatticePublic(raw: Uint8Array): Promise<CryptoKey | null> {
  try {
    const usages = ['encapsulateBits'];
    return await modernSubtle().importKey('raw-public', ownBytes(raw), ML_KEM, true, usages);
  } catch {
    return null;
  }
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
