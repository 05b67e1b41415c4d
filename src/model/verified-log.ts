/**
 * How far a station or a device has verified its own copy of the directory, so that its next start need not check all those
 * signatures again: a mark over the log's size and root, under a key that only it holds, by this very program. A mark spares
 * nothing else: every entry is applied by every rule at each start, and what no mark fits is verified whole.
 * Source: docs/protocol/directory.md §Verified before, docs/decisions/0149-what-was-verified-is-marked.md.
 */
import { concat, equal, utf8 } from '#core/bytes.ts';
import type { CryptoProvider, Hash } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import { hkdf } from '#core/hkdf.ts';
import { Refusal } from '#core/refusals.ts';
import { type ApplyOptions, type DirectoryState, foldEntries } from '#model/directory.ts';
import { bytes, type Infer, struct, text } from '#wire/codec.ts';
import { type LogPoint, logPoint, organisationId } from '#wire/names.ts';
import { DIRECTORY_VERIFIER } from './directory-verifier.ts';

const LABEL = utf8('tram/v1/verified-directory\0');
const KEY_BYTES = 32;

const verifiedPoint = struct('VerifiedPoint', 256, { verifier: [1, text(1, 64)], organisation: [2, organisationId], point: [3, logPoint] });
const verifiedMark = struct('VerifiedMark', 512, { verified: [1, bytes(1, 256)], mac: [2, bytes(32)] });

/** The greatest encoding of a mark, in bytes. */
export const VERIFIED_MARK_BYTES_MAX = 512;

/** From a secret that its owner has for something else, of 32 bytes. */
export function markKey(hash: Pick<Hash, 'hmacSha256'>, secret: Uint8Array): Uint8Array {
  return hkdf(hash, secret, new Uint8Array(0), LABEL, KEY_BYTES);
}

/** Says of a state that every entry in it was verified here. @param key of markKey */
export function markVerified(hash: Pick<Hash, 'hmacSha256'>, key: Uint8Array, { organisation, point }: DirectoryState, verifier = DIRECTORY_VERIFIER): Uint8Array {
  const verified = verifiedPoint.encode({ verifier, organisation: organisation.id, point });
  return verifiedMark.encode({ verified, mac: macOf(hash, key, verified) });
}

/**
 * The state up to a mark, from entries that lie where others may have changed them.
 * @param founding SHA-256 of the founding entry that is trusted
 * @returns null where the mark is not ours, of another program, of another organisation, or not of exactly these entries
 */
export async function foldVerified(
  provider: CryptoProvider, key: Uint8Array, mark: Uint8Array, entries: readonly Uint8Array[], founding: Uint8Array, { authority }: Pick<ApplyOptions, 'authority'> = {},
  verifier = DIRECTORY_VERIFIER,
): Promise<DirectoryState | null> {
  const point = markedPoint(provider.hash, key, mark, founding, verifier);
  if (point === null || point.size > entries.length) return null;
  const state = await foldBelieved(provider, entries.slice(0, point.size), authority);
  // Only now is known that these are the bytes whose signatures were checked.
  const isSame = state !== null && equal(state.point.root, point.root) && equal(state.organisation.founding, founding);
  return isSame ? state : null;
}

/** What a mark claims, whoever wrote it. @throws DecodeError */
export function claimOf(mark: Uint8Array): Pick<Infer<typeof verifiedPoint>, 'organisation' | 'point'> {
  return verifiedPoint.decode(verifiedMark.decode(mark).verified);
}

function markedPoint(hash: Pick<Hash, 'hmacSha256'>, key: Uint8Array, mark: Uint8Array, founding: Uint8Array, verifier: string): LogPoint | null {
  try {
    const { verified, mac } = verifiedMark.decode(mark);
    if (!equal(mac, macOf(hash, key, verified))) return null;
    const { verifier: by, organisation, point } = verifiedPoint.decode(verified);
    return by === verifier && equal(organisation, founding.slice(0, organisation.length)) ? point : null;
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

async function foldBelieved(provider: CryptoProvider, entries: readonly Uint8Array[], authority: ApplyOptions['authority']): Promise<DirectoryState | null> {
  try {
    return await foldEntries(provider, null, entries, { ...(authority === undefined ? {} : { authority }), signatures: 'verified-before' });
  } catch (error) {
    if (error instanceof DecodeError || error instanceof Refusal) return null;
    throw error;
  }
}

function macOf(hash: Pick<Hash, 'hmacSha256'>, key: Uint8Array, verified: Uint8Array): Uint8Array {
  return hash.hmacSha256(key, concat(LABEL, verified));
}
