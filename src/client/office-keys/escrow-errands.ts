/** Escrow as errands of a device at the office's station, or by file where a custodian works elsewhere. */
import { base64url, equal, fromBase64url } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { mayHoldKeys } from '#model/rights.ts';
import { CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN, type EscrowPackage, escrowPackage, type EscrowUse } from '#wire/escrow.ts';
import type { OfficeKeySecret } from '#wire/keyring.ts';
import { decodedOr } from '#core/decoding.ts';
import { type Custodian, demandEscrow, recoverKeys, type Recovered, releaseShares, splitAmongCustodians } from './escrow.ts';
import { withOfficeKeys } from '../keyring/keyring.ts';
import type { Session } from '../session.ts';
import { actorOf } from '../signers.ts';

const PER_CALL = 256;

export interface EscrowWish {
  readonly office: string;
  readonly threshold: number;
  readonly custodians: readonly string[];
}

/** Whether so many people can be custodians with that threshold. */
export function isEscrow({ threshold, custodians }: Pick<EscrowWish, 'threshold' | 'custodians'>): boolean {
  const isSet = custodians.length <= CUSTODIANS_MAX && new Set(custodians).size === custodians.length;
  return isSet && threshold >= CUSTODIANS_THRESHOLD_MIN && threshold <= custodians.length;
}

/** Custodians named, or named anew: what was deposited with others before is theirs no more. @throws Refusal `office-unknown`, `person-unknown` */
export function planEscrow(view: DirectoryView, { office, threshold, custodians }: EscrowWish): { readonly plan: EntryPlan; readonly number: number } {
  if (view.office(office) === null) throw new Refusal('office-unknown', { office });
  const unknown = custodians.find((person) => view.person(person) === null);
  if (unknown !== undefined) throw new Refusal('person-unknown', { person: unknown });
  const number = (view.escrow(office)?.number ?? 0) + 1;
  return { number, plan: { kind: 'escrow', body: { office, number, threshold, custodians: [...custodians] } } };
}

export interface EscrowStanding {
  /** Generations that every custodian has a share of. */
  readonly complete: readonly number[];
  /** Generations in the directory that some custodian lacks. */
  readonly missing: readonly number[];
  readonly rehearsed: Instant | null;
}

/** @throws Refusal `escrow-missing`; `not-entitled` for who is neither custodian nor may hold the keys */
export async function escrowStanding({ view, api }: Session, office: string): Promise<EscrowStanding> {
  const { custodians } = demandEscrow(view, office);
  const { deposited, rehearsed } = await api.call('escrow', { path: { office } });
  const complete = deposited.filter((one) => custodians.every((person) => one.custodians.includes(person))).map(({ number }) => number);
  return { complete, missing: view.officeKeys(office, 'storage').map(({ number }) => number).filter((number) => !complete.includes(number)), rehearsed };
}

export interface Deposited {
  readonly shares: readonly Uint8Array[];
  /** Generations that were split now. */
  readonly numbers: readonly number[];
}

/**
 * Splits every storage key of the office that this device holds and that its custodians do not have yet.
 * @param again also those that they have: for new devices of custodians, and after a wrong share
 * @throws Refusal `escrow-missing`, `device-unknown`, `not-entitled`
 */
export async function depositKeys(session: Session, office: string, again = false): Promise<Deposited> {
  const { crypto, view, api } = session;
  const escrow = demandEscrow(view, office);
  const { deposited } = await api.call('escrow', { path: { office } });
  const whole = deposited.filter(({ custodians }) => escrow.custodians.every((one) => custodians.includes(one))).map(({ number }) => number);
  const secrets = storageKeysOf(session, office).filter(({ number }) => again || !whole.includes(number));
  const shares = await splitAmongCustodians(crypto, view, office, secrets);
  for (let at = 0; at < shares.length; at += PER_CALL) {
    await api.call('putEscrowShares', { path: { office }, body: { shares: shares.slice(at, at + PER_CALL).map(base64url) } });
  }
  return { shares, numbers: secrets.map(({ number }) => number) };
}

