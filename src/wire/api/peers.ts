/** What other organisations show of their directories, over HTTP. Source: docs/protocol/federation.md §Handing on. */

import { z } from 'zod';
import { codeText, digestHex } from '#wire/api/session.ts';

/** An encoded Disclosure in base64url: as large as a province's. */
export const disclosureUpload = z.strictObject({ disclosure: z.string().regex(/^[A-Za-z0-9_-]*$/).max(90_000_000) });
export const disclosureAnswer = z.strictObject({ size: z.number().int().min(1), root: digestHex });

export const peersAnswer = z.strictObject({
  peers: z.array(z.strictObject({
    peer: codeText,
    /** Organisation id, hexadecimal. */
    organisation: z.string().regex(/^[0-9a-f]{32}$/),
    /** Entries of its log that the newest disclosure covers; null where it has shown nothing yet. */
    size: z.number().int().min(1).nullable(),
  })).max(1_024),
});
