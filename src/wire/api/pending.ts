/** Entries that wait for a second registrar, over HTTP. Source: docs/protocol/directory.md §Waiting entries. */

import { z } from 'zod';
import { bytes64, codeText, instantMs } from '#wire/api/session.ts';
import { isPrintable } from '#core/printable.ts';
import { LIMITS } from '#wire/limits.ts';
import { PENDING_ENTRIES_MAX, WITHDRAWN_MAX } from '#wire/proposal.ts';

/** First 16 bytes of SHA-256 over the entries' statements, hexadecimal: the same entries are one proposal. */
export const proposalId = z.string().regex(/^[0-9a-f]{32}$/);

/** Encoded JoinRequestStatement or DeviceRequestStatement that the entries answer: its fingerprint is what the asker's screen shows. */
const asked = bytes64.optional();

export const pendingUpload = z.strictObject({ entries: z.array(bytes64).min(1).max(PENDING_ENTRIES_MAX), asked });
export const pendingAnswer = z.strictObject({ proposal: proposalId, expires: instantMs });

export const pendingListAnswer = z.strictObject({
  proposals: z.array(z.strictObject({
    proposal: proposalId,
    /** Who handed it in. */
    person: codeText,
    created: instantMs,
    expires: instantMs,
    entries: z.array(bytes64).min(1).max(PENDING_ENTRIES_MAX),
    asked,
  })).max(64),
  /** Taken back before a second registrar signed, the newest first, for as long as they would have waited. */
  withdrawn: z.array(z.strictObject({
    proposal: proposalId,
    /** Who had handed it in. */
    person: codeText,
    created: instantMs,
    by: codeText,
    at: instantMs,
    why: z.string().optional(),
    /** Of the entries, whose signatures the station has forgotten; none where there is no room for them. */
    statements: z.array(bytes64).max(PENDING_ENTRIES_MAX),
  })).max(WITHDRAWN_MAX),
});

/** Why a proposal is withdrawn: one line, which registrars read. */
export const withdrawalWhy = z.string().min(1).max(LIMITS.nameBytes).refine(isPrintable);
