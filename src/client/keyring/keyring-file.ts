/**
 * A keyring as a file: decoded, its ring sealed and opened under what the slots lead to. Source: docs/protocol/keyring.md.
 */
import { concat, equal, uint64be, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { type Keyring, keyring, type KeyringFile, keyringFile, type Slot, slots as slotsCodec } from '#wire/keyring.ts';
import { decodedOr } from '#core/decoding.ts';
import type { RingKeys } from './ring-slots.ts';

/** The slots of a file with what they lead to: of the first form, or of now. */
export type Lock =
  | { readonly form: 'first'; readonly slots: KeyringFile['slots']; readonly ringKey: Uint8Array }
  | { readonly form: 'now'; readonly openings: readonly Slot[]; readonly keys: RingKeys };

const LABEL = utf8('tram/v1/keyring\0');
const NONCE_BYTES = 12;
export const DEVICE_SECRET_BYTES = 32;

/** @throws Refusal `keyring-malformed` */
export async function readKeyringFile(store: KeyringStore): Promise<KeyringFile | null> {
  const bytes = await store.read();
  return bytes === null ? null : decodeKeyringFile(bytes);
}

/** @throws Refusal `keyring-malformed` where it is none, or has slots of both forms or of neither */
export function decodeKeyringFile(bytes: Uint8Array): KeyringFile {
  const file = decodedOr('keyring-malformed', () => keyringFile.decode(bytes));
  if ((file.slots.length > 0) === (file.openings !== undefined)) throw new Refusal('keyring-malformed');
  return file;
}

/** @throws Refusal `keyring-malformed` where what stands there is no device secret */
export async function readDeviceSecret(store: KeyringStore | undefined): Promise<Uint8Array | null> {
  const bytes = (await store?.read()) ?? null;
  if (bytes !== null && bytes.length !== DEVICE_SECRET_BYTES) throw new Refusal('keyring-malformed', { reason: 'device-secret' });
  return bytes;
}

interface FileDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
}

/** The bytes of a file of that revision, under a fresh nonce. */
export async function sealKeyring({ crypto, random }: FileDeps, lock: Lock, revision: number, contents: Keyring): Promise<Uint8Array> {
  const { organisation } = contents;
  const nonce = random.bytes(NONCE_BYTES);
  const plain = keyring.encode(contents);
  const ciphertext = await withCipherKey(crypto, lock, organisation, (key) => crypto.aead.seal(key, nonce, associated(crypto, lock, revision), plain));
  plain.fill(0);
  const common = { version: 1, revision, nonce, ciphertext, organisation };
  return keyringFile.encode(lock.form === 'first' ? { ...common, slots: lock.slots } : { ...common, slots: [], openings: [...lock.openings] });
}

/**
 * The keys came out of an authenticated slot, so a failure here means damaged or mixed files, not a wrong passphrase.
 * @throws Refusal `keyring-malformed`
 */
export async function openKeyringFile(crypto: CryptoProvider, lock: Lock, file: KeyringFile): Promise<Keyring> {
  const { nonce, ciphertext, revision, organisation } = file;
  const bytes = await withCipherKey(crypto, lock, organisation, (key) => crypto.aead.open(key, nonce, associated(crypto, lock, revision), ciphertext));
  if (bytes === null) throw new Refusal('keyring-malformed');
  const contents = decodedOr('keyring-malformed', () => keyring.decode(bytes));
  bytes.fill(0);
  if (!equal(contents.organisation, organisation)) throw new Refusal('keyring-malformed');
  return contents;
}

export function eraseLock(lock: Lock): void {
  const secrets = lock.form === 'first' ? [lock.ringKey] : [lock.keys.ringKey, lock.keys.anchor];
  for (const secret of secrets) secret.fill(0);
}

/** Ring key and anchor together: the one changes with the slots, the other only an opener knows. */
async function withCipherKey<T>(crypto: CryptoProvider, lock: Lock, organisation: Uint8Array, use: (key: Uint8Array) => Promise<T>): Promise<T> {
  if (lock.form === 'first') return use(lock.ringKey);
  const both = concat(lock.keys.ringKey, lock.keys.anchor);
  const key = hkdf(crypto.hash, both, organisation, LABEL, 32);
  both.fill(0);
  try {
    return await use(key);
  } finally {
    key.fill(0);
  }
}

/** A ring is bound to its revision and, now, to every byte of its slots: nobody adds, swaps or drops one unnoticed. */
function associated({ hash }: CryptoProvider, lock: Lock, revision: number): Uint8Array {
  const bound = concat(LABEL, uint64be(revision));
  return lock.form === 'first' ? bound : concat(bound, hash.sha256(slotsCodec.encode([...lock.openings])));
}
