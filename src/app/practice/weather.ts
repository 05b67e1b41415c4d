/**
 * The storm: the link in the mountains breaks in the middle of the largest part. What crossed is counted by the proxy
 * on that link; what the post kept of it is read from its folder.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import type { OpenDraft } from '#client/dispatch/draft.ts';
import { SEALED_CHUNK_BYTES, sealedSize } from '#core/stream.ts';
import type { CorePart } from '#wire/core.ts';
import { frame } from '#wire/frames.ts';
import type { Proxy } from './proxy.ts';

const LEAF_BYTES = 32;
const FRAME_LENGTH_BYTES = 4;
/** TLS 1.3 adds 5 + 1 + 16 bytes to each record of at most 16 KiB. */
const RECORD_BYTES = 16_384;
const RECORD_OVERHEAD_BYTES = 22;
/** Header, sealing signature, stanzas: what an envelope has besides its letter, about. */
const HEAD_BYTES = 9_000;

export interface Break {
  /** Byte of the largest sealed part that was last to cross. */
  readonly offset: number;
  /** Sealed bytes of it that the post kept. */
  readonly kept: number;
}

export class Storm {
  readonly #proxy: Proxy;
  readonly #largest: CorePart | null;
  readonly #before: number;
  readonly #began: number;
  /** Resolves when the link is cut. */
  readonly broken: Promise<void>;

  /** Breaks the link in the middle of the largest part of this draft, or of its head where it has no parts. */
  constructor(proxy: Proxy, { core, draft }: OpenDraft) {
    this.#proxy = proxy;
    this.#largest = largestOf(core.parts);
    const head = draft.core.length + draft.endorsements.length * 4_700 + HEAD_BYTES;
    this.#before = head + bytesBefore(core.parts, this.#largest);
    this.#began = proxy.toCaller.application;
    const half = this.#largest === null ? 0 : sealedSize(this.#largest.size) / 2;
    this.broken = proxy.cutAfter(Math.floor(onTheWire(this.#largest === null ? head / 2 : this.#before + withFrames(half))));
  }

  /** What the break cost, once the post has noticed it. @param data the post's folder */
  measure(data: string): Break {
    const crossed = this.#proxy.toCaller.application - this.#began;
    if (this.#largest === null) return { offset: crossed, kept: 0 };
    const sealed = sealedSize(this.#largest.size);
    const share = SEALED_CHUNK_BYTES / withFrames(SEALED_CHUNK_BYTES);
    const offset = Math.min(sealed, Math.max(0, Math.round((crossed - this.#before) * share)));
    return { offset, kept: Math.min(offset, keptOf(data, hex(this.#largest.root))) };
  }
}

function largestOf(parts: readonly CorePart[]): CorePart | null {
  return parts.reduce<CorePart | null>((largest, part) => (largest === null || part.size > largest.size ? part : largest), null);
}

/** Parts go in their order, each after its leaf list. */
function bytesBefore(parts: readonly CorePart[], largest: CorePart | null): number {
  let bytes = 0;
  for (const part of parts) {
    if (part.chunks > 1) bytes += withFrames(part.chunks * LEAF_BYTES);
    if (part === largest) return bytes;
    bytes += withFrames(sealedSize(part.size));
  }
  return bytes;
}

/** Bytes with the data frames that carry them. */
function withFrames(bytes: number): number {
  return bytes + Math.ceil(bytes / SEALED_CHUNK_BYTES) * FRAME_OVERHEAD_BYTES;
}

const FRAME_OVERHEAD_BYTES = FRAME_LENGTH_BYTES +
  frame.encode({ kind: 'data', channel: 1, piece: 'chunks', part: 1, offset: 70_000, bytes: new Uint8Array(60_000) }).length - 60_000;

function onTheWire(bytes: number): number {
  return bytes + Math.ceil(bytes / RECORD_BYTES) * RECORD_OVERHEAD_BYTES;
}

function keptOf(data: string, root: string): number {
  const staged = path.join(data, 'staging', root);
  return existsSync(staged) ? statSync(staged).size : 0;
}
