/**
 * An office's keys: made on an entitled device, fixed by a directory entry, wrapped for every other entitled device.
 * Source: docs/protocol/keyring.md §Office keys, docs/protocol/directory.md.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DeviceRecord, DirectoryView } from '#model/directory-view.ts';
import { EARLY_MS, WEEKLY } from '#model/key-periods.ts';
import { structure } from '#wire/codec.ts';
import type { OfficePublicKey } from '#wire/invitation.ts';
import { keyIdentity, type OfficeKeySecret, officeKeyWrap } from '#wire/keyring.ts';
import type { KeyPurpose } from '#wire/names.ts';
import { decodedOr } from '#core/decoding.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

const LABEL = utf8('tram/v1/office-key\0');
const NOTHING = new Uint8Array(0);
const identityCodec = structure('KeyIdentity', 256, keyIdentity);

export interface MadeOfficeKey {
  readonly secret: OfficeKeySecret;
  readonly published: OfficePublicKey;
}

/** An office's first keys: storage generation 1, and transport periods of a week from now on. */
export async function makeFirstOfficeKeys(crypto: CryptoProvider, office: string, now: Instant, periods = 4): Promise<MadeOfficeKey[]> {
  const from = Math.max(0, now - EARLY_MS);
  const made = [await makeOfficeKey(crypto, office, 'storage', 1, from)];
  for (let period = 1; period <= periods; period++) {
    const begins = period === 1 ? from : now + (period - 1) * WEEKLY.periodMs;
    made.push(await makeOfficeKey(crypto, office, 'transport', period, begins, now + period * WEEKLY.periodMs));
  }
  return made;
}

export async function makeOfficeKey(
  crypto: CryptoProvider,
  office: string,
  purpose: KeyPurpose,
  number: number,
  from: Instant,
  until?: Instant,
): Promise<MadeOfficeKey> {
  const secret = await crypto.kem.generateSecret();
  const publicKey = await crypto.kem.publicKey(secret);
  return {
    secret: { office, purpose, number, secret },
    published: { purpose, number, from, until, kem: crypto.kem.id, publicKey },
  };
}

/** The entry that fixes a key. */
export function officeKeyPlan(office: string, published: OfficePublicKey): EntryPlan {
  return { kind: 'office-key', body: { office, ...published } };
}

/** Wraps keys for devices. @returns encoded OfficeKeyWraps */
export async function wrapOfficeKeys(
  crypto: CryptoProvider,
  secrets: readonly OfficeKeySecret[],
  devices: readonly Pick<DeviceRecord, 'device' | 'kem'>[],
): Promise<Uint8Array[]> {
  const wraps: Uint8Array[] = [];
  for (const { device, kem } of devices) {
    for (const { office, purpose, number, secret } of secrets) {
      const { encapsulation, ciphertext } = await sealTo(crypto, kem, infoOf(office, purpose, number), NOTHING, secret);
      wraps.push(officeKeyWrap.encode({ office, purpose, number, device, encapsulation, ciphertext }));
    }
  }
  return wraps;
}

/**
 * Opens the wraps that are for this device and whose secret is the one the directory has fixed; others are passed over,
 * since the station that hands them out is not believed.
 */
export async function openWraps(
  crypto: CryptoProvider,
  ring: OpenKeyring,
  view: DirectoryView,
  wraps: readonly Uint8Array[],
): Promise<OfficeKeySecret[]> {
  const { device, kem } = ring.contents;
  if (kem === undefined) return [];
  const opened: OfficeKeySecret[] = [];
  for (const bytes of wraps) {
    const wrap = decodedOr('cbor-malformed', () => officeKeyWrap.decode(bytes));
    if (wrap.device !== device || ring.officeKey(wrap.office, wrap.purpose, wrap.number) !== null) continue;
    const { office, purpose, number } = wrap;
    const secret = await openWith(crypto, kem, wrap.encapsulation, infoOf(office, purpose, number), NOTHING, wrap.ciphertext);
    if (secret === null || secret.length !== 32) continue;
    if (await isFixed(crypto, view, { office, purpose, number, secret })) opened.push({ office, purpose, number, secret });
  }
  return opened;
}

async function isFixed(crypto: CryptoProvider, view: DirectoryView, key: OfficeKeySecret): Promise<boolean> {
  const fixed = view.officeKeys(key.office, key.purpose).find(({ number }) => number === key.number);
  return fixed !== undefined && equal(fixed.publicKey, await crypto.kem.publicKey(key.secret));
}

function infoOf(office: string, purpose: KeyPurpose, number: number): Uint8Array {
  return concat(LABEL, identityCodec.encode({ office, purpose, number }));
}
