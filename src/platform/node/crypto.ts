/**
 * Suite 1 on Node, all of it native (OpenSSL through node:crypto): AES-256-GCM, SHA-256, X-Wing
 * from ML-KEM-768 and X25519, ECDSA P-256, Ed25519, ML-DSA and Argon2id.
 *
 * Everything but Argon2id runs at once on the calling thread: at most about a millisecond each.
 */
import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hash as digestOnce,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { RandomSource } from '#core/clock.ts';
import type { Aead, CryptoProvider, Hash, PassphraseStretching } from '#core/crypto.ts';
import { assert } from '#core/refusals.ts';
import { assertStretchable } from '#core/stretching.ts';
import { xWing } from '#core/x-wing.ts';
import { plain } from './crypto-keys.ts';
import { nodeSignatures } from './crypto-signatures.ts';
import { nodeXWingParts } from './crypto-x-wing.ts';

const SUITE_1 = 1;
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const STRETCHED_BYTES = 32;
const RANDOM_BYTES_MAX = 65_536;

export const nodeRandom: RandomSource = {
  bytes: (length) => {
    assert(length <= RANDOM_BYTES_MAX, 'at most 65,536 random bytes at a time');
    return plain(randomBytes(length));
  },
};

const nodeHash: Hash = {
  sha256,
  sha256Bulk: async (...pieces) => {
    const running = createHash('sha256');
    for (const piece of pieces) running.update(piece);
    return plain(running.digest());
  },
  sha256Stream: () => {
    const running = createHash('sha256');
    return {
      update: (data) => void running.update(data),
      soFar: () => plain(running.copy().digest()),
      digest: () => plain(running.digest()),
    };
  },
  hmacSha256: (key, data) => plain(createHmac('sha256', key).update(data).digest()),
};

const nodeAead: Aead = {
  seal: async (key, nonce, associated, plaintext) => {
    checkSizes(key, nonce);
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(associated);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return joined(ciphertext, cipher.getAuthTag());
  },
  open: async (key, nonce, associated, ciphertext) => {
    checkSizes(key, nonce);
    if (ciphertext.length < TAG_BYTES) return null;
    const tagAt = ciphertext.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated);
    decipher.setAuthTag(ciphertext.subarray(tagAt));
    const plaintext = decipher.update(ciphertext.subarray(0, tagAt));
    return finishes(decipher) ? plain(plaintext) : null;
  },
};

/** Suite 1 on Node. */
export const nodeCrypto: CryptoProvider = {
  suite: SUITE_1,
  hash: nodeHash,
  aead: nodeAead,
  kem: xWing(nodeXWingParts),
  signatures: nodeSignatures,
  stretch,
};

function sha256(data: Uint8Array): Uint8Array {
  return plain(digestOnce('sha256', data, 'buffer'));
}

/** A wrong length is our own mistake, never a peer's: keys and nonces are derived, not received. */
function checkSizes(key: Uint8Array, nonce: Uint8Array): void {
  assert(key.length === KEY_BYTES, 'an AES-256 key has 32 bytes');
  assert(nonce.length === NONCE_BYTES, 'a GCM nonce has 12 bytes');
}

function joined(ciphertext: Uint8Array, tag: Uint8Array): Uint8Array {
  // Every byte is written below: zeroing a chunk first would cost as much as copying it.
  const sealed = plain(Buffer.allocUnsafeSlow(ciphertext.length + tag.length));
  sealed.set(ciphertext);
  sealed.set(tag, ciphertext.length);
  return sealed;
}

/** Whether the tag verifies: `final` throws where it does not. */
function finishes(decipher: { final(): Uint8Array }): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

const argon2Async = promisify(argon2);

async function stretch(passphrase: Uint8Array, how: PassphraseStretching): Promise<Uint8Array> {
  assertStretchable(passphrase, how);
  const stretched = await argon2Async('argon2id', {
    message: passphrase,
    nonce: how.salt,
    parallelism: how.lanes,
    memory: how.memoryKiB,
    passes: how.passes,
    tagLength: STRETCHED_BYTES,
  });
  return plain(stretched);
}
