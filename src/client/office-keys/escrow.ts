/**
 * Escrow of an office's storage keys: split among custodians, given out by each of them by their own act, put together
 * on a device that may have the key. Transport and signing keys are never in escrow. Source: docs/protocol/escrow.md.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import type { DeviceRecord, DirectoryView, EscrowRecord } from '#model/directory-view.ts';
import { mayHoldKeys } from '#model/rights.ts';
import { structure } from '#wire/codec.ts';
import {
  CUSTODIANS_MAX, type EscrowRelease, escrowRelease, type EscrowShare, escrowShare, type EscrowUse, escrowUse, shareIdentity,
} from '#wire/escrow.ts';
import type { OfficeKeySecret } from '#wire/keyring.ts';
import { decodedOr } from '#core/decoding.ts';
import { choices, combineShares, splitSecret } from './secret-sharing.ts';

const SHARE_LABEL = utf8('tram/v1/escrow-share\0');
const RELEASE_LABEL = utf8('tram/v1/escrow-release\0');
const NOTHING = new Uint8Array(0);
const identityCodec = structure('ShareIdentity', 256, shareIdentity);
const useCodec = structure('EscrowUse', 16, escrowUse);

type Named = Pick<EscrowShare, 'office' | 'number' | 'escrow' | 'custodian'>;

/** @throws Refusal `escrow-missing` where the directory names no custodians of this office */
export function demandEscrow(view: DirectoryView, office: string): EscrowRecord {
  const found = view.escrow(office);
  if (found === null) throw new Refusal('escrow-missing', { office });
  return found;
}

/**
 * Splits storage keys among an office's custodians, each share sealed to every device of its custodian.
 * @param secrets those that are no storage keys of the office are passed over
 * @returns encoded EscrowShares
 * @throws Refusal `escrow-missing`; `device-unknown` where a custodian has no device to seal to
 */
export async function splitAmongCustodians(crypto: CryptoProvider, view: DirectoryView, office: string, secrets: readonly OfficeKeySecret[]): Promise<Uint8Array[]> {
  const { number: escrow, threshold, custodians } = demandEscrow(view, office);
  const devices = new Map(custodians.map((custodian) => [custodian, devicesOf(view, custodian)]));
  const shares: Uint8Array[] = [];
  for (const { number, secret } of secrets.filter((key) => key.office === office && key.purpose === 'storage')) {
    const parts = await splitSecret(secret, custodians.length, threshold);
    for (const [i, custodian] of custodians.entries()) {
      const named = { office, number, escrow, custodian };
      for (const { device, kem } of devices.get(custodian)!) {
        const sealed = await sealTo(crypto, kem, concat(SHARE_LABEL, identityCodec.encode(named)), NOTHING, parts[i]!);
        shares.push(escrowShare.encode({ ...named, device, ...sealed }));
      }
      parts[i]!.fill(0);
    }
  }
  return shares;
}

function devicesOf(view: DirectoryView, custodian: string): readonly DeviceRecord[] {
  const devices = view.devices(custodian);
  if (devices.length === 0) throw new Refusal('device-unknown', { person: custodian });
  return devices;
}

/** Who gives out a share: one custodian's device. */
export interface Custodian {
  readonly device: string;
  readonly kem: Uint8Array;
}

/**
 * Opens this custodian's shares and seals each again to the device that may have the key.
 * @returns encoded EscrowReleases; none where no share is for this device or what it is for
 * @throws Refusal `device-unknown`; `not-entitled` where that device's person may not hold the office's keys now
 */
export async function releaseShares(
  crypto: CryptoProvider, view: DirectoryView, custodian: Custodian, shares: readonly Uint8Array[],
  to: { readonly office: string; readonly device: string; readonly use: EscrowUse }, now: Instant,
): Promise<Uint8Array[]> {
  const target = demandReceiver(view, to.device, to.office, now);
  const current = demandEscrow(view, to.office);
  const released: Uint8Array[] = [];
  for (const bytes of shares) {
    const share = decodedOr('cbor-malformed', () => escrowShare.decode(bytes));
    if (share.device !== custodian.device || share.office !== to.office || share.escrow !== current.number) continue;
    const named = namedOf(share);
    const part = await openWith(crypto, custodian.kem, share.encapsulation, concat(SHARE_LABEL, identityCodec.encode(named)), NOTHING, share.ciphertext);
    if (part === null) throw new Refusal('escrow-share-wrong', { custodian: share.custodian, number: share.number });
    const sealed = await sealTo(crypto, target.kem, releaseInfo(named, to.use), NOTHING, part);
    part.fill(0);
    released.push(escrowRelease.encode({ ...named, device: to.device, use: to.use, ...sealed }));
  }
  return released;
}

