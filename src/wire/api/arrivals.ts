/** Re-wrap on arrival, over HTTP. Source: docs/protocol/envelope.md §Re-wrap. */

import { z } from 'zod';
import { bytes64, codeText, digestHex } from '#wire/api/session.ts';

/** The key encapsulation that stanzas are of. */
export const X_WING = 0x647a;

export const arrivalsAnswer = z.strictObject({
  office: codeText,
  /** Header and stanza as they came. */
  arrivals: z.array(z.strictObject({ dispatch: digestHex, header: bytes64, stanza: bytes64 })).max(256),
});
export const rewrapUpload = z.strictObject({ stanzas: z.array(z.strictObject({ dispatch: digestHex, stanza: bytes64 })).min(1).max(256) });
