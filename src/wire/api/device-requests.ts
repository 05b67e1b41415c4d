/** Requests of people's new devices, over HTTP. Source: docs/protocol/log-in.md §A new device. */

import { z } from 'zod';
import { bytes64, codeText, instantMs } from '#wire/api/session.ts';

/** First 100 bits of SHA-256 over the request's statement, in Crockford's base32. */
export const requestCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{20}$/);

/** 32 KiB in base64. */
const request64 = bytes64.max(43_691);

/** An encoded DeviceRequest without a voucher. */
export const requestUpload = z.strictObject({ request: request64 });
/** Whether a device has vouched for it by now. */
export const requestLeft = z.strictObject({ expires: instantMs, vouched: z.boolean() });
/** Where it waits for a registrar now: this station, or those to which it was sent; none where it must go as a file. */
export const requestVouched = z.strictObject({ expires: instantMs, stations: z.array(codeText).max(8) });
/** As it was left, with its voucher once it has one. */
export const requestAnswer = z.strictObject({ request: request64, expires: instantMs });
/** An encoded Voucher. */
export const voucherUpload = z.strictObject({ voucher: bytes64.max(6_400) });

/** An encoded TakingBack of the own device. */
export const requestDrop = z.strictObject({ takenBack: bytes64.max(6_400) });
/** Stations that may have the request and to which no way leads now: they hear of it when one does. */
export const requestDropped = z.strictObject({ unheard: z.array(codeText).max(16) });

/** So many at once, the oldest first: the others stand there when these are done. */
export const VOUCHED_LISTED = 128;
/** The requests themselves are asked for by their codes, each once. */
export const vouchedAnswer = z.strictObject({
  requests: z.array(z.strictObject({ code: requestCode, voucher: codeText, expires: instantMs })).max(VOUCHED_LISTED),
  /** How many wait beside these; left out where none do. */
  more: z.number().int().min(1).optional(),
});
