/**
 * What a courier carries: a volume of frames under signed digests, so that each stretch of it verifies alone.
 * Source: docs/protocol/bundles.md.
 */

import { concat, equal, uint32be, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { arrayOf, bytes, instant, optional, struct, tuple, uint, type Infer } from '#wire/codec.ts';
import { frame, type Frame } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import { digest } from '#wire/names.ts';
import { signature } from '#wire/signature.ts';

const MIB = 1024 * 1024;
/** First bytes of every volume. */
export const VOLUME_MAGIC = utf8('tram-bundle/1\n');
/** A segment that has so many bytes takes no further frame. */
export const SEGMENT_BYTES = MIB;
export const SEGMENT_BYTES_MAX = SEGMENT_BYTES + LIMITS.frameBytes + 4;
export const SEGMENTS_MAX = 8_192;
export const VOLUMES_MAX = 64;
/** Of earlier bundles that one names. */
export const WAITING_MAX = 64;
const STATEMENT_BYTES_MAX = 384 * 1024;
const HEAD_BYTES_MAX = 400 * 1024;
/** Before the head: the magic and the head's length. */
export const VOLUME_START_BYTES = VOLUME_MAGIC.length + 4;
/** All that stands before the first segment is no longer than this. */
export const VOLUME_HEAD_BYTES_MAX = VOLUME_START_BYTES + HEAD_BYTES_MAX;

export const bundleId = bytes(16);
const bundleNumber = uint(Number.MAX_SAFE_INTEGER, 1);
const channelNumber = uint(Number.MAX_SAFE_INTEGER, 1);

/** A stretch of whole frames. */
export const segment = tuple({ length: uint(SEGMENT_BYTES_MAX, 1), digest });
export type Segment = Infer<typeof segment>;

export const bundleStatement = struct('BundleStatement', STATEMENT_BYTES_MAX, {
  version: [1, uint(1, 1)],
  bundle: [2, bundleId],
  /** Counts the bundles of the writer's incarnation towards this neighbour. */
  number: [3, bundleNumber],
  volume: [4, uint(VOLUMES_MAX, 1)],
  volumes: [5, uint(VOLUMES_MAX, 1)],
  /** SHA-256 of the hello statement that goes with it. */
  hello: [6, digest],
  written: [7, instant],
  /** Offers in all volumes together, and the lowest and highest of their channel numbers. */
  items: [8, uint()],
  first: [9, optional(channelNumber)],
  last: [10, optional(channelNumber)],
  /** The highest number of the receiver's bundles that the writer has read whole; 0 for none. */
  read: [11, uint()],
  /** Earlier bundles of which something is without custody, ascending. */
  waiting: [12, arrayOf(bundleNumber, WAITING_MAX)],
  /** Of this volume. */
  segments: [13, arrayOf(segment, SEGMENTS_MAX, 1)],
});
export type BundleStatement = Infer<typeof bundleStatement>;

export const bundleHead = struct('BundleHead', HEAD_BYTES_MAX, {
  hello: [1, bytes(1, 1_024)],
  helloSignature: [2, signature],
  statement: [3, bytes(1, STATEMENT_BYTES_MAX)],
  signature: [4, signature],
});
export type BundleHead = Infer<typeof bundleHead>;

/** What stands before the first segment of a volume. */
export function volumeStart(head: BundleHead): Uint8Array {
  const encoded = bundleHead.encode(head);
  return concat(VOLUME_MAGIC, uint32be(encoded.length), encoded);
}

/**
 * How long all that stands before the first segment is, as the first VOLUME_START_BYTES say.
 * @throws DecodeError where this is no volume
 */
export function volumeStartBytes(first: Uint8Array): number {
  const isVolume = first.length >= VOLUME_START_BYTES && equal(first.subarray(0, VOLUME_MAGIC.length), VOLUME_MAGIC);
  if (!isVolume) throw new DecodeError('volume', 0, 'not a volume of a bundle');
  const length = readUint32be(first, VOLUME_MAGIC.length);
  if (length === 0 || length > HEAD_BYTES_MAX) throw new DecodeError('volume.head', VOLUME_MAGIC.length, 'the head has no such length');
  return VOLUME_START_BYTES + length;
}

/**
 * Reads all that stands before the first segment; nothing may follow.
 * @throws DecodeError
 */
export function readVolumeStart(start: Uint8Array): { readonly head: BundleHead; readonly statement: BundleStatement } {
  if (volumeStartBytes(start) !== start.length) throw new DecodeError('volume.head', start.length, 'longer or shorter than it says');
  const head = bundleHead.decode(start.subarray(VOLUME_START_BYTES));
  const statement = bundleStatement.decode(head.statement);
  const { volume, volumes, waiting, number, first, last } = statement;
  const isSound = volume <= volumes && waiting.every((one, at) => one < number && (at === 0 || one > waiting[at - 1]!))
    && (first === undefined) === (last === undefined) && (first ?? 0) <= (last ?? 0);
  if (!isSound) throw new DecodeError('BundleStatement', 0, 'says what no writer says');
  return { head, statement };
}

/** A frame as it stands in a segment. */
export function framed(encoded: Uint8Array): Uint8Array {
  return concat(uint32be(encoded.length), encoded);
}

/**
 * The frames of a segment whose digest was checked, in order.
 * @throws DecodeError
 */
export function* framesOf(bytesOfSegment: Uint8Array): Generator<Frame> {
  for (let at = 0; at < bytesOfSegment.length; ) {
    const from = at + 4;
    const length = from > bytesOfSegment.length ? 0 : readUint32be(bytesOfSegment, at);
    const isWithin = length > 0 && length <= LIMITS.frameBytes && from + length <= bytesOfSegment.length;
    if (!isWithin) throw new DecodeError('segment', at, 'a frame has no such length');
    yield frame.decode(bytesOfSegment.subarray(from, from + length));
    at = from + length;
  }
}

function readUint32be(from: Uint8Array, at: number): number {
  return new DataView(from.buffer, from.byteOffset, from.byteLength).getUint32(at);
}
