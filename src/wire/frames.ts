/**
 * What two stations say to each other over any carrier. Source: docs/protocol/frames.md.
 */

import { concat } from '#core/bytes.ts';
import { Writer } from '#wire/cbor.ts';
import { arrayOf, bool, bytes, bytesInPlace, choice, instant, optional, pattern, struct, tuple, uint, variant, type Infer } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import { code, digest, logPoint, organisationId, precedence } from '#wire/names.ts';
import { signature, signed } from '#wire/signature.ts';
import { receipt } from '#wire/receipt.ts';

const channelNumber = uint(Number.MAX_SAFE_INTEGER, 1);
const incarnation = bytes(16);

/** Who speaks, on which folder, in which state; signed over the carrier's own binding. */
export const helloStatement = struct('HelloStatement', 1_024, {
  protocol: [1, uint(1, 1)],
  organisation: [2, organisationId],
  station: [3, code],
  peer: [4, code],
  incarnation: [5, incarnation],
  time: [6, instant],
  uncertaintyMs: [7, uint()],
  ledger: [8, logPoint],
  directory: [9, logPoint],
  /** Last channel number this side assigned towards the peer. */
  lastSent: [10, uint()],
  /** Highest number of the peer's below which this side misses none, and the incarnation it counts for. */
  lastReceived: [11, uint()],
  peerIncarnation: [12, optional(incarnation)],
  /** Keying material exported from the carrier (TLS exporter), so that a hello cannot be carried to another connection. */
  binding: [13, bytes(0, 64)],
  /** Of a folder that was restored: the incarnation that this one follows, and its last number that the folder knows. */
  former: [14, optional(incarnation)],
  formerSent: [15, optional(uint())],
  /** Over a border, and only there: the organisation that is spoken to. */
  towards: [16, optional(organisationId)],
});
export type HelloStatement = Infer<typeof helloStatement>;

export const itemKind = choice({ dispatch: 1, note: 2 });
export type ItemKind = Infer<typeof itemKind>;

/** head: the envelope or note; leaves: the leaf hashes of a part; chunks: its sealed bytes. */
export const pieceKind = choice({ head: 1, leaves: 2, chunks: 3 });
export const wantedPiece = tuple({ piece: pieceKind, part: uint(LIMITS.parts), from: uint() });
export type WantedPiece = Infer<typeof wantedPiece>;

const hello = struct('Hello', 8_192, { statement: [1, bytes(1, 1_024)], signature: [2, signature] });

/** Here is an item under this channel number; a small head rides along. */
const offer = struct('Offer', LIMITS.frameBytes, {
  channel: [1, channelNumber],
  incarnation: [2, incarnation],
  period: [3, uint(0xffff_ffff)],
  item: [4, itemKind],
  id: [5, digest],
  sealing: [6, uint(0xffff)],
  precedence: [7, precedence],
  hops: [8, uint(LIMITS.hopLimit)],
  headSize: [9, uint(LIMITS.envelopeBytes, 1)],
  head: [10, optional(bytes(1, LIMITS.envelopeBytes))],
  /** The receiver had custody of it before, in an incarnation that ended. */
  again: [11, optional(bool)],
});

/** Send these pieces, each from that byte on. */
const want = struct('Want', 4_096, {
  channel: [1, channelNumber],
  pieces: [2, arrayOf(wantedPiece, 2 * LIMITS.parts + 1, 1)],
});

const data = struct('Data', LIMITS.chunkSealedBytes + 256, {
  channel: [1, channelNumber],
  piece: [2, pieceKind],
  part: [3, uint(LIMITS.parts)],
  offset: [4, uint()],
  bytes: [5, bytesInPlace(1, LIMITS.chunkSealedBytes)],
});

/** The item is durable here; for a dispatch, with the receipts that say so. */
const custody = struct('Custody', LIMITS.frameBytes, {
  channel: [1, channelNumber],
  id: [2, digest],
  receipts: [3, arrayOf(receipt, LIMITS.recipients)],
});

/** The item can never be taken here, and why. */
const refuse = struct('Refuse', 512, {
  channel: [1, channelNumber],
  id: [2, digest],
  code: [3, pattern(/^[a-z-]{1,40}$/, 40)],
  /** Entries of the origin organisation's log by which it was judged. */
  directory: [4, optional(uint())],
});

