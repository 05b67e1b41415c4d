/** Drafts, parts, numbers, dispatches, receipts, registers and traces over HTTP. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { bytes64, codeText, digestHex, instantMs, precedenceWord, registerNumberShape, relationWord, shownOfficeText } from '#wire/api/session.ts';

const draftId = z.string().regex(/^[0-9a-f]{32}$/);
export const draftStep = z.enum(['saved', 'approved', 'signed', 'returned', 'numbered', 'sent', 'discarded']);

/** A sealed draft: the station sees its step and its version, never what it says. */
export const draftUpload = z.strictObject({
  office: codeText,
  step: z.enum(['saved', 'approved', 'signed', 'returned']),
  /** The version this one replaces; 0 for a new draft. Another one in between is `draft-changed`. */
  replaces: z.number().int().min(0),
  /** Encoded SealedDraft (wire/core.ts). */
  sealed: bytes64,
  /** Roots of the parts it names, already uploaded. */
  parts: z.array(digestHex).max(64),
});
export const draftRecord = z.strictObject({
  draft: draftId,
  office: codeText,
  step: draftStep,
  version: z.number().int().min(1),
  changed: instantMs,
  sealed: bytes64.nullable(),
  number: registerNumberShape.nullable(),
  dispatch: digestHex.nullable(),
});
export const draftsAnswer = z.strictObject({ drafts: z.array(draftRecord) });

/** Uploading a part: declared first, then its leaf list when it has more than one chunk, then chunks from `held` on. */
export const partDeclaration = z.strictObject({
  root: digestHex,
  chunks: z.number().int().min(1).max(65_536),
  size: z.number().int().min(16),
  /** Concatenated leaf hashes, unpadded base64url, absent for one chunk; 2 MiB of them for the largest part. */
  leaves: z.string().regex(/^[A-Za-z0-9_-]*$/).max(2_796_203).optional(),
  /** Office that uploads. */
  office: codeText,
});
export const partState = z.strictObject({
  root: digestHex,
  /** Sealed bytes held durably and verified. */
  held: z.number().int().min(0),
  size: z.number().int().min(16),
  complete: z.boolean(),
});

export const numberRequest = z.strictObject({ draft: draftId, series: z.string().regex(/^[0-9]{4}$/) });
export const numberAnswer = z.strictObject({ number: registerNumberShape, time: instantMs });
/** Consecutive numbers for dispatches that are sent together without drafts: each used, or voided by the station. */
export const numbersRequest = z.strictObject({ office: codeText, series: z.string().regex(/^[0-9]{4}$/), count: z.number().int().min(1).max(256) });
export const numbersAnswer = z.strictObject({ first: registerNumberShape, count: z.number().int().min(1).max(256), time: instantMs });

export const submissionRequest = z.strictObject({ draft: draftId.nullable(), office: codeText, number: registerNumberShape, submission: bytes64 });
export const acceptedAnswer = z.strictObject({
  dispatch: digestHex,
  accepted: instantMs,
  /** Index of the `accepted` event in the station's ledger. */
  ledger: z.number().int().min(0),
});

export const submissionsRequest = z.strictObject({ submissions: z.array(submissionRequest).min(1).max(256) });
/** In the order asked; what was refused says why and changes nothing of the others. */
export const submissionsAnswer = z.strictObject({
  results: z.array(z.union([
    acceptedAnswer,
    z.strictObject({ code: z.string(), detail: z.record(z.string(), z.union([z.string(), z.number()])) }),
  ])),
});

/** Each as `…/envelope` would give it, for the first of those asked, at least one and as many as fit into 8 MiB. */
export const envelopesRequest = z.strictObject({ office: codeText, dispatches: z.array(digestHex).min(1).max(256) });
export const envelopesAnswer = z.strictObject({
  envelopes: z.array(z.union([
    bytes64,
    z.strictObject({ code: z.string(), detail: z.record(z.string(), z.union([z.string(), z.number()])) }),
  ])).min(1).max(256),
});

export const direction = z.enum(['out', 'in']);

/** One line of a register as the station knows it: all of it header, numbers and receipts. */
export const registerLine = z.strictObject({
  dispatch: digestHex,
  direction,
  office: codeText,
  from: z.string(),
  number: registerNumberShape.nullable(),
  time: instantMs,
  /** For `out`: `info` where nobody has to act. */
  role: z.enum(['action', 'info']).nullable(),
  precedence: precedenceWord,
  exercise: z.boolean(),
  deliverBy: instantMs.nullable(),
  replyBy: instantMs.nullable(),
  expires: instantMs.nullable(),
  reference: digestHex.nullable(),
  /** What a service message says of that dispatch; absent where it answers it. */
  relation: relationWord.optional(),
  /** For `in`: arrived, opened, handed-over, acted, expired, unreadable. For `out`: accepted (nobody has it), partly, arrived, opened, handed-over, acted (all who owe more came so far), expired, unreadable. */
  state: z.string(),
  /** It came again after the station was restored: the office may have handled it before. */
  suspected: z.boolean().optional(),
  /** For `in`: the office keeps beside its receipt who handed it over and to whom; in the trace. */
  told: z.literal(true).optional(),
  /** For `in`: the offices in whose stead this one received it; absent where in nobody's. */
  inSteadOf: z.array(shownOfficeText).optional(),
  parts: z.number().int(),
  bytes: z.number().int(),
});

