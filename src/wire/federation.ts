/**
 * What one organisation shows another of its directory: some entries of its log, each with a proof that it stands there,
 * under a checkpoint that grows from the one shown before. Source: docs/protocol/federation.md.
 */

import { arrayOf, bytes, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { digest, organisationId } from '#wire/names.ts';

/** Depth of a log of 2^40 entries. */
const PROOF_MAX = 64;
export const DISCLOSED_ENTRIES_MAX = 16_384;

export const disclosedEntry = tuple({
  index: uint(),
  entry: bytes(1, LIMITS.directoryEntryBytes),
  proof: arrayOf(digest, PROOF_MAX),
});
export type DisclosedEntry = Infer<typeof disclosedEntry>;

export const disclosure = struct('Disclosure', LIMITS.disclosureBytes, {
  version: [1, uint(1, 1)],
  /** Whose directory it is. */
  organisation: [2, organisationId],
  /** A signed note by both log keys of the newest term. */
  checkpoint: [3, bytes(1, LIMITS.checkpointBytes)],
  /** The size that the receiver held, 0 for none, and the proof that the log grew from it. */
  from: [4, uint()],
  consistency: [5, arrayOf(digest, PROOF_MAX)],
  /** In the order of the log. */
  entries: [6, arrayOf(disclosedEntry, DISCLOSED_ENTRIES_MAX, 1)],
});
export type Disclosure = Infer<typeof disclosure>;
