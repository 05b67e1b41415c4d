/** Sealing again what offices cannot open, over HTTP. Source: docs/protocol/envelope.md §Sealing again. */

import { z } from 'zod';
import { bytes64, codeText, digestHex, instantMs, shownOfficeText } from '#wire/api/session.ts';

/** How many offices of how many dispatches one answer names: more are asked for again once these are sealed. */
export const RESEALS_MAX = 256;

const sealingNumber = z.number().int().min(0).max(0xffff);

/** What an office sent and others cannot open. */
export const unreadableAnswer = z.strictObject({
  office: codeText,
  dispatches: z.array(z.strictObject({
    dispatch: digestHex,
    /** The greatest number that it was sealed under: the next one is one more. */
    sealing: sealingNumber,
    offices: z.array(shownOfficeText).min(1).max(256),
  })).max(RESEALS_MAX),
});

/** `resealing`: encoded Resealing. */
export const resealUpload = z.strictObject({ office: codeText, resealing: bytes64 });
export const resealAnswer = z.strictObject({ dispatch: digestHex, sealing: sealingNumber, accepted: instantMs });
