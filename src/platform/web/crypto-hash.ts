/** SHA-256 in a browser: noble for small things at once, WebCrypto for chunks, WASM for streams. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createSHA256, type IHasher } from 'hash-wasm';
import { concat } from '#core/bytes.ts';
import type { Hash, RunningDigest } from '#core/crypto.ts';
import { assert } from '#core/refusals.ts';
import { ownBytes } from './subtle.ts';

/** Hashing for a provider; loads the WASM once. */
export async function webHash(): Promise<Hash> {
  const engine = new SharedEngine(await createSHA256());
  return {
    sha256: (data) => sha256(data),
    sha256Bulk: async (...pieces) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', ownBytes(concat(...pieces)))),
    sha256Stream: () => engine.start(),
    hmacSha256: (key, data) => hmac(sha256, key, data),
  };
}

/**
 * One WASM hasher for many streams: an instance cannot be made at once, a stream must be. When
 * another stream takes over, the state of the one before is set aside.
 */
class SharedEngine {
  readonly #hasher: IHasher;
  /** The stream whose state the hasher holds now. */
  #current: StreamState | null = null;

  constructor(hasher: IHasher) {
    this.#hasher = hasher;
  }

  start(): RunningDigest {
    const stream: StreamState = { saved: null, ended: false };
    return {
      update: (data) => {
        this.#switchTo(stream);
        this.#hasher.update(data);
      },
      soFar: () => {
        this.#switchTo(stream);
        const state = this.#hasher.save();
        const digest = this.#hasher.digest('binary');
        this.#hasher.load(state);
        return digest;
      },
      digest: () => {
        this.#switchTo(stream);
        stream.ended = true;
        this.#current = null;
        return this.#hasher.digest('binary');
      },
    };
  }

  #switchTo(stream: StreamState): void {
    assert(!stream.ended, 'a stream has one digest, at its end');
    if (this.#current === stream) return;
    if (this.#current !== null) this.#current.saved = this.#hasher.save();
    if (stream.saved === null) this.#hasher.init();
    else this.#hasher.load(stream.saved);
    this.#current = stream;
  }
}

interface StreamState {
  saved: Uint8Array | null;
  ended: boolean;
}
