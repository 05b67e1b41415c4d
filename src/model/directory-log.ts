/**
 * When a replica believes that its directory log has grown: the rule that a station applies to its neighbours and a
 * device to its own station. Source: docs/protocol/directory.md §Replication.
 */

import { equal, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { leafHash } from '#core/compact-tree.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { type ApplyOptions, type DirectoryState, foldEntries } from '#model/directory.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, signCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import type { LogKeys } from '#wire/directory.ts';
import type { LogPoint } from '#wire/names.ts';
import { decodeNote, encodeNote, KEY_TYPE, type Note, verifierKey } from '#wire/note.ts';

/** What a peer shows: entries from an index on, and the sequencer's checkpoint over all of the log. */
export interface LogOffer {
  /** Index of the first entry; not beyond what is held. */
  readonly from: number;
  readonly entries: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: Uint8Array;
}

/** The name under which checkpoints of a directory are signed. */
export function directoryOrigin(organisation: Uint8Array): string {
  return `tram/${hex(organisation)}/directory`;
}

/** The sequencer's secrets for checkpoints, the two log keys of its term. */
export interface LogSigner {
  readonly ed25519: SigningKey;
  readonly mldsa44: SigningKey;
}

/** @returns a C2SP signed note over this point */
export async function signDirectoryCheckpoint(
  provider: CryptoProvider, signer: LogSigner, organisation: Uint8Array, point: LogPoint, now: Instant,
): Promise<Uint8Array> {
  const origin = directoryOrigin(organisation);
  const checkpoint: Checkpoint = { origin, ...point, extensions: [] };
  const seconds = Math.floor(now / 1_000);
  const signatures = await Promise.all([
    signCheckpoint(provider.hash, { name: origin, type: KEY_TYPE.ed25519, key: signer.ed25519 }, checkpoint, seconds),
    signCheckpoint(provider.hash, { name: origin, type: KEY_TYPE.mlDsa44Cosignature, key: signer.mldsa44 }, checkpoint, seconds),
  ]);
  return encodeNote({ text: encodeCheckpoint(checkpoint), signatures });
}

/**
 * Reads a checkpoint that both log keys signed.
 * @throws DecodeError; Refusal `directory-inconsistent` (reason origin) or `directory-signature-wrong`
 */
export async function verifyDirectoryCheckpoint(
  provider: CryptoProvider, organisation: Uint8Array, logKeys: LogKeys, note: Uint8Array,
): Promise<LogPoint> {
  const decoded = decodeNote(note);
  const checkpoint = readPoint(decoded, organisation);
  const origin = directoryOrigin(organisation);
  const keys = [
    verifierKey(provider.hash, origin, KEY_TYPE.ed25519, logKeys.ed25519),
    verifierKey(provider.hash, origin, KEY_TYPE.mlDsa44Cosignature, logKeys.mldsa44),
  ];
  const verified = await verifyCheckpointNote(provider.signatures, decoded, keys);
  if (verified === null || verified.length !== keys.length) throw new Refusal('directory-signature-wrong');
  return checkpoint;
}

function readPoint(note: Note, organisation: Uint8Array): LogPoint {
  const { origin, size, root } = decodeCheckpoint(note.text);
  if (origin !== directoryOrigin(organisation)) throw new Refusal('directory-inconsistent', { reason: 'origin' });
  return { size, root };
}

/**
 * Takes the entries if everything about them holds: each entry by itself, the root they lead to, and a checkpoint by
 * both log keys of the newest term over exactly that.
 * @param held what this replica has; null for one that begins
 * @param founding SHA-256 of the founding entry that a beginner trusts; not looked at where something is held
 * @throws DecodeError; Refusal `directory-rolled-back`, `directory-inconsistent`, `directory-entry-refused`,
 *   `directory-signature-wrong`
 */
export async function acceptLog(
  provider: CryptoProvider, held: DirectoryState | null, offer: LogOffer, founding: Uint8Array, options: ApplyOptions = {},
): Promise<DirectoryState> {
  const offered = decodeCheckpoint(decodeNote(offer.checkpoint).text);
  const heldSize = held?.point.size ?? 0;
  if (offered.size < heldSize) throw new Refusal('directory-rolled-back', { held: heldSize, offered: offered.size });
  const fresh = freshEntries(provider, held, offer);
  const state = await foldEntries(provider, held, fresh, options);
  if (state === null) throw new Refusal('directory-inconsistent', { reason: 'empty' });
  const { id } = state.organisation;
  if (held === null && !equal(state.organisation.founding, founding)) {
    throw new Refusal('directory-inconsistent', { reason: 'founding' });
  }
  demandSamePoint(state.point, offered);
  await verifyDirectoryCheckpoint(provider, id, state.sequencer.logKeys, offer.checkpoint);
  return state;
}

/** That a sequencer's note is over exactly this log. @throws DecodeError; Refusal `directory-inconsistent`, `directory-signature-wrong` */
export async function demandCovers(provider: CryptoProvider, state: DirectoryState, note: Uint8Array): Promise<void> {
  demandSamePoint(state.point, decodeCheckpoint(decodeNote(note).text));
  await verifyDirectoryCheckpoint(provider, state.organisation.id, state.sequencer.logKeys, note);
}

/** The rule for a point that somebody merely remembers or shows, against a directory that is held now. */
export function demandExtends(state: DirectoryState, remembered: LogPoint): void {
  const { size } = state.point;
  if (size < remembered.size) throw new Refusal('directory-rolled-back', { held: remembered.size, offered: size });
  if (remembered.size === 0) return;
  const root = state.rootAt(remembered.size);
  if (root === null || !equal(root, remembered.root)) throw new Refusal('directory-inconsistent', { size: remembered.size });
}

/** What is new in an offer; what is not must be what is held. */
function freshEntries(provider: CryptoProvider, held: DirectoryState | null, { from, entries }: LogOffer): readonly Uint8Array[] {
  const heldSize = held?.point.size ?? 0;
  if (from > heldSize) throw new Refusal('directory-inconsistent', { reason: 'gap', held: heldSize, from });
  const known = Math.min(entries.length, heldSize - from);
  for (let i = 0; i < known; i++) {
    const same = equal(leafHash(provider.hash, entries[i]!), held!.leaf(from + i)!);
    if (!same) throw new Refusal('directory-inconsistent', { reason: 'entry-differs', index: from + i });
  }
  return entries.slice(known);
}

function demandSamePoint(reached: LogPoint, offered: LogPoint): void {
  if (reached.size !== offered.size) {
    throw new Refusal('directory-inconsistent', { reason: 'size', reached: reached.size, offered: offered.size });
  }
  if (!equal(reached.root, offered.root)) throw new Refusal('directory-inconsistent', { reason: 'root', size: reached.size });
}
