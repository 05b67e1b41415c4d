/**
 * What a browser keeps of the register lines that its device opened, inside its seal: a list of segments, and of each what
 * its lines are found by. Source: docs/protocol/local-index.md.
 */
import { arrayOf, bytes, bytesInPlace, type Infer, struct, text, tuple, uint } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';

/** Lines of one segment at most. */
export const INDEX_SEGMENT_LINES = 4_096;
/** Bytes of one segment at most, sealed. */
export const INDEX_SEGMENT_BYTES = 16 * 1_048_576;
/** Bytes of the lines of one segment at most, sealed. */
export const INDEX_LINES_BYTES = 64 * 1_048_576;
/** Lines that are sealed together, and opened together when one of them is looked at. */
export const INDEX_BLOCK_LINES = 64;
/** Segments of one index at most. */
export const INDEX_SEGMENTS = 1_024;
/** Bytes of a line's head: time 8, due 8, number 4, end 4, names 2, precedence, classification, open: 1 each. */
export const INDEX_HEAD_BYTES = 29;
/** A dispatch's id. */
export const INDEX_ID_BYTES = 32;
/** Of a word: its end among the words 4, its end among the places 4. */
export const INDEX_WORD_BYTES = 8;
/** A line by its place in the segment. */
export const INDEX_PLACE_BYTES = 2;
/** Of a block of lines: nonce 12, end in the file 4. */
export const INDEX_BLOCK_BYTES = 16;

export const indexManifest = struct('IndexManifest', 262_144, {
  /** One more than that of the manifest before. */
  counter: [1, uint(Number.MAX_SAFE_INTEGER, 1)],
  /** What the next segment is numbered; no number is used twice. */
  next: [2, uint(Number.MAX_SAFE_INTEGER, 1)],
  segments: [3, arrayOf(tuple({
    number: uint(Number.MAX_SAFE_INTEGER, 1),
    /** Direction and office: `in van-phong`. */
    shelf: text(1, LIMITS.codeBytes + 4),
    count: uint(INDEX_SEGMENT_LINES, 1),
    /** Of both its files. */
    sizeBytes: uint(INDEX_SEGMENT_BYTES + INDEX_LINES_BYTES),
    nonce: bytes(12),
  }), INDEX_SEGMENTS)],
});
export type IndexManifest = Infer<typeof indexManifest>;

export const indexSegment = struct('IndexSegment', INDEX_SEGMENT_BYTES, {
  /** Of each line what it is filtered by. */
  heads: [1, bytesInPlace(INDEX_HEAD_BYTES, INDEX_HEAD_BYTES * INDEX_SEGMENT_LINES)],
  ids: [2, bytesInPlace(INDEX_ID_BYTES, INDEX_ID_BYTES * INDEX_SEGMENT_LINES)],
  /** Each set of names of the other side once, as a JSON array closed by a line feed. */
  names: [3, bytesInPlace(1, INDEX_SEGMENT_BYTES)],
  /** Each folded word of the lines once, in the order of their UTF-8 bytes, one after the other. */
  words: [4, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  ends: [5, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  /** Of each word the lines that it stands in. */
  places: [6, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  /** Where the lines themselves are sealed, and with what nonces. */
  blocks: [7, bytesInPlace(INDEX_BLOCK_BYTES, INDEX_BLOCK_BYTES * INDEX_SEGMENT_LINES)],
});
export type IndexSegment = Infer<typeof indexSegment>;
