/** Every limit that a decoder, a station or a client applies, in one place. Source: docs/protocol/cbor.md §Limits. */

import { DAY_MS } from '#core/clock.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

export const LIMITS = {
  codeBytes: 32,
  nameBytes: 240,
  /** Of an office, as it stands in numbers of dispatches; a kind of document too. */
  symbolBytes: 120,
  titleBytes: 240,
  subjectBytes: 2 * KiB,
  textBytes: 256 * KiB,
  returnReasonBytes: KiB,
  fileNameBytes: 255,
  mediaTypeBytes: 100,
  parts: 64,
  recipients: 256,
  /** Persons whom registrars name as a position's alternates. */
  alternates: 4,
  /** Of one dispatch, the first among them: a re-seal that nobody can open either must end somewhere. */
  sealings: 16,
  endorsements: 16,
  draftsReplaced: 16,
  partChunks: 65_536,
  partPlainBytes: 65_536 * 64 * KiB, // 4 GiB
  chunkPlainBytes: 64 * KiB,
  chunkSealedBytes: 64 * KiB + 16,
  hopLimit: 32,
  headerBytes: 32 * KiB,
  letterBytes: 384 * KiB,
  envelopeBytes: 896 * KiB,
  certificateBytes: 16 * KiB,
  certificatePath: 4,
  signatureTree: 65_536,
  receiptBytes: 16 * KiB,
  receiptsPerNote: 64,
  noteBytes: 384 * KiB,
  frameBytes: 1 * MiB,
  directoryEntryBytes: 64 * KiB,
  directoryEntriesPerFrame: 64,
  disclosureBytes: 64 * MiB,
  eventBytes: 8 * KiB,
  checkpointBytes: 16 * KiB,
  /** A draft may wait this long for its signature before it has to be written anew. */
  draftAgeMs: 30 * DAY_MS,
  /** How far into the future another clock may be before its word is not taken. */
  clockAheadMs: DAY_MS,
} as const;
