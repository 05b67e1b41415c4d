/** The life of an office's keys over HTTP: which devices lack which, which are destroyed. Source: docs/protocol/keyring.md. */

import { z } from 'zod';
import { codeText, instantMs } from '#wire/api/session.ts';

const keyNumber = z.number().int().min(0).max(0xffff_ffff);
const purpose = z.enum(['transport', 'storage']);

/** How many lacking wraps one answer names: more are asked for again once these are there. */
export const LACKING_MAX = 512;

export const officeKeysAnswer = z.strictObject({
  office: codeText,
  /** What entitled devices have not been given yet, the asking one among them, the newest keys first. */
  lacking: z.array(z.strictObject({ device: codeText, purpose, number: keyNumber })).max(LACKING_MAX),
  /** Transport keys whose wraps were erased for good. */
  destroyed: z.array(z.strictObject({ number: keyNumber, time: instantMs })).max(4_096),
  /** Past a transport key's time by so much, a station lets it be destroyed. */
  graceMs: z.number().int().min(0),
});

export const keyDestruction = z.strictObject({ number: keyNumber });
