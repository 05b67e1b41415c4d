/** Entries that wait at a station for another registrar's signature. Source: docs/protocol/directory.md §Waiting entries. */

import { arrayOf, structure } from '#wire/codec.ts';
import { directoryEntry } from '#wire/directory.ts';
import { LIMITS } from '#wire/limits.ts';

export const PENDING_ENTRIES_MAX = 64;

/** In the order in which they are to stand. */
export const pendingEntries = structure('PendingEntries', PENDING_ENTRIES_MAX * LIMITS.directoryEntryBytes, arrayOf(directoryEntry, PENDING_ENTRIES_MAX, 1));
