/** Proving a gate to a station: with the key of the device secret, or of the recovery card. Source: docs/protocol/log-in.md §Gates. */
import { base64url, fromBase64url, utf8 } from '#core/bytes.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import { Refusal } from '#core/refusals.ts';
import { type GatePurpose, gateStatement } from '#wire/gate.ts';
import type { StationApi } from './api.ts';

const DEVICE_LABEL = utf8('tram/v1/gate\0device\0');

/** The gate of a device: only who has its secret can prove it. */
export function deviceGate({ hash, signatures }: CryptoProvider, deviceSecret: Uint8Array, organisation: Uint8Array): Promise<SigningKey> {
  return signatures.signingKey('ed25519', hkdf(hash, deviceSecret, organisation, DEVICE_LABEL, 32));
}

export interface Proof {
  readonly challenge: string;
  readonly proof: string;
  /** The station that asked, by its own word. */
  readonly station: string;
}

/** Asks for a challenge and signs it. @param id device code, or hexadecimal locator of a card */
export async function proveGate(api: StationApi, key: SigningKey, purpose: GatePurpose, id: string, request: Uint8Array = new Uint8Array(0)): Promise<Proof> {
  const { challenge, station } = await api.call('challenge', {});
  const bytes = fromBase64url(challenge);
  if (bytes?.length !== 32) throw new Refusal('internal', { reason: 'answer-malformed' });
  const proof = await key.sign(gateStatement(purpose, station, id, bytes, request));
  return { challenge, proof: base64url(proof), station };
}
