/**
 * A device asks for its certificates: keys made here, only their public halves leave. Source: docs/protocol/directory.md.
 */
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { makeTwinKeys, publicKeysOf, type TwinKeys } from '#model/certificate-maker.ts';
import { checkDeviceRequest, isFresh } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { fingerprintOf, isFingerprint, prove } from '#model/proofs.ts';
import { type DeviceRequest, type DeviceRequestStatement, deviceRequestStatement, type TakingBack } from '#wire/invitation.ts';
import type { Keyring } from '#wire/keyring.ts';
import { signOne } from '#wire/sign.ts';
import type { OpenKeyring } from './keyring.ts';
import { checkNames } from '../one-line.ts';
import { actorOf, signer } from '../signers.ts';

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
  readonly now: Instant;
}

/**
 * A person's device speaks for a new one of the same person, so that nobody need compare a fingerprint.
 * @throws Refusal `voucher-wrong` where the request is another person's; `request-stale`; those of checkDeviceRequest; `device-unknown`
 */
export async function vouchFor({ crypto, random, ring, view, now }: VouchingDevice, request: DeviceRequest): Promise<DeviceRequest> {
  demandOwn(ring, await checkDeviceRequest(crypto, view.organisation.id, request), now);
  const signature = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'device-request', request.statement, random);
  return { ...request, voucher: { device: actorOf(ring).device, signature } };
}

/** This device's word that a request is over, which whoever has the request can check. @throws Refusal `device-unknown`, `certificate-invalid` */
export async function takeBack({ crypto, random, ring, view }: Omit<VouchingDevice, 'now'>, { statement }: DeviceRequest): Promise<TakingBack> {
  const signature = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'take-back', statement, random);
  return { device: actorOf(ring).device, signature };
}

/** @throws Refusal `voucher-wrong` where the request is another person's; `request-stale` */
export function demandOwn(ring: OpenKeyring, asked: DeviceRequestStatement, now: Instant): void {
  const { person, device } = actorOf(ring);
  if (asked.person !== person) throw new Refusal('voucher-wrong', { device });
  if (!isFresh(asked, now)) throw new Refusal('request-stale', { device: asked.device });
}

function pairOf({ p256, mldsa }: TwinKeys): [TwinKeys['p256'], TwinKeys['mldsa']] {
  return [p256, mldsa];
}
