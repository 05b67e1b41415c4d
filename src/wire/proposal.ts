/** Entries that wait at a station for another registrar's signature. Source: docs/protocol/directory.md §Waiting entries. */

import { arrayOf, bytes, structure } from '#wire/codec.ts';
import { directoryEntry } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';

export const PENDING_ENTRIES_MAX = 64;
/** Told of at one time. */
export const WITHDRAWN_MAX = 64;

/** In the order in which they are to stand. */
export const pendingEntries = structure('PendingEntries', PENDING_ENTRIES_MAX * LIMITS.directoryEntryBytes, arrayOf(directoryEntry, PENDING_ENTRIES_MAX, 1));

/** What withdrawn entries said, in their order, without a signature; none where they had no room. */
export const withdrawnStatements = structure('WithdrawnStatements', PENDING_ENTRIES_MAX * LIMITS.directoryEntryBytes, arrayOf(bytes(1, LIMITS.directoryEntryBytes), PENDING_ENTRIES_MAX));
