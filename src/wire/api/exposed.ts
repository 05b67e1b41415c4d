/** What somebody who has an office's ended keys can open, over HTTP. Source: docs/protocol/keyring.md §Compromise. */

import { z } from 'zod';
import { codeText, digestHex, instantMs, registerNumberShape, shownOfficeText } from '#wire/api/session.ts';

/** How many lines of a register one answer looks through: it may name none of them and still have a `next`. */
export const EXPOSED_LOOKED_AT = 500;

const exposedKey = z.strictObject({ office: codeText, purpose: z.enum(['transport', 'storage']), number: z.number().int().min(0).max(0xffff_ffff) });

/** Newest first; `next` is what the next page is asked for `before`. */
export const exposedAnswer = z.strictObject({
  office: codeText,
  dispatches: z.array(z.strictObject({
    dispatch: digestHex,
    from: shownOfficeText,
    number: registerNumberShape.nullable(),
    time: instantMs,
    /** Ended keys, of this office or of others, that open it. */
    keys: z.array(exposedKey).min(1).max(4_096),
  })).max(EXPOSED_LOOKED_AT),
  next: z.number().int().nullable(),
});