/** Runs in one answer, the newest. */
export const LEFT_OUT_MAX = 256;
/** Numbers that bear no dispatch in a register of a station that was restored: left out when it was opened anew, or given since and not used. */
export const leftOutRun = z.strictObject({
  series: registerNumberShape.shape.series,
  first: registerNumberShape.shape.number,
  last: registerNumberShape.shape.number,
  time: instantMs,
  /** They were left out by the newest opening; otherwise by an earlier one, or not used. */
  restored: z.boolean(),
});
/** `leftOut`: with the first page only. */
export const registerAnswer = z.strictObject({ lines: z.array(registerLine), next: z.number().int().nullable(), leftOut: z.array(leftOutRun).max(LEFT_OUT_MAX).optional() });

/** Opening, delivering, acting: a receipt that the device made. The incoming number was asked for before. `own`: of handed-over and acted, beside each what the office keeps for itself (SealedDetail). */
export const receiptUpload = z.strictObject({ receipts: z.array(bytes64).min(1).max(256), own: z.array(bytes64).min(1).max(256).optional() });
export const receiptsAnswer = z.strictObject({ taken: z.number().int().min(0) });

/** Parts that a device is about to write to its machine, by their roots: each an entry of the ledger. */
export const downloadRecord = z.strictObject({ office: codeText, roots: z.array(digestHex).min(1).max(64) });

/** Downloads in one answer, the newest. */
export const DOWNLOADS_SHOWN_MAX = 500;
/** What was taken of a dispatch to machines of one office: person and device are null once they were erased. */
export const downloadsAnswer = z.strictObject({
  dispatch: digestHex,
  office: codeText,
  downloads: z.array(z.strictObject({
    index: z.number().int().min(0), at: instantMs, part: digestHex, person: codeText.nullable(), device: codeText.nullable(),
  })).max(DOWNLOADS_SHOWN_MAX),
});

/** Asking twice for the same dispatch and office gives the same number. */
export const incomingNumberRequest = z.strictObject({ office: codeText, series: z.string().regex(/^[0-9]{4}$/) });
export const incomingNumberAnswer = numberAnswer;
export const incomingNumbersRequest = z.strictObject({
  office: codeText, series: z.string().regex(/^[0-9]{4}$/), dispatches: z.array(digestHex).min(1).max(256),
});
/** In the order asked. */
export const incomingNumbersAnswer = z.strictObject({ numbers: z.array(numberAnswer) });

export const traceAnswer = z.strictObject({
  /** Service messages about it that the caller's office sent or received, the newest of each kind and office. Encoded header and sealing (Signed). */
  related: z.array(z.strictObject({ header: bytes64, sealing: bytes64 })).optional(),
  dispatch: digestHex,
  /** Encoded header and sealing (Signed). */
  header: bytes64,
  sealing: bytes64,
  accepted: instantMs.nullable(),
  /** At the origin: which offices it was sealed to again, under which numbers. */
  resealed: z.array(z.strictObject({ office: shownOfficeText, sealing: z.number().int().min(1) })).optional(),
  receipts: z.array(bytes64),
  /** For each of these, when it was first here by this station's ledger; null for its own word. What a key signed that was ended as in others' hands counts by it. */
  taken: z.array(instantMs.nullable()).optional(),
  /** What the caller's offices keep beside receipts of theirs, by SHA-256 of the receipt: SealedDetail. */
  own: z.array(z.strictObject({ receipt: digestHex, note: bytes64 })).optional(),
  /** What this station itself is doing: where copies wait. */
  queued: z.array(z.strictObject({
    peer: codeText, since: instantMs, state: z.enum(['waiting', 'offered', 'sending', 'no-room']), sent: z.number().int(),
    /** It lies on a stick too, of several the newest: under way, or `missing`, perhaps lost. */
    bundle: z.strictObject({ number: z.number().int().min(1), written: instantMs, state: z.enum(['under-way', 'missing']) }).optional(),
  })),
  /** At the origin, of what is or was late: how often stations on its way were asked after it, and when last. */
  asked: z.strictObject({ times: z.number().int().min(1), at: instantMs }).optional(),
});
