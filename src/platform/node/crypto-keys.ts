/**
 * Raw keys as node:crypto's key objects, remembered for a while: importing one costs more than
 * most uses of it. The callers check lengths first (signature-forms.ts, x-wing.ts).
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';
import { Recent } from '#core/recent.ts';

/** How Node names the kinds of keys that suite 1 has, and the form of their secrets. */
const KINDS = {
  'ecdsa-p256': { asymmetricKeyType: 'ec', namedCurve: 'P-256', secret: 'raw-private' },
  'ed25519': { asymmetricKeyType: 'ed25519', secret: 'raw-private' },
  'ml-dsa-44': { asymmetricKeyType: 'ml-dsa-44', secret: 'raw-seed' },
  'ml-dsa-65': { asymmetricKeyType: 'ml-dsa-65', secret: 'raw-seed' },
  'ml-kem-768': { asymmetricKeyType: 'ml-kem-768', secret: 'raw-seed' },
  'x25519': { asymmetricKeyType: 'x25519', secret: 'raw-private' },
} as const;

export type KeyKind = keyof typeof KINDS;

/** Public keys of an organisation's offices, a few kilobytes each when imported. */
const PUBLIC_KEYS_MAX = 512;

const publicKeys = new Recent<KeyObject>(PUBLIC_KEYS_MAX);

/** @returns null where the bytes are not a valid key of that kind */
export function importPublic(kind: KeyKind, raw: Uint8Array): KeyObject | null {
  const fingerprint = `${kind} ${fingerprintOf(raw)}`;
  const known = publicKeys.get(fingerprint);
  if (known !== undefined) return known;
  const { secret: _, ...type } = KINDS[kind];
  try {
    const key = createPublicKey({ key: Buffer.from(raw), format: 'raw-public', ...type });
    return publicKeys.keep(fingerprint, key);
  } catch {
    return null;
  }
}

/** Not remembered here: who holds the secret decides how long its key lives. */
export function importSecret(kind: KeyKind, raw: Uint8Array): KeyObject {
  const { secret: format, ...type } = KINDS[kind];
  return createPrivateKey({ key: Buffer.from(raw), format, ...type });
}

/** The raw public key of a secret. */
export function rawPublicOf(secret: KeyObject): Uint8Array {
  return plain(createPublicKey(secret).export({ format: 'raw-public' }));
}

/** SHA-256 as text: stands for key bytes in a memory without being them. */
export function fingerprintOf(raw: Uint8Array): string {
  return hash('sha256', raw, 'base64');
}

/** A Buffer as the plain array that the pure rooms promise, over the same bytes. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
