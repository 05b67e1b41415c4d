/**
 * What a new device or station asked for, kept beside the entries that answer it while they wait: the fingerprint of these
 * bytes is what its screen shows, so the second registrar compares what the first compared. Nobody is believed about them:
 * they count only where they ask for every key that the entries certify. Source: docs/protocol/directory.md §Waiting entries.
 */
import { hex } from '#core/bytes.ts';
import { decodedOrNull } from '#core/decoding.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { Twin } from '#wire/directory.ts';
import { deviceRequestStatement, type DeviceRequestStatement, joinRequestStatement, type JoinRequestStatement, type PublicTwin } from '#wire/invitation.ts';
import { parseCertificate } from '#x509/certificate.ts';

export interface Asked {
  readonly station: JoinRequestStatement | null;
  readonly device: DeviceRequestStatement | null;
}

/** @throws DecodeError for what is neither a JoinRequestStatement nor a DeviceRequestStatement */
export function readAsked(statement: Uint8Array): Asked {
  const station = decodedOrNull(() => joinRequestStatement.decode(statement));
  if (station === null) return { station, device: deviceRequestStatement.decode(statement) };
  return { station, device: station.device === undefined ? null : deviceRequestStatement.decode(station.device.statement) };
}

/** Whether the entries certify keys, and none but those that were asked for, under the names that were asked for. */
export function isAnsweredBy(asked: Asked, plans: readonly EntryPlan[]): boolean {
  const claims = new Set(claimsOf(asked));
  // What is no certificate answers nothing.
  const certified = decodedOrNull(() => plans.flatMap(saidIn)) ?? [];
  return certified.length > 0 && certified.every((one) => claims.has(one));
}

function claimsOf({ station, device }: Asked): string[] {
  const claims: string[] = [];
  if (station !== null) {
    const { keys, link, logKeys, officeKeys } = station;
    claims.push(said('station', station.station, station.site, ...pairOf(keys), link, logKeys.ed25519, logKeys.mldsa44));
    claims.push(...officeKeys.map(({ purpose, number, kem, publicKey }) => said('office-key', purpose, number, kem, publicKey)));
  }
  if (device !== null) {
    claims.push(said('device', device.device, device.person, ...pairOf(device.keys), device.kem));
    if (device.seal !== undefined) claims.push(said('seal', ...pairOf(device.seal)));
  }
  return claims;
}

function saidIn({ kind, body }: EntryPlan): string[] {
  switch (kind) {
    case 'station': return [said(kind, body.station, body.site, ...keysOf(body.certificates), keyOf(body.link), body.logKeys.ed25519, body.logKeys.mldsa44)];
    case 'device': return [said(kind, body.device, body.person, ...keysOf(body.certificates), body.kem)];
    case 'office-key': return [said(kind, body.purpose, body.number, body.kem, body.publicKey)];
    case 'position': return body.seal === undefined ? [] : [said('seal', ...keysOf(body.seal))];
    // Names and periods without keys: whoever signs reads them.
    case 'link': case 'office': case 'person': case 'holder': return [];
    default: return [kind];
  }
}

function said(...parts: readonly (string | number | Uint8Array)[]): string {
  return parts.map((part) => (part instanceof Uint8Array ? hex(part) : String(part))).join('\n');
}

function pairOf({ p256, mldsa }: PublicTwin): Uint8Array[] {
  return [p256, mldsa];
}

function keysOf({ p256, mldsa }: Twin): Uint8Array[] {
  return [keyOf(p256), keyOf(mldsa)];
}

function keyOf(certificate: Uint8Array): Uint8Array {
  return parseCertificate(certificate).publicKey.raw;
}
