/** Entries that wait for a second registrar, over HTTP. Source: docs/protocol/directory.md §Waiting entries. */

import { z } from 'zod';
import { bytes64, codeText, instantMs } from '#wire/api/session.ts';
import { PENDING_ENTRIES_MAX } from '#wire/proposal.ts';

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
});
