/**
 * What the pure rooms ask of a platform's cryptography. One provider is one suite (docs/protocol/suite.md):
 * suite 1 comes from platform/node (node:crypto) and platform/web (WebCrypto, noble where a browser lacks an
 * algorithm). All lengths are in bytes; secrets are raw so that a keyring can hold them in one form.
 */

/** Algorithms with which anything is signed. Raw public keys: P-256 uncompressed point 65, Ed25519 32, ML-DSA-44 1,312, ML-DSA-65 1,952. */
export type SignatureAlgorithm = 'ecdsa-p256' | 'ml-dsa-65' | 'ed25519' | 'ml-dsa-44';

/** Signatures: P-256 r‖s 64, Ed25519 64, ML-DSA-44 2,420, ML-DSA-65 3,309 (empty context string). */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  /** Raw public key, in the form named at SignatureAlgorithm. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface Signatures {
  /** A new secret of 32 bytes: P-256 scalar, Ed25519 or ML-DSA seed. */
  generateSecret(algorithm: SignatureAlgorithm): Promise<Uint8Array>;
  /** @throws Refusal `key-malformed` where the secret is not one of that algorithm. */
  signingKey(algorithm: SignatureAlgorithm, secret: Uint8Array): Promise<SigningKey>;
  /** False for any wrong signature, malformed signature or malformed key; never throws for bad input. */
  verify(algorithm: SignatureAlgorithm, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** A key-encapsulation mechanism; for suite 1 MLKEM768-X25519 (0x647A, X-Wing): secret 32, public 1,216, encapsulation 1,120, shared 32. */
export interface Kem {
  readonly id: number;
  readonly publicKeyBytes: number;
  readonly encapsulationBytes: number;
  generateSecret(): Promise<Uint8Array>;
  publicKey(secret: Uint8Array): Promise<Uint8Array>;
  /** @throws Refusal `key-malformed` where the public key is not valid. */
  encapsulate(publicKey: Uint8Array): Promise<{ sharedSecret: Uint8Array; encapsulation: Uint8Array }>;
  /** @returns the shared secret (implicit rejection: wrong input gives another secret); null for a wrong length or an all-zero X25519 output. */
  decapsulate(secret: Uint8Array, encapsulation: Uint8Array): Promise<Uint8Array | null>;
}

/** AES-256-GCM for suite 1: key 32, nonce 12, tag 16 at the end of the ciphertext. */
export interface Aead {
  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>;
  /** @returns the plaintext, or null where the tag does not verify. */
  open(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array | null>;
}

export interface RunningDigest {
  update(data: Uint8Array): void;
  /** Of what came up to now; more may come. */
  soFar(): Uint8Array;
  digest(): Uint8Array;
}

export interface Hash {
  /** SHA-256 of a small input, at once. */
  sha256(data: Uint8Array): Uint8Array;
  /** SHA-256 of a large input (a chunk) given in pieces, off the main thread where the platform does that. */
  sha256Bulk(...pieces: readonly Uint8Array[]): Promise<Uint8Array>;
  /** SHA-256 over a stream of any length. */
  sha256Stream(): RunningDigest;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** Argon2id (RFC 9106) with the parameters a keyring slot records. */
export interface PassphraseStretching {
  memoryKiB: number;
  passes: number;
  lanes: number;
  salt: Uint8Array;
}

export interface CryptoProvider {
  /** The suite number that goes into headers; 1 for this suite, 0xFF00 and above are for tests and refused by stations. */
  readonly suite: number;
  readonly hash: Hash;
  readonly aead: Aead;
  readonly kem: Kem;
  readonly signatures: Signatures;
  /** @returns 32 bytes */
  stretch(passphrase: Uint8Array, how: PassphraseStretching): Promise<Uint8Array>;
  /** What a new passphrase slot costs, which then stands in the slot; absent: client/slots.ts says. Only tests name another. */
  readonly slotCost?: Omit<PassphraseStretching, 'salt'>;
}
