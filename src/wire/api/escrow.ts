/** Escrow of storage keys over HTTP. Source: docs/protocol/escrow.md. */

import { z } from 'zod';
import { bytes64, codeText, instantMs } from '#wire/api/session.ts';

export const escrowSharesUpload = z.strictObject({ shares: z.array(bytes64).min(1).max(256) });
export const escrowReleasesUpload = z.strictObject({ releases: z.array(bytes64).min(1).max(256) });

/** What a device did with what was given out to it: the releases that it used are erased. */
export const escrowOutcome = z.strictObject({
  use: z.enum(['recovery', 'rehearsal']),
  /** Generations of storage keys that came back right. */
  numbers: z.array(z.number().int().min(0).max(0xffff_ffff)).min(1).max(1_024),
});

export const escrowAnswer = z.strictObject({
  office: codeText,
  /** Sealed to the asking device, of the newest set of custodians. */
  shares: z.array(bytes64).max(4_096),
  /** Given out to the asking device. */
  releases: z.array(bytes64).max(4_096),
  /** Generations of which shares lie here under the newest set, each with its custodians. */
  deposited: z.array(z.strictObject({ number: z.number().int(), custodians: z.array(codeText) })),
  /** When a rehearsal last brought keys back; null where none did. */
  rehearsed: instantMs.nullable(),
});
