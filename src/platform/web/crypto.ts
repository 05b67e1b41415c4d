/**
 * Suite 1 in a browser: WebCrypto where the browser has an algorithm, noble where it has not.
 *
 * AES-GCM, P-256 and SHA-256 of chunks are always WebCrypto's; streams and Argon2id are hash-wasm's
 * (a page needs `'wasm-unsafe-eval'`). Noble hashes small things, because WebCrypto cannot at once,
 * and stands in for X25519, Ed25519, ML-KEM and ML-DSA. It never touches a part's bytes.
 */
import { argon2id } from 'hash-wasm';
import type { RandomSource } from '#core/clock.ts';
import type { Aead, CryptoProvider, PassphraseStretching } from '#core/crypto.ts';
import { assert } from '#core/refusals.ts';
import { assertStretchable } from '#core/stretching.ts';
import { xWing } from '#core/x-wing.ts';
import { webHash } from './crypto-hash.ts';
import { webSignatures } from './crypto-signatures.ts';
import { webXWingParts } from './crypto-x-wing.ts';
import { detectNativeSupport, type NativeSupport } from './native-support.ts';
import { ownBytes } from './subtle.ts';

const SUITE_1 = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const STRETCHED_BYTES = 32;

export const webRandom: RandomSource = {
  /** Browsers themselves refuse more than 65,536 bytes at a time. */
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/**
 * Suite 1 in this browser.
 * @param native which algorithms to leave to the browser; by default those that it has
 */
export async function webCrypto(native?: NativeSupport): Promise<CryptoProvider> {
  const support = native ?? (await detectNativeSupport());
  return {
    suite: SUITE_1,
    hash: await webHash(),
    aead: webAead,
    kem: xWing(webXWingParts(support)),
    signatures: webSignatures(support),
    stretch,
  };
}

const webAead: Aead = {
  seal: async (key, nonce, associated, plaintext) => {
    const cipher = await importCipher(key, nonce, 'encrypt');
    const how = parameters(nonce, associated);
    return new Uint8Array(await crypto.subtle.encrypt(how, cipher, ownBytes(plaintext)));
  },
  open: async (key, nonce, associated, ciphertext) => {
    const cipher = await importCipher(key, nonce, 'decrypt');
    if (ciphertext.length < TAG_BYTES) return null;
    const how = parameters(nonce, associated);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(how, cipher, ownBytes(ciphertext)));
    } catch (error) {
      if (isWrongTag(error)) return null;
      throw error;
    }
  },
};

/** A wrong length is our own mistake, never a peer's: keys and nonces are derived, not received. */
function importCipher(
  key: Uint8Array,
  nonce: Uint8Array,
  usage: 'encrypt' | 'decrypt',
): Promise<CryptoKey> {
  assert(key.length === KEY_BYTES, 'an AES-256 key has 32 bytes');
  assert(nonce.length === NONCE_BYTES, 'a GCM nonce has 12 bytes');
  return crypto.subtle.importKey('raw', ownBytes(key), 'AES-GCM', false, [usage]);
}

function parameters(nonce: Uint8Array, associated: Uint8Array): AesGcmParams {
  return {
    name: 'AES-GCM',
    iv: ownBytes(nonce),
    additionalData: ownBytes(associated),
    tagLength: 8 * TAG_BYTES,
  };
}

function isWrongTag(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'OperationError';
}

async function stretch(passphrase: Uint8Array, how: PassphraseStretching): Promise<Uint8Array> {
  assertStretchable(passphrase, how);
  return argon2id({
    password: passphrase,
    salt: how.salt,
    parallelism: how.lanes,
    memorySize: how.memoryKiB,
    iterations: how.passes,
    hashLength: STRETCHED_BYTES,
    outputType: 'binary',
  });
}
