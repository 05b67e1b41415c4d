/** AES-256-GCM by WebCrypto, alone: for a worker that needs nothing else of the suite. */
import type { Aead } from '#core/crypto.ts';
import { assert } from '#core/refusals.ts';
import { ownBytes } from './subtle.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const webAead: Aead = {
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
