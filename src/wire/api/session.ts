/** How a device proves itself to its station: it signs a challenge with both keys and gets a token. Source: docs/protocol/api.md. */

import { z } from 'zod';

/** Unpadded base64url of bytes. */
export const bytes64 = z.string().regex(/^[A-Za-z0-9_-]*$/).max(1_400_000);
/** Lower-case hexadecimal of 32 bytes. */
export const digestHex = z.string().regex(/^[0-9a-f]{64}$/);
export const codeText = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/).max(32);

/** An office as people here call it: its code, or that of another organisation behind the peer's: `bo-doi/don`. */
export const shownOfficeText = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)?$/).max(65);
export const instantMs = z.number().int().min(0).max(253_402_300_799_999);
/** What a service message says of the dispatch that it refers to. */
export const relationWord = z.enum(['corrects', 'replaces', 'cancels', 'recalls', 'chases', 'misrouted']);
export const precedenceWord = z.enum(['routine', 'priority', 'immediate', 'flash']);
export const registerNumberShape = z.strictObject({ series: z.string().regex(/^[0-9]{4}$/), number: z.number().int().min(1).max(9_999_999) });

export const challengeAnswer = z.strictObject({
  /**
   * 32 random bytes; the device signs
   * "tram/v1/session" ‖ 0x00 ‖ station code ‖ 0x00 ‖ device code ‖ 0x00 ‖ challenge ‖ uint64be(keyringRevision), purpose `session`.
   */
  challenge: bytes64,
  station: codeText,
  expires: instantMs,
});

export const sessionRequest = z.strictObject({
  device: codeText,
  challenge: bytes64,
  /** Encoded Signature. */
  signature: bytes64,
  /** Revision of the keyring that was opened: the station remembers the greatest per device. */
  keyringRevision: z.number().int().min(0),
});

export const sessionAnswer = z.strictObject({
  token: z.string(),
  expires: instantMs,
  person: codeText,
  /** The greatest keyring revision this station has seen of this device. */
  keyringRevision: z.number().int().min(0),
  /** Revision of the sealed copy that this station keeps of the device's keyring; 0 for none. */
  copyRevision: z.number().int().min(0),
});