function storageKeysOf({ ring, view }: Session, office: string): OfficeKeySecret[] {
  const fixed = new Set(view.officeKeys(office, 'storage').map(({ number }) => number));
  return ring.contents.officeKeys.filter((key) => key.office === office && key.purpose === 'storage' && fixed.has(key.number));
}

/**
 * A custodian gives out their shares to a device.
 * @param brought shares from a file, instead of those at the station; then nothing is asked of or told to the station
 * @returns encoded EscrowReleases
 * @throws Refusal `escrow-missing`, `device-unknown`, `not-entitled`, `escrow-share-wrong`; `escrow-lacking` without a share
 */
export async function giveOut(
  session: Session, to: { readonly office: string; readonly device: string; readonly use: EscrowUse }, brought: readonly Uint8Array[] | null = null,
): Promise<Uint8Array[]> {
  const { office } = to;
  const shares = brought ?? bytesOf((await session.api.call('escrow', { path: { office } })).shares);
  const releases = await releaseShares(session.crypto, session.view, holderOf(session), shares, to, session.now());
  if (releases.length === 0) throw new Refusal('escrow-lacking', { office, have: 0, need: 1 });
  if (brought !== null) return releases;
  for (let at = 0; at < releases.length; at += PER_CALL) {
    await session.api.call('putEscrowReleases', { path: { office }, body: { releases: releases.slice(at, at + PER_CALL).map(base64url) } });
  }
  return releases;
}

/**
 * Puts together what was given out to this device. A recovery keeps the keys in the keyring, a rehearsal keeps nothing.
 * @param brought releases from files, beside those at the station
 * @throws Refusal `escrow-missing`; `not-entitled` for whoever may not hold this office's keys, whatever files they have;
 *   `escrow-lacking` where no key comes back
 */
export async function bringBack(session: Session, office: string, use: EscrowUse, brought: readonly Uint8Array[] = []): Promise<Recovered> {
  const { crypto, view, ring, api } = session;
  const { person } = actorOf(ring);
  if (!mayHoldKeys(view, person, office, session.now())) throw new Refusal('not-entitled', { office, act: 'hold-keys' });
  const here = bytesOf((await api.call('escrow', { path: { office } })).releases);
  const recovered = await recoverKeys(crypto, view, holderOf(session), [...here, ...brought], { office, use });
  if (recovered.keys.length === 0) {
    const [least] = recovered.lacking;
    throw new Refusal('escrow-lacking', { office, have: least?.have ?? 0, need: least?.need ?? demandEscrow(view, office).threshold });
  }
  if (use === 'recovery') await ring.change((contents) => withOfficeKeys(contents, recovered.keys));
  else for (const { secret } of recovered.keys) secret.fill(0);
  await api.call('tellEscrow', { path: { office }, body: { use, numbers: recovered.keys.map(({ number }) => number) } });
  return recovered;
}

/** @throws Refusal `cbor-malformed`; `organisation-unknown` or `office-unknown` where the file is another's */
export function readPackage({ view }: Session, office: string, bytes: Uint8Array): EscrowPackage {
  const read = decodedOr('cbor-malformed', () => escrowPackage.decode(bytes));
  if (!equal(read.organisation, view.organisation.id)) throw new Refusal('organisation-unknown');
  if (read.office !== office) throw new Refusal('office-unknown', { office: read.office });
  return read;
}

export function writePackage({ view }: Session, office: string, held: Partial<Pick<EscrowPackage, 'shares' | 'releases'>>): Uint8Array {
  return escrowPackage.encode({ version: 1, organisation: view.organisation.id, office, shares: [], releases: [], ...held });
}

function holderOf({ ring }: Session): Custodian {
  const { device, kem } = ring.contents;
  if (device === undefined || kem === undefined) throw new Refusal('key-missing', { key: 'device' });
  return { device, kem };
}

function bytesOf(texts: readonly string[]): Uint8Array[] {
  return texts.map(fromBase64url).filter((bytes) => bytes !== null);
}
