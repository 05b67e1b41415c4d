/**
 * Requests of devices for certificates, as the station that keeps them, the device that vouches for one and the registrar
 * who admits it judge them: the same rules, each for itself. Source: docs/protocol/directory.md §Joining, log-in.md §A new device.
 */
import { equal } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS, type Instant } from '#core/clock.ts';
import { crockfordOf, crockfordTyped } from '#core/crockford.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { decodedOr } from '#core/decoding.ts';
import { Refusal } from '#core/refusals.ts';
import type { DeviceRecord, DirectoryView } from '#model/directory-view.ts';
import { areProved, type ClaimedKey } from '#model/proofs.ts';
import { type DeviceRequest, deviceRequest, type DeviceRequestStatement, deviceRequestStatement, type PublicTwin } from '#wire/invitation.ts';
import { verifySignature } from '#wire/sign.ts';

const REQUEST_MS_MAX = 30 * DAY_MS;
/** Clocks of devices may be ahead. */
const AHEAD_MS_MAX = HOUR_MS;
/** 100 bits of the statement's SHA-256: nobody finds another request that fits (docs/decisions/0120). */
const CODE_CHARACTERS = 20;

/** @throws Refusal `cbor-malformed` */
export function readDeviceRequest(bytes: Uint8Array): DeviceRequest {
  return decodedOr('cbor-malformed', () => deviceRequest.decode(bytes));
}

/** @throws Refusal `cbor-malformed` */
export function askedIn({ statement }: Pick<DeviceRequest, 'statement'>): DeviceRequestStatement {
  return decodedOr('cbor-malformed', () => deviceRequestStatement.decode(statement));
}

/** What a request is found by, and what whoever has it checks the request against: twenty characters, without hyphens. */
export function requestCodeOf({ hash }: Pick<CryptoProvider, 'hash'>, { statement }: Pick<DeviceRequest, 'statement'>): string {
  return crockfordOf(hash.sha256(statement), CODE_CHARACTERS);
}

/** @throws Refusal `request-code-mistyped` */
export function readRequestCode(typed: string): string {
  const plain = crockfordTyped(typed);
  if (plain?.length !== CODE_CHARACTERS) throw new Refusal('request-code-mistyped');
  return plain;
}

/** Whether a request is young enough to be vouched for and to be taken by its voucher. */
export function isFresh({ created }: Pick<DeviceRequestStatement, 'created'>, now: Instant): boolean {
  return created <= now + AHEAD_MS_MAX && now - created <= REQUEST_MS_MAX;
}

/**
 * What a device asks for, its proofs checked.
 * @throws Refusal `cbor-malformed`, `proof-wrong`, `organisation-unknown`
 */
export async function checkDeviceRequest(crypto: CryptoProvider, organisation: Uint8Array, request: DeviceRequest): Promise<DeviceRequestStatement> {
  const asked = askedIn(request);
  if (!equal(asked.organisation, organisation)) throw new Refusal('organisation-unknown');
  const keys = [...claimed(asked.keys), ...(asked.seal === undefined ? [] : claimed(asked.seal))];
  if (!(await areProved(crypto, keys, request.statement, request.proofs))) throw new Refusal('proof-wrong');
  return asked;
}

/**
 * Whether a voucher is one that counts now, by the directory alone: a device in force, of the same person, under the name
 * that the directory has, of a request that is fresh. Its signature is checked by demandVoucher.
 * @returns the device that vouches; null where it counts no more
 */
export function voucherInForce(view: DirectoryView, request: DeviceRequest, now: Instant): DeviceRecord | null {
  if (request.voucher === undefined) return null;
  const asked = askedIn(request);
  const [device, person] = [view.device(request.voucher.device), view.person(asked.person)];
  const isOwn = device !== null && device.endedBy === null && device.person === asked.person;
  return isOwn && person !== null && person.endedBy === null && person.name === asked.name && isFresh(asked, now) ? device : null;
}

/**
 * The check of a voucher. A wrong one is worse than none, so whoever may do without looks first whether there is one.
 * @throws Refusal `voucher-wrong` where there is none, or it is of a device that is not in force, of another person, too old, or not signed by it
 */
export async function demandVoucher(crypto: CryptoProvider, view: DirectoryView, request: DeviceRequest, now: Instant): Promise<void> {
  const { statement, voucher } = request;
  if (voucher === undefined) throw new Refusal('voucher-wrong');
  const device = voucherInForce(view, request, now);
  const isSigned = device !== null && (await verifySignature(crypto, device.verifier, 'device-request', statement, voucher.signature));
  if (!isSigned) throw new Refusal('voucher-wrong', { device: voucher.device });
}

/**
 * The check of a taking back: signed by a device of the person whom the request names or of a registrar. It may have ended
 * since it signed, as long as nobody else can have its keys: the word was under way. Not before there was a request to sign of.
 * @throws Refusal `not-entitled`, `taking-back-wrong` where there is none, or its device had ended or did not sign it
 */
export async function demandTakenBack(crypto: CryptoProvider, view: DirectoryView, { statement, takenBack }: DeviceRequest): Promise<void> {
  if (takenBack === undefined) throw new Refusal('taking-back-wrong');
  const { device: code, signature } = takenBack;
  const device = view.device(code);
  const asked = askedIn({ statement });
  if (device === null || device.exposedAt !== null || hadEnded(device, asked)) throw new Refusal('taking-back-wrong', { device: code });
  const isEntitled = device.person === asked.person || view.registrars().some(({ person }) => person === device.person);
  if (!isEntitled) throw new Refusal('not-entitled', { act: 'drop-request' });
  if (!(await verifySignature(crypto, device.verifier, 'take-back', statement, signature))) throw new Refusal('taking-back-wrong', { device: code });
}

/** Whether a device had ended when the request was made, by a clock that may have been ahead. */
function hadEnded({ endedAt }: Pick<DeviceRecord, 'endedAt'>, { created }: Pick<DeviceRequestStatement, 'created'>): boolean {
  return endedAt !== null && endedAt <= created - AHEAD_MS_MAX;
}

/** Whether a device of the directory is the one that asked: a name alone may be another's by now. */
export function isOfRequest({ person, verifier, kem }: Pick<DeviceRecord, 'person' | 'verifier' | 'kem'>, asked: DeviceRequestStatement): boolean {
  const areSame = equal(verifier.p256, asked.keys.p256) && equal(verifier.mldsa, asked.keys.mldsa) && equal(kem, asked.kem);
  return areSame && person === asked.person;
}

/** From then on nobody takes the request any more, whoever vouches for it. */
export function staleFrom({ created }: Pick<DeviceRequestStatement, 'created'>): Instant {
  return created + REQUEST_MS_MAX;
}

/** The keys of a public twin, in the order of proofs. */
export function claimed({ p256, mldsa }: PublicTwin): ClaimedKey[] {
  return [
    { algorithm: 'ecdsa-p256', publicKey: p256 },
    { algorithm: 'ml-dsa-65', publicKey: mldsa },
  ];
}
