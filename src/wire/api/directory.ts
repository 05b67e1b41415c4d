/** Directory and office keys over HTTP. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { bytes64, codeText } from '#wire/api/session.ts';

export const directoryEntriesAnswer = z.strictObject({
  size: z.number().int().min(0),
  /** Entries from the asked index on, at most 256. */
  entries: z.array(bytes64).max(256),
  /** The newest checkpoint of the sequencer that this station holds: a signed note, text. */
  checkpoint: z.string(),
});

/** Entries of one proposal, at most. */
export const PROPOSED_MAX = 64;
/** Entries that are given back at one time, at most: the proof covers all of them together. */
export const GIVEN_BACK_MAX = 512;
/** Of them together, before base64url: a request of this route takes 6 MiB. */
export const GIVEN_BACK_BYTES_MAX = 4 * 2 ** 20;

export const proposal = z.strictObject({
  /** At most 64; with a checkpoint, 512. */
  entries: z.array(bytes64).min(1).max(GIVEN_BACK_MAX),
  /** Said by older devices; without a checkpoint it counts as any proposal. */
  givenBack: z.boolean().optional(),
  /**
   * The station has lost these entries with its disk, and a device that saw them gives them back: the sequencer's checkpoint
   * over exactly the log that ends with them, a signed note, text.
   */
  checkpoint: z.string().min(1).max(8_192).optional(),
});
export const proposalAnswer = z.strictObject({
  /** `sequenced`: in the log now; `sent`: on its way to the sequencer. */
  outcome: z.enum(['sequenced', 'sent']),
  size: z.number().int().min(0),
});

export const wrapUpload = z.strictObject({ wraps: z.array(bytes64).min(1).max(256) });
/** All wraps of this office's keys for the asking device. */
export const wrapsAnswer = z.strictObject({ office: codeText, wraps: z.array(bytes64).max(4_096) });

export const stationAnswer = z.strictObject({
  station: codeText,
  site: z.string(),
  organisation: z.string(),
  founding: z.string(),
  /** Hex of 16 bytes: receipts made here name it. */
  incarnation: z.string().regex(/^[0-9a-f]{32}$/),
  version: z.string(),
  now: z.number().int(),
});

const byPrecedence = z.strictObject({ routine: z.number(), priority: z.number(), immediate: z.number(), flash: z.number() });

export const linksAnswer = z.strictObject({
  links: z.array(z.strictObject({
    peer: codeText,
    state: z.enum(['up', 'down', 'stopped']),
    queued: byPrecedence,
    oldestQueued: z.number().int().nullable(),
    lastSent: z.number().int(),
    lastReceived: z.number().int(),
    lastMet: z.number().int().nullable(),
    /** Over a border: why what was shown last of the other's directory was not taken, and since when. */
    shownRefused: z.strictObject({ code: z.string(), at: z.number().int() }).optional(),
    /** Why something of the neighbour's could not be taken, or of ours not be sent, how often by now, and when it is tried again. */
    retry: z.strictObject({ code: z.string(), times: z.number().int(), at: z.number().int() }).optional(),
    /** While it is down and called from here: when next. */
    triesAgain: z.number().int().optional(),
    /** The neighbour said then that it has no room for what is offered; absent where it has. */
    noRoomSince: z.number().int().optional(),
    /** Numbers of the neighbour's that have not come, while it is away though later ones came, or because nobody holds them any more: the first of them that follow each other, and how many in all. */
    missing: z.strictObject({ first: z.number().int(), last: z.number().int(), count: z.number().int() }).optional(),
    /** Of the neighbour's data folder as it last said it, hex of 16 bytes; null where it was never met. */
    incarnation: z.string().regex(/^[0-9a-f]{32}$/).nullable().optional(),
  })),
  /** Dispatches that are held here in no queue, for no way leads from here to that station; since when the oldest is here. Absent where there are none. */
  stranded: z.array(z.strictObject({ station: codeText, held: byPrecedence, since: z.number().int() })).optional(),
  /** How full the station's disk is; src/wire/api/health.ts has the levels. */
  disk: z.strictObject({ level: z.enum(['good', 'low', 'no-parts', 'no-dispatches']), freeBytes: z.number().int() }).optional(),
});