/** State after a burst of traffic: numbers to compare, a checkpoint of the speaker's ledger to witness. */
const check = struct('Check', 32_768, {
  lastSent: [1, uint()],
  lastReceived: [2, uint()],
  /** Empty over a border: a ledger is its organisation's own business. */
  checkpoint: [3, bytes(0, LIMITS.checkpointBytes)],
  consistency: [4, arrayOf(digest, 64)],
  from: [5, uint()],
});

/** Answer to a check: our witness cosignature line, or why not. */
const witnessed = struct('Witnessed', LIMITS.checkpointBytes + 64, {
  size: [1, uint()],
  cosignature: [2, bytes(0, LIMITS.checkpointBytes)],
});

/** Entries of the directory log from an index on, with the sequencer's checkpoint. */
const directory = struct('Directory', LIMITS.frameBytes, {
  organisation: [1, organisationId],
  from: [2, uint()],
  entries: [3, arrayOf(bytes(1, LIMITS.directoryEntryBytes), LIMITS.directoryEntriesPerFrame)],
  more: [4, bool],
  checkpoint: [5, bytes(0, LIMITS.checkpointBytes)],
});

/** A remark of the link itself. */
const service = struct('Service', 512, {
  word: [1, choice({ 'directory-size': 1, 'numbers-missing': 2, 'peer-behind': 3, closing: 4, 'no-room': 5, 'numbers-heard': 6 })],
  first: [2, uint()],
  last: [3, uint()],
  /** Of numbers that are missing, or were heard to be: the incarnation that gave them, the sender's present one or one that ended. */
  incarnation: [4, optional(incarnation)],
});

/** Another folder goes on in your name: its hello to us, signed by your own keys. */
const superseded = struct('Superseded', 8_192, { statement: [1, bytes(1, 1_024)], signature: [2, signature] });

/**
 * Headers of dispatches that we took from your ended incarnation after the last number that you know, each with the sealing
 * that your own station signed: without it nobody need believe that they are yours.
 */
const returned = struct('Returned', LIMITS.frameBytes, {
  items: [1, arrayOf(tuple({ channel: channelNumber, header: bytes(1, LIMITS.headerBytes) }), 16, 1)],
  sealings: [2, optional(arrayOf(signed(512), 16, 1))],
});

/** Of this organisation's directory log the speaker can show so many entries, and this is the log's root at that size. */
const shown = struct('Shown', 96, {
  organisation: [1, organisationId],
  size: [2, uint(Number.MAX_SAFE_INTEGER, 1)],
  root: [3, optional(digest)],
});

/** Show it: the speaker holds it up to that size, 0 for none. */
const show = struct('Show', 64, {
  organisation: [1, organisationId],
  size: [2, uint()],
});

export const DISCLOSED_PIECE_BYTES = 65_536;

/** Bytes of a Disclosure over a border, of a ShownDirectory inside an organisation, in order and without a hole. */
const disclosed = struct('Disclosed', DISCLOSED_PIECE_BYTES + 64, {
  organisation: [1, organisationId],
  offset: [2, uint()],
  bytes: [3, bytes(1, DISCLOSED_PIECE_BYTES)],
  last: [4, bool],
});

/** Say when this has come: so many bytes of frames the speaker has sent before it on this connection. Only on a counted carrier. */
const mark = struct('Mark', 32, { sent: [1, uint()] });

/** It has come: the number of the mark. */
const reached = struct('Reached', 32, { sent: [1, uint()] });

export const frame = variant('Frame', LIMITS.frameBytes, {
  hello: [1, hello],
  offer: [2, offer],
  want: [3, want],
  data: [4, data],
  custody: [5, custody],
  refuse: [6, refuse],
  check: [7, check],
  witnessed: [8, witnessed],
  directory: [9, directory],
  service: [10, service],
  superseded: [11, superseded],
  returned: [12, returned],
  shown: [13, shown],
  show: [14, show],
  disclosed: [15, disclosed],
  mark: [16, mark],
  reached: [17, reached],
});
export type Frame = Infer<typeof frame>;
export type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

/**
 * A data frame in two pieces, so that a carrier need not copy the bulk: what stands before the bytes, and the bytes.
 * Together they are exactly `frame.encode`.
 */
export function dataFramePieces(value: FrameOf<'data'>): readonly [Uint8Array, Uint8Array] {
  const whole = frame.encode({ ...value, bytes: value.bytes.subarray(0, 1) });
  const writer = new Writer();
  writer.bytesHead(value.bytes.length);
  // The last item is a byte string of one byte: its head is one byte and so is it.
  return [concat(whole.subarray(0, -2), writer.finish()), value.bytes];
}
