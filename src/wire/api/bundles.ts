/** Couriers' bundles over HTTP. Source: docs/protocol/api.md §Bundles, bundles.md. */

import { z } from 'zod';
import { codeText, instantMs, precedenceWord } from '#wire/api/session.ts';

/** Hex of 16 bytes: a bundle, or one reading of a volume. */
export const id16Hex = z.string().regex(/^[0-9a-f]{32}$/);
const count = z.number().int().min(0);
const place = z.number().int().min(1).max(64);
const bundleNumber = z.number().int().min(1);
/** Ascending, the newest of very many. */
const someNumbers = z.array(bundleNumber).max(64);
const id32Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** What a FAT file system takes; and what the largest item's head and leaves need. */
export const VOLUME_BYTES = { least: 16 * 2 ** 20, most: 2 ** 32 - 1 } as const;
/** One request brings at most so much of a volume. */
export const FEED_BYTES_MAX = 64 * 2 ** 20;

export const bundleOrder = z.strictObject({
  peer: codeText,
  /** What goes; everything where it is absent. */
  precedences: z.array(precedenceWord).min(1).max(4).optional(),
  volumeBytes: z.number().int().min(VOLUME_BYTES.least).max(VOLUME_BYTES.most).optional(),
  /** Of all items together. */
  bytesMax: z.number().int().min(1).optional(),
  /** Also what lies in a bundle that may still be under way. */
  again: z.boolean().optional(),
});

/**
 * `writing`, `failed` (with its reason): it is not there yet, or never will be; `under-way`: something of it is without custody;
 * `missing`: and it is late, or something of a later one has come; `done`: every item is settled; `withdrawn`: and none by an answer.
 */
export const bundleRecord = z.strictObject({
  bundle: id16Hex,
  peer: codeText,
  state: z.enum(['writing', 'failed', 'under-way', 'missing', 'done', 'withdrawn']),
  /** A refusal's code. */
  reason: z.string().optional(),
  /** Among ours towards that neighbour; null before it is written. */
  number: bundleNumber.nullable(),
  written: instantMs.nullable(),
  items: count,
  /** Items without custody. */
  waiting: count,
  /** Items that were taken off this way unanswered; of them those that wait again since, for this neighbour or for another. */
  withdrawn: count,
  requeued: count,
  /** Of the items those that are receipts and other notes; null once that is forgotten. */
  notes: count.nullable(),
  /** Numbers of earlier bundles of which something was written again; null once that is forgotten. */
  repeated: someNumbers.nullable(),
  /**
   * Items that wait and did not go: under way in other bundles (by number); of a precedence that was not asked for; larger alone than
   * was allowed, with the ids of the first few dispatches; and for want of room in what was allowed. Null once that is forgotten.
   */
  leftOut: z.strictObject({ underWay: count, bundles: someNumbers, precedence: count, tooLarge: count, ids: z.array(id32Hex).max(8), full: count }).nullable(),
  bytes: count,
  /** Lowest and highest channel number; null where nothing was offered. */
  first: bundleNumber.nullable(),
  last: bundleNumber.nullable(),
  /** Bytes of each volume that lies at the station to be fetched. */
  volumes: z.array(count).max(64),
});
export type BundleRecord = z.output<typeof bundleRecord>;

export const bundlesAnswer = z.strictObject({
  /** The newest 200 that this station wrote and, of those before them, up to 2,000 that are under way or missing; and the one that is being written. Newest first. */
  written: z.array(bundleRecord).max(2_201),
  /** Neighbours' bundles that were not read whole; null for what only a later one speaks of. */
  lacking: z.array(z.strictObject({
    peer: codeText, number: bundleNumber, written: instantMs.nullable(), volumes: place.nullable(), lacking: z.array(place).max(64),
  })),
});

/** A volume that is being read. */
export const readingAnswer = z.strictObject({
  reading: id16Hex,
  bundle: id16Hex,
  /** Who wrote it. */
  peer: codeText,
  number: bundleNumber,
  volume: place,
  volumes: place,
  written: instantMs,
  /** Behind its head, in all and so far. */
  bytes: count,
  offset: count,
  /** It was read before: nothing more is needed of it. */
  wasRead: z.boolean(),
});

export const readingReport = z.strictObject({
  /** Every segment was right and every item decided. */
  isRead: z.boolean(),
  wasRead: z.boolean(),
  /** Dispatches that came now, came before, will never be taken. */
  taken: count,
  held: count,
  refused: count,
  /** Where those are that came now: for offices here, and waiting for each neighbour to go on; how many are FLASH. One may be in several. */
  where: z.strictObject({ here: z.strictObject({ count, flash: count }), onward: z.array(z.strictObject({ peer: codeText, count, flash: count })) }),
  /** Receipts and other notes that came. */
  notes: count,
  /** Items that are not whole, or could not be taken now; not those that go on in another volume. */
  unfinished: count,
  /** Nothing lacks but the rest of an item that goes on in another volume: this one counts as read when that item is decided. */
  goesOn: z.boolean(),
  /** The volume to be read first, and this one again after it: it goes on with what is not here. */
  continues: place.nullable(),
  /** Items of ours that the neighbour says it has, or will never take. */
  settled: count,
  /** Segments that were damaged or are missing, from 1; the first 64. */
  damaged: z.array(z.number().int().min(1)).max(64),
  codes: z.array(z.string()).max(64),
  /** Volumes of the bundle that are still to be read. */
  lacking: z.array(place).max(64),
});
