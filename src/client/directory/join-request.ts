/**
 * A new station asks to join: its keys, its first person's device and its first office's keys are made where it will
 * stand. Source: docs/protocol/directory.md §Joining.
 */
import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { makeTwinKeys, publicKeysOf } from '#model/certificate-maker.ts';
import type { LogKeys } from '#wire/directory.ts';
import {
  type DeviceRequest, type DeviceRequestStatement, type Invitation, joinRequest, type JoinRequestStatement,
  joinRequestStatement, type OfficePublicKey, type PublicTwin,
} from '#wire/invitation.ts';
import type { TwinSecret } from '#wire/keyring.ts';
import { decodedOr } from '#core/decoding.ts';
import { checkDeviceRequest, claimed } from '#model/device-requests.ts';
import { areProved, fingerprintOf, isFingerprint, prove } from '#model/proofs.ts';

/** A station's own keys; they stand in its data folder. 32 bytes each. */
export interface StationSecrets {
  readonly signing: TwinSecret;
  readonly link: Uint8Array;
  readonly logs: { readonly ed25519: Uint8Array; readonly mldsa44: Uint8Array };
}

export interface StationKeys {
  readonly secrets: StationSecrets;
  readonly keys: PublicTwin;
  /** ML-DSA-65, for TLS. */
  readonly link: Uint8Array;
  readonly logKeys: LogKeys;
}

export interface StationSigners {
  readonly twin: readonly SigningKey[];
  readonly link: SigningKey;
}

export async function makeStationKeys(crypto: CryptoProvider): Promise<StationKeys & { readonly signers: StationSigners }> {
  const { signatures } = crypto;
  const twin = await makeTwinKeys(crypto);
  const linkSecret = await signatures.generateSecret('ml-dsa-65');
  const logs = { ed25519: await signatures.generateSecret('ed25519'), mldsa44: await signatures.generateSecret('ml-dsa-44') };
  const [link, ed25519, mldsa44] = await Promise.all([
    signatures.signingKey('ml-dsa-65', linkSecret),
    signatures.signingKey('ed25519', logs.ed25519),
    signatures.signingKey('ml-dsa-44', logs.mldsa44),
  ]);
  return {
    secrets: { signing: twin.secret, link: linkSecret, logs },
    keys: publicKeysOf(twin),
    link: link.publicKey,
    logKeys: { ed25519: ed25519.publicKey, mldsa44: mldsa44.publicKey },
    signers: { twin: [twin.p256, twin.mldsa], link },
  };
}

export interface JoinOrder {
  readonly invitation: Invitation;
  /** The invitation's, unlocked with the code. */
  readonly secret: Uint8Array;
  /** Where others may dial this station. */
  readonly address?: string | undefined;
  readonly device?: DeviceRequest | undefined;
  /** Code of the first office, as whoever sits here wrote it. */
  readonly office?: string | undefined;
  readonly officeKeys: readonly OfficePublicKey[];
  readonly created: Instant;
}

export interface MadeJoinRequest {
  /** Encoded JoinRequest. */
  readonly request: Uint8Array;
  readonly fingerprint: string;
  readonly secrets: StationSecrets;
}

/**
 * What is asked, by whoever sits at the new station: its public halves stand in it, its secrets are not needed.
 * @throws Refusal `invitation-expired`
 */
export function joinStatementOf({ invitation, address, device, office, officeKeys, created }: Omit<JoinOrder, 'secret'>, { keys, link, logKeys }: Pick<StationKeys, 'keys' | 'link' | 'logKeys'>): Uint8Array {
  if (created > invitation.expires) throw new Refusal('invitation-expired');
  return joinRequestStatement.encode({
    version: 1,
    invitation: invitation.invitation,
    station: invitation.station,
    site: invitation.site,
    keys,
    link,
    logKeys,
    address,
    device,
    created,
    officeKeys: [...officeKeys],
    office,
  });
}

/** Whoever made it had the invitation's secret. */
export function joinMac(crypto: CryptoProvider, secret: Uint8Array, statement: Uint8Array): Uint8Array {
  return crypto.hash.hmacSha256(secret, statement);
}

/** The station proves that it has the keys that the statement names. @returns encoded JoinRequest */
export async function proveJoin({ twin, link }: StationSigners, statement: Uint8Array, mac: Uint8Array): Promise<Uint8Array> {
  return joinRequest.encode({ statement, proofs: await prove([...twin, link], statement), mac });
}

/** @throws Refusal `invitation-expired` */
export async function makeJoinRequest(crypto: CryptoProvider, { secret, ...order }: JoinOrder): Promise<MadeJoinRequest> {
  const station = await makeStationKeys(crypto);
  const statement = joinStatementOf(order, station);
  const request = await proveJoin(station.signers, statement, joinMac(crypto, secret, statement));
  return { request, fingerprint: fingerprintOf(crypto, statement), secrets: station.secrets };
}

export interface JoinCheck {
  readonly invitation: Invitation;
  readonly secret: Uint8Array;
  readonly isUsed: boolean;
  /** As it was read aloud. */
  readonly fingerprint: string;
  readonly now: Instant;
}

export interface CheckedJoin {
  readonly station: JoinRequestStatement;
  readonly device: DeviceRequestStatement | null;
}

/** The fingerprint of a request, for comparing before it is checked. @throws Refusal `cbor-malformed` */
export function joinFingerprint(crypto: CryptoProvider, request: Uint8Array): string {
  return fingerprintOf(crypto, decodedOr('cbor-malformed', () => joinRequest.decode(request)).statement);
}

/**
 * The registrar's check of a join request.
 * @throws Refusal `cbor-malformed`, `invitation-used`, `invitation-expired`, `invitation-code-wrong` (the MAC is not the
 *   invitation's), `fingerprint-differs`, `proof-wrong`, `organisation-unknown`
 */
export async function checkJoinRequest(crypto: CryptoProvider, request: Uint8Array, check: JoinCheck): Promise<CheckedJoin> {
  const { invitation } = check;
  const { statement, proofs, mac } = decodedOr('cbor-malformed', () => joinRequest.decode(request));
  const station = decodedOr('cbor-malformed', () => joinRequestStatement.decode(statement));
  if (check.isUsed) throw new Refusal('invitation-used');
  if (check.now > invitation.expires) throw new Refusal('invitation-expired');
  if (!equal(mac, crypto.hash.hmacSha256(check.secret, statement))) throw new Refusal('invitation-code-wrong');
  const isInvited =
    equal(station.invitation, invitation.invitation) && station.station === invitation.station && station.site === invitation.site;
  if (!isInvited) throw new Refusal('invitation-malformed', { reason: 'another-station' });
  if (!isFingerprint(fingerprintOf(crypto, statement), check.fingerprint)) throw new Refusal('fingerprint-differs');
  const keys = [...claimed(station.keys), { algorithm: 'ml-dsa-65' as const, publicKey: station.link }];
  if (!(await areProved(crypto, keys, statement, proofs))) throw new Refusal('proof-wrong');
  const device = station.device === undefined ? null : await checkDeviceRequest(crypto, invitation.organisation, station.device);
  return { station, device };
}
