/**
 * A device asks for its certificates: keys made here, only their public halves leave. Source: docs/protocol/directory.md.
 */
import { DAY_MS, HOUR_MS, type Instant, type RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { makeTwinKeys, publicKeysOf, type TwinKeys } from '#model/certificate-maker.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import {
  type DeviceRequest, deviceRequest, type DeviceRequestStatement, deviceRequestStatement, type PublicTwin,
} from '#wire/invitation.ts';
import type { Keyring } from '#wire/keyring.ts';
import { signOne, verifySignature } from '#wire/sign.ts';
import { decodedOr } from './decoding.ts';
import type { OpenKeyring } from './keyring.ts';
import { checkNames } from './one-line.ts';
import { areProved, type ClaimedKey, fingerprintOf, isFingerprint, prove } from './proofs.ts';
import { actorOf, signer } from './signers.ts';

const VOUCHER_MS_MAX = 30 * DAY_MS;

export interface DeviceOrder {
  readonly organisation: Uint8Array;
  readonly person: string;
  /** The person's name as people write it. */
  readonly name: string;
  readonly device: string;
  /** Position whose office seal this device will hold, where there is one. */
  readonly sealFor?: string | undefined;
  readonly created: Instant;
}

export interface MadeDeviceRequest {
  readonly request: DeviceRequest;
  readonly fingerprint: string;
  /** Secrets of the device, for createKeyring. */
  readonly contents: Keyring;
}

/** Makes a device's keys and asks for certificates. @throws Refusal those of checkNames */
export async function makeDeviceRequest(crypto: CryptoProvider, order: DeviceOrder): Promise<MadeDeviceRequest> {
  const { organisation, person, name, device, sealFor, created } = order;
  checkNames({ name });
  const keys = await makeTwinKeys(crypto);
  const seal = sealFor === undefined ? null : await makeTwinKeys(crypto);
  const kem = await crypto.kem.generateSecret();
  const statement = deviceRequestStatement.encode({
    version: 1,
    organisation,
    person,
    name,
    device,
    keys: publicKeysOf(keys),
    kem: await crypto.kem.publicKey(kem),
    seal: seal === null ? undefined : publicKeysOf(seal),
    created,
  });
  const proofs = await prove([...pairOf(keys), ...(seal === null ? [] : pairOf(seal))], statement);
  const seals = seal === null || sealFor === undefined ? [] : [{ position: sealFor, seal: seal.secret }];
  return {
    request: { statement, proofs },
    fingerprint: fingerprintOf(crypto, statement),
    contents: { organisation, person, device, name, signing: keys.secret, kem, seals, officeKeys: [], created },
  };
}

/** @throws Refusal `cbor-malformed` */
export function readDeviceRequest(bytes: Uint8Array): DeviceRequest {
  return decodedOr('cbor-malformed', () => deviceRequest.decode(bytes));
}

/**
 * Compares a request with the fingerprint that was read out beside the new device.
 * @throws Refusal `fingerprint-differs`
 */
export function demandFingerprint(crypto: CryptoProvider, { statement }: DeviceRequest, typed: string): void {
  if (!isFingerprint(fingerprintOf(crypto, statement), typed)) throw new Refusal('fingerprint-differs');
}

export interface VouchingDevice {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly ring: OpenKeyring;
  readonly view: DirectoryView;
}

/**
 * A person's device speaks for a new one of the same person, so that nobody need compare a fingerprint.
 * @throws Refusal `voucher-wrong` where the request is another person's; `cbor-malformed`, `device-unknown`
 */
export async function vouchFor({ crypto, random, ring, view }: VouchingDevice, request: DeviceRequest): Promise<DeviceRequest> {
  const { person, device } = actorOf(ring);
  const asked = decodedOr('cbor-malformed', () => deviceRequestStatement.decode(request.statement));
  if (asked.person !== person) throw new Refusal('voucher-wrong', { device });
  const signature = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'device-request', request.statement, random);
  return { ...request, voucher: { device, signature } };
}

/**
 * The registrar's check of a voucher; false where there is none. A wrong one is worse than none.
 * @throws Refusal `voucher-wrong` where it is of a device that is not in force, of another person, too old, or not signed by it
 */
export async function isVouchedFor(crypto: CryptoProvider, view: DirectoryView, { statement, voucher }: DeviceRequest, now: Instant): Promise<boolean> {
  if (voucher === undefined) return false;
  const asked = decodedOr('cbor-malformed', () => deviceRequestStatement.decode(statement));
  const device = view.device(voucher.device);
  const isOwn = device !== null && device.endedBy === null && device.person === asked.person && view.person(asked.person)?.name === asked.name;
  const isFresh = asked.created <= now + HOUR_MS && now - asked.created <= VOUCHER_MS_MAX;
  const isSigned = isOwn && isFresh && (await verifySignature(crypto, device.verifier, 'device-request', statement, voucher.signature));
  if (!isSigned) throw new Refusal('voucher-wrong', { device: voucher.device });
  return true;
}

/**
 * What a device asks for, its proofs checked.
 * @throws Refusal `cbor-malformed`, `proof-wrong`, `organisation-unknown`
 */
export async function checkDeviceRequest(crypto: CryptoProvider, organisation: Uint8Array, { statement, proofs }: DeviceRequest): Promise<DeviceRequestStatement> {
  const asked = decodedOr('cbor-malformed', () => deviceRequestStatement.decode(statement));
  const isOurs = asked.organisation.every((byte, i) => byte === organisation[i]);
  if (!isOurs) throw new Refusal('organisation-unknown');
  const keys = [...claimed(asked.keys), ...(asked.seal === undefined ? [] : claimed(asked.seal))];
  if (!(await areProved(crypto, keys, statement, proofs))) throw new Refusal('proof-wrong');
  return asked;
}

function pairOf({ p256, mldsa }: TwinKeys): [TwinKeys['p256'], TwinKeys['mldsa']] {
  return [p256, mldsa];
}

/** The keys of a public twin, in the order of proofs. */
export function claimed({ p256, mldsa }: PublicTwin): ClaimedKey[] {
  return [
    { algorithm: 'ecdsa-p256', publicKey: p256 },
    { algorithm: 'ml-dsa-65', publicKey: mldsa },
  ];
}
