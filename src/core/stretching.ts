/**
 * What every platform's Argon2id takes alike, so that a keyring slot made on one opens on another.
 * Source: RFC 9106 §3.1; an empty passphrase and a salt under 8 bytes some libraries refuse.
 */
import type { PassphraseStretching } from './crypto.ts';
import { assert } from './refusals.ts';

const SALT_BYTES_MIN = 8;
const MEMORY_KIB_MIN_PER_LANE = 8;

/** Stops on parameters that no caller should ever pass: whoever reads a slot checks its bounds. */
export function assertStretchable(passphrase: Uint8Array, how: PassphraseStretching): void {
  assert(passphrase.length > 0, 'a passphrase is not empty');
  assert(how.salt.length >= SALT_BYTES_MIN, 'a salt has at least 8 bytes');
  assert(how.lanes >= 1 && how.passes >= 1, 'Argon2id has at least one lane and one pass');
  assert(how.memoryKiB >= MEMORY_KIB_MIN_PER_LANE * how.lanes, 'a lane has at least 8 KiB');
}
