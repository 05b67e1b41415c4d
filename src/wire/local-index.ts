/**
 * What a browser keeps of the register lines that its device opened, inside its seal: a list of segments, and the lines of
 * one. Source: docs/protocol/local-index.md.
 */
import { arrayOf, bytes, bytesInPlace, type Infer, struct, text, tuple, uint } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';

/** Lines of one segment at most. */
export const INDEX_SEGMENT_LINES = 4_096;
/** Bytes of one segment at most, sealed. */
export const INDEX_SEGMENT_BYTES = 16 * 1_048_576;
/** Segments of one index at most. */
export const INDEX_SEGMENTS = 1_024;
/** Bytes of a line's head: time 8, due 8, number 4, end 4, precedence, classification, open: 1 each. */
export const INDEX_HEAD_BYTES = 27;
/** A dispatch's id in hexadecimal. */
export const INDEX_ID_BYTES = 64;

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
    sizeBytes: uint(INDEX_SEGMENT_BYTES),
    nonce: bytes(12),
  }), INDEX_SEGMENTS)],
});
export type IndexManifest = Infer<typeof indexManifest>;

export const indexSegment = struct('IndexSegment', INDEX_SEGMENT_BYTES, {
  /** Of each line what it is filtered by. */
  heads: [1, bytesInPlace(INDEX_HEAD_BYTES, INDEX_HEAD_BYTES * INDEX_SEGMENT_LINES)],
  /** Folded words, each after a space; each line's closed by a line feed. UTF-8. */
  words: [2, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  /** Names of the other side as a JSON array; each line's closed by a line feed. */
  others: [3, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  /** The lines themselves as JSON, one after the other; where each ends stands in its head. */
  lines: [4, bytesInPlace(0, INDEX_SEGMENT_BYTES)],
  /** Ids of the dispatches in hexadecimal, one after the other: as text they are read at once. */
  ids: [5, bytesInPlace(INDEX_ID_BYTES, INDEX_ID_BYTES * INDEX_SEGMENT_LINES)],
});
export type IndexSegment = Infer<typeof indexSegment>;