/** @throws Refusal `device-unknown`, `not-entitled` */
export function demandReceiver(view: DirectoryView, device: string, office: string, now: Instant): DeviceRecord {
  const record = view.device(device);
  if (record === null || record.endedBy !== null) throw new Refusal('device-unknown', { device });
  if (!mayHoldKeys(view, record.person, office, now)) throw new Refusal('not-entitled', { office, device });
  return record;
}

export interface Recovered {
  /** Keys that came back, each checked against the directory's public key. */
  readonly keys: readonly OfficeKeySecret[];
  /** Generations for which fewer custodians than the threshold have given out, with how many did. */
  readonly lacking: readonly { readonly number: number; readonly have: number; readonly need: number }[];
  /** Custodians whose share was not what it should be. */
  readonly wrong: readonly string[];
}

/**
 * Puts released shares together, key by key. A wrong share spoils nothing as long as enough right ones are there, and
 * is named.
 * @param releases encoded; those for another device, office, use or set of custodians are passed over
 */
export async function recoverKeys(
  crypto: CryptoProvider, view: DirectoryView, own: Custodian, releases: readonly Uint8Array[], asked: { readonly office: string; readonly use: EscrowUse },
): Promise<Recovered> {
  const { number: escrow, threshold, custodians } = demandEscrow(view, asked.office);
  const opened = new Map<number, Map<string, Uint8Array>>();
  const wrong = new Set<string>();
  for (const bytes of releases) {
    const release = decodedOr('cbor-malformed', () => escrowRelease.decode(bytes));
    const isOurs = release.device === own.device && release.office === asked.office && release.use === asked.use && release.escrow === escrow;
    if (!isOurs || !custodians.includes(release.custodian)) continue;
    const share = await openRelease(crypto, own.kem, release);
    if (share === null) wrong.add(release.custodian);
    else opened.set(release.number, (opened.get(release.number) ?? new Map<string, Uint8Array>()).set(release.custodian, share));
  }
  const keys: OfficeKeySecret[] = [];
  const lacking: { number: number; have: number; need: number }[] = [];
  for (const { number, publicKey } of view.officeKeys(asked.office, 'storage')) {
    const shares = opened.get(number) ?? new Map<string, Uint8Array>();
    const found = shares.size < threshold ? null : await putTogether(crypto, [...shares.values()], threshold, publicKey);
    if (found === null) lacking.push({ number, have: shares.size, need: threshold });
    else {
      keys.push({ office: asked.office, purpose: 'storage', number, secret: found.secret });
      for (const [custodian, share] of shares) if (!(await belongs(crypto, found.used, share, publicKey))) wrong.add(custodian);
    }
  }
  return { keys, lacking, wrong: [...wrong].toSorted() };
}

function openRelease(crypto: CryptoProvider, kem: Uint8Array, release: EscrowRelease): Promise<Uint8Array | null> {
  return openWith(crypto, kem, release.encapsulation, releaseInfo(namedOf(release), release.use), NOTHING, release.ciphertext);
}

/** At most 126 tries: nine custodians, four or five at a time. */
async function putTogether(crypto: CryptoProvider, shares: readonly Uint8Array[], threshold: number, publicKey: Uint8Array) {
  for (const used of choices(shares.slice(0, CUSTODIANS_MAX), threshold)) {
    const secret = await combineShares(used);
    if (secret !== null && equal(await crypto.kem.publicKey(secret), publicKey)) return { secret, used };
  }
  return null;
}

/** Whether a share fits those that gave the key: in the place of one of them it gives the same key. */
async function belongs(crypto: CryptoProvider, used: readonly Uint8Array[], share: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  if (used.includes(share)) return true;
  const secret = await combineShares([share, ...used.slice(1)]);
  return secret !== null && equal(await crypto.kem.publicKey(secret), publicKey);
}

function namedOf({ office, number, escrow, custodian }: Named): Named {
  return { office, number, escrow, custodian };
}

function releaseInfo(named: Named, use: EscrowUse): Uint8Array {
  return concat(RELEASE_LABEL, identityCodec.encode(named), useCodec.encode(use));
}
