/**
 * The ledger over HTTP, for whoever checks it: every leaf of its tree, and of the entries those that the caller may hear
 * of. A leaf says nothing: what is in an entry is salted. Source: docs/protocol/api.md §Ledger.
 */

import { z } from 'zod';
import { NOTE_BYTES_MAX } from '#wire/note.ts';
import { bytes64 } from '#wire/api/session.ts';

/** Leaves in one answer. */
export const LEDGER_LEAVES_MAX = 1_024;
const LEAF_BYTES = 32;

export const ledgerAnswer = z.strictObject({
  /** Entries that the ledger has now. */
  size: z.number().int().min(0),
  from: z.number().int().min(0),
  /** Leaves from there on, 32 bytes each, in order. */
  leaves: bytes64.max(Math.ceil((LEDGER_LEAVES_MAX * LEAF_BYTES * 4) / 3)),
  /** Encoded events (wire/event.ts) that the caller may hear of, in order. */
  entries: z.array(z.strictObject({ index: z.number().int().min(0), bytes: bytes64 })).max(LEDGER_LEAVES_MAX),
});

/** The newest checkpoint, a C2SP signed note with the cosignatures that neighbours gave; null before the first. */
export const ledgerCheckpointAnswer = z.strictObject({ note: z.string().max(NOTE_BYTES_MAX).nullable() });
