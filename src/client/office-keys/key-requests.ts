/**
 * One more pair of keys for a device that is in force: the seal of a position, or a registrar's. The device proves its
 * own keys and the new ones together; what they are for is decided by who certifies them.
 * Source: docs/decisions/0034-one-more-pair-of-keys.md.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { makeTwinKeys, openTwinKeys, publicKeysOf } from '#model/certificate-maker.ts';
import type { DeviceRecord, DirectoryView } from '#model/directory-view.ts';
import { type DeviceRequest, type DeviceRequestStatement, deviceRequestStatement, issuerGrant, type PublicTwin } from '#wire/invitation.ts';
import { type TwinSecret, twinSecret } from '#wire/keyring.ts';
import { decodedOr } from '#core/decoding.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';
import { fingerprintOf, prove } from '#model/proofs.ts';
import { actorOf } from '../signers.ts';

export interface MadeKeyRequest {
  readonly request: DeviceRequest;
  readonly fingerprint: string;
  /** Of the new pair, for the keyring. */
  readonly secret: TwinSecret;
}

/** What leaves the device that asks. */
export interface KeyRequestFile {
  /** An encoded DeviceRequest, for a registrar. */
  readonly request: Uint8Array;
  /** Read aloud to them. */
  readonly fingerprint: string;
}

/** @throws Refusal `key-missing` for a keyring of no device */
export async function makeKeyRequest(crypto: CryptoProvider, ring: OpenKeyring, created: Instant): Promise<MadeKeyRequest> {
  const { organisation, signing, kem, name } = ring.contents;
  const { person, device } = actorOf(ring);
  if (signing === undefined || kem === undefined) throw new Refusal('key-missing', { key: 'device' });
  const [own, more] = [await openTwinKeys(crypto, signing), await makeTwinKeys(crypto)];
  const statement = deviceRequestStatement.encode({
    version: 1, organisation, person, name, device, keys: publicKeysOf(own), kem: await crypto.kem.publicKey(kem), seal: publicKeysOf(more), created,
  });
  const proofs = await prove([own.p256, own.mldsa, more.p256, more.mldsa], statement);
  return { request: { statement, proofs }, fingerprint: fingerprintOf(crypto, statement), secret: more.secret };
}

/**
 * The device that asks, which must be in force with these very keys, and the new public keys.
 * @throws Refusal `device-unknown`, `proof-wrong`
 */
export function demandAsker(view: DirectoryView, asked: DeviceRequestStatement): { readonly device: DeviceRecord; readonly more: PublicTwin } {
  const device = view.device(asked.device);
  if (device === null || device.endedBy !== null || device.person !== asked.person) throw new Refusal('device-unknown', { device: asked.device });
  const isIt = equal(device.verifier.p256, asked.keys.p256) && equal(device.verifier.mldsa, asked.keys.mldsa) && equal(device.kem, asked.kem);
  if (!isIt || asked.seal === undefined) throw new Refusal('proof-wrong');
  return { device, more: asked.seal };
}

const LABEL = utf8('tram/v1/issuer\0');

/** The issuer's keys for another registrar's device, sealed to it. @returns an encoded IssuerGrant */
export async function sealIssuer(crypto: CryptoProvider, organisation: Uint8Array, { device, kem }: Pick<DeviceRecord, 'device' | 'kem'>, issuer: TwinSecret): Promise<Uint8Array> {
  const { encapsulation, ciphertext } = await sealTo(crypto, kem, infoOf(organisation, device), new Uint8Array(0), twinSecret.encode(issuer));
  return issuerGrant.encode({ version: 1, organisation, device, encapsulation, ciphertext });
}

/** @throws Refusal `cbor-malformed`, `organisation-unknown`, `device-unknown` (for another device), `cannot-open` */
export async function openIssuer(crypto: CryptoProvider, ring: OpenKeyring, bytes: Uint8Array): Promise<TwinSecret> {
  const grant = decodedOr('cbor-malformed', () => issuerGrant.decode(bytes));
  const { organisation, kem } = ring.contents;
  if (!equal(grant.organisation, organisation)) throw new Refusal('organisation-unknown');
  if (grant.device !== actorOf(ring).device || kem === undefined) throw new Refusal('device-unknown', { device: grant.device });
  const plain = await openWith(crypto, kem, grant.encapsulation, infoOf(organisation, grant.device), new Uint8Array(0), grant.ciphertext);
  if (plain === null) throw new Refusal('cannot-open', { what: 'issuer' });
  return decodedOr('cbor-malformed', () => twinSecret.decode(plain));
}

function infoOf(organisation: Uint8Array, device: string): Uint8Array {
  return concat(LABEL, organisation, utf8(device));
}
