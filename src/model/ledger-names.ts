/**
 * The names under which stations sign trees, and the keys that a directory gives for them. Source: docs/protocol/ledger.md
 * §Checkpoints; C2SP signed-note, tlog-cosignature.
 */
import { hex } from '#core/bytes.ts';
import type { Sha256 } from '#core/merkle.ts';
import type { LogKeys } from '#wire/directory.ts';
import { KEY_TYPE, type VerifierKey, verifierKey } from '#wire/note.ts';

/** The name of a station's ledger in one incarnation. */
export function ledgerOrigin(organisation: Uint8Array, station: string, incarnation: Uint8Array): string {
  return `tram/${hex(organisation)}/ledger/${station}/${hex(incarnation)}`;
}

/** The name under which a station cosigns. */
export function witnessName(organisation: Uint8Array, station: string): string {
  return `tram/${hex(organisation)}/witness/${station}`;
}

export function logKeysOf(hash: Sha256, origin: string, { ed25519, mldsa44 }: LogKeys): VerifierKey[] {
  return [
    verifierKey(hash, origin, KEY_TYPE.ed25519, ed25519),
    verifierKey(hash, origin, KEY_TYPE.mlDsa44Cosignature, mldsa44),
  ];
}

/** A station cosigns with its log keys, under another name and over other messages. */
export function witnessKeysOf(hash: Sha256, name: string, { ed25519, mldsa44 }: LogKeys): VerifierKey[] {
  return [
    verifierKey(hash, name, KEY_TYPE.ed25519Cosignature, ed25519),
    verifierKey(hash, name, KEY_TYPE.mlDsa44Cosignature, mldsa44),
  ];
}
