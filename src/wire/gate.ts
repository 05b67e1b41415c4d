/**
 * A gate: an Ed25519 key that only the holder of a device secret or of a recovery card can derive. Whoever asks a station
 * for what a passphrase or a card opens proves it first, so that strangers are told nothing, and count for nothing.
 * Source: docs/protocol/log-in.md.
 */
import { concat, hex, uint64be, utf8 } from '#core/bytes.ts';

export type GatePurpose = 'opaque' | 'card';

const LABEL = utf8('tram/v1/gate\0');
const COPY_LABEL = utf8('tram/v1/keyring-copy\0');
const ZERO = Uint8Array.of(0);

/**
 * What the gate's key signs.
 * @param id device code, or hexadecimal locator of a card
 * @param request bytes of the first OPAQUE message; empty for a card
 */
export function gateStatement(purpose: GatePurpose, station: string, id: string, challenge: Uint8Array, request: Uint8Array): Uint8Array {
  return concat(LABEL, utf8(purpose), ZERO, utf8(station), ZERO, utf8(id), ZERO, challenge, request);
}

/**
 * What a device signs, purpose `session`, to leave a copy of its keyring: a token alone must not replace one.
 * @param digest SHA-256 of the sealed file
 * @param gate Ed25519 public key, 32 bytes
 */
export function ringCopyStatement(device: string, revision: number, digest: Uint8Array, gate: Uint8Array): Uint8Array {
  return concat(COPY_LABEL, utf8(device), ZERO, uint64be(revision), digest, gate);
}

/** A station's name inside OPAQUE; a device's is its code. */
export function opaqueServerName(organisation: Uint8Array, station: string): string {
  return `tram/v1/${hex(organisation)}/${station}`;
}
