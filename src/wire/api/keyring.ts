/** Sealed copies of keyrings, the recovery card and log-in by OPAQUE over HTTP. Source: docs/protocol/log-in.md. */
import { z } from 'zod';
import { bytes64, codeText, sessionAnswer } from '#wire/api/session.ts';

const revision = z.number().int().min(0);
/** An encoded KeyringFile of up to 327,680 bytes. */
const file64 = z.string().regex(/^[A-Za-z0-9_-]*$/).max(437_000);
const small64 = z.string().regex(/^[A-Za-z0-9_-]*$/).max(1_024);

export const ringUpload = z.strictObject({
  revision,
  file: file64,
  /** Ed25519 public key derived from the device secret. */
  gate: small64,
  /** Of the device, over revision, file and gate (log-in.md §Copies). */
  signature: bytes64,
  /** Of the OPAQUE slot, where this copy brings a new one. */
  record: small64.optional(),
});
export const ringAnswer = z.strictObject({
  revision,
  /** Whether the station holds the record of the copy's OPAQUE slot. */
  opaque: z.boolean(),
});

export const registrationRequest = z.strictObject({ request: small64 });
export const registrationAnswer = z.strictObject({ response: small64 });

export const cardRequest = z.strictObject({
  /** Hexadecimal of the card's locator. */
  card: z.string().regex(/^[0-9a-f]{32}$/),
  challenge: bytes64,
  proof: small64,
  /** The device of the last copy that the card did not open: the answer is the next one. */
  after: codeText.optional(),
});
export const cardAnswer = z.strictObject({
  device: codeText,
  person: codeText,
  file: file64,
  /** The greatest revision that the station has seen of this device. */
  leastRevision: revision,
});

export const opaqueStart = z.strictObject({ device: codeText, challenge: bytes64, proof: small64, request: small64 });
export const opaqueStarted = z.strictObject({ log: small64, response: small64 });
export const opaqueFinish = z.strictObject({ log: small64, finish: small64 });
export const opaqueFinished = sessionAnswer.extend({ device: codeText, file: file64 });
