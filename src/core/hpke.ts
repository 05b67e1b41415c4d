/**
 * HPKE, base mode, one message: seals to a public key so that only its secret opens.
 *
 * The sender is not authenticated here on purpose: Trạm signs inside, then seals.
 * Source: RFC 9180 §5.1 (key schedule), §6.1 (single shot), with KDF HKDF-SHA256 (0x0001),
 * AEAD AES-256-GCM (0x0002) and the provider's KEM (draft-ietf-hpke-pq for 0x647A).
 */
import { concat, utf8 } from './bytes.ts';
import type { Aead, Kem } from './crypto.ts';
import { hkdfExpand, hkdfExtract, type HmacSha256 } from './hkdf.ts';

/** What HPKE asks of a provider. */
export interface HpkeProvider {
  readonly hash: HmacSha256;
  readonly kem: Pick<Kem, 'id' | 'encapsulate' | 'decapsulate'>;
  readonly aead: Aead;
}

export interface HpkeSealed {
  /** As long as the KEM's encapsulation; 1,120 bytes in suite 1. */
  readonly encapsulation: Uint8Array;
  /** The plaintext's length and 16 bytes more. */
  readonly ciphertext: Uint8Array;
}

/** The AEAD's registered number and sizes (RFC 9180 §7.3). */
export interface HpkeAeadForm {
  readonly id: number;
  readonly keyBytes: number;
  readonly nonceBytes: number;
}

export interface HpkeKeys {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
}

const MODE_BASE = 0x00;
const KDF_HKDF_SHA256 = 0x0001;
const AES_256_GCM: HpkeAeadForm = { id: 0x0002, keyBytes: 32, nonceBytes: 12 };
const VERSION = utf8('HPKE-v1');
const NOTHING = new Uint8Array(0);

/**
 * Seals one message to a public key; a fresh encapsulation each time (RFC 9180 §6.1, SealBase).
 * @param info binds the keys to their purpose; the opener must give the same bytes
 * @param associated authenticated, not hidden; the opener must give the same bytes
 * @throws Refusal `key-malformed` where the public key is not valid
 */
export async function sealTo(
  provider: HpkeProvider,
  publicKey: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Promise<HpkeSealed> {
  const { sharedSecret, encapsulation } = await provider.kem.encapsulate(publicKey);
  const { key, baseNonce } = keySchedule(
    provider.hash,
    provider.kem.id,
    AES_256_GCM,
    sharedSecret,
    info,
  );
  const ciphertext = await provider.aead.seal(key, baseNonce, associated, plaintext);
  return { encapsulation, ciphertext };
}

/**
 * Opens what sealTo sealed (RFC 9180 §6.1, OpenBase).
 * @returns the plaintext; null where the secret, info, associated data or any byte is not the one
 *   that was sealed with (which of them cannot be told apart)
 * @throws Refusal `key-malformed` where the secret is not one of the KEM's
 */
export async function openWith(
  provider: HpkeProvider,
  secret: Uint8Array,
  encapsulation: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | null> {
  const sharedSecret = await provider.kem.decapsulate(secret, encapsulation);
  if (sharedSecret === null) return null;
  const { key, baseNonce } = keySchedule(
    provider.hash,
    provider.kem.id,
    AES_256_GCM,
    sharedSecret,
    info,
  );
  return provider.aead.open(key, baseNonce, associated, ciphertext);
}

/**
 * Key and first nonce from a KEM's shared secret (RFC 9180 §5.1, KeySchedule, without a PSK).
 * Public so that published vectors of another AEAD check the same code.
 */
export function keySchedule(
  hash: HmacSha256,
  kemId: number,
  aead: HpkeAeadForm,
  sharedSecret: Uint8Array,
  info: Uint8Array,
): HpkeKeys {
  const suite = suiteId(kemId, aead.id);
  const pskIdHash = labeledExtract(hash, suite, NOTHING, 'psk_id_hash', NOTHING);
  const infoHash = labeledExtract(hash, suite, NOTHING, 'info_hash', info);
  const context = concat(Uint8Array.of(MODE_BASE), pskIdHash, infoHash);
  const secret = labeledExtract(hash, suite, sharedSecret, 'secret', NOTHING);
  return {
    key: labeledExpand(hash, suite, secret, 'key', context, aead.keyBytes),
    baseNonce: labeledExpand(hash, suite, secret, 'base_nonce', context, aead.nonceBytes),
  };
}

/** LabeledExtract (RFC 9180 §4): ties what is extracted to this version, suite and label. */
export function labeledExtract(
  hash: HmacSha256,
  suite: Uint8Array,
  salt: Uint8Array,
  label: string,
  secret: Uint8Array,
): Uint8Array {
  return hkdfExtract(hash, salt, concat(VERSION, suite, utf8(label), secret));
}

/** LabeledExpand (RFC 9180 §4). @param length 0 to 8,160 */
export function labeledExpand(
  hash: HmacSha256,
  suite: Uint8Array,
  pseudorandomKey: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeledInfo = concat(uint16be(length), VERSION, suite, utf8(label), info);
  return hkdfExpand(hash, pseudorandomKey, labeledInfo, length);
}

/** suite_id of the key schedule (RFC 9180 §5.1). */
function suiteId(kemId: number, aeadId: number): Uint8Array {
  return concat(utf8('HPKE'), uint16be(kemId), uint16be(KDF_HKDF_SHA256), uint16be(aeadId));
}

function uint16be(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
