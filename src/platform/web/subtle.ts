/**
 * WebCrypto with its newest methods and formats, which TypeScript's libraries do not know yet.
 * Source: W3C Web Cryptography Level 2; WICG Modern Algorithms in the Web Cryptography API.
 */

/** Bytes as WebCrypto wants them: never shared with another thread. */
type Bytes = Uint8Array<ArrayBuffer>;

export interface ModernSubtle {
  importKey(
    format: 'raw' | 'raw-public' | 'raw-seed' | 'pkcs8',
    keyData: Bytes,
    algorithm: string | { name: string; namedCurve?: string },
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: 'raw-public', key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
}

/** The same object as crypto.subtle; whether it has these methods, native-support.ts finds out. */
export function modernSubtle(): ModernSubtle {
  return crypto.subtle as unknown as ModernSubtle;
}

/** Bytes that WebCrypto accepts: the same array, or a copy where its memory is shared. */
export function ownBytes(bytes: Uint8Array): Bytes {
  return isOwn(bytes) ? bytes : Uint8Array.from(bytes);
}

function isOwn(bytes: Uint8Array): bytes is Bytes {
  return bytes.buffer instanceof ArrayBuffer;
}
