/**
 * What was under way of a part when its turn was over: it comes all the same, on a slow line a frame that took half a minute, and
 * is kept with what came of the chunk before it. Source: docs/protocol/frames.md §Claims.
 */
import { concat } from '#core/bytes.ts';
import { type BegunChunk, bytesBeyond } from './chunk-assembly.ts';
import type { Shares } from './shares.ts';

export class LateData {
  readonly #begun: Shares<BegunChunk>;
  readonly #peer: string;
  readonly #name: string;
  readonly #chunk: { readonly offset: number; readonly size: number };

  /** @param name under which the neighbour's begun chunk is kept @param chunk which of the part comes next */
  constructor(begun: Shares<BegunChunk>, peer: string, name: string, chunk: { readonly offset: number; readonly size: number }) {
    this.#begun = begun;
    this.#peer = peer;
    this.#name = name;
    this.#chunk = chunk;
  }

  /** The last byte of a chunk is left to the next turn: whoever brings that has it checked. */
  take(frame: { readonly offset: number; readonly bytes: Uint8Array }): void {
    const { offset, size } = this.#chunk;
    const { bytes } = this.#begun.take(this.#name) ?? { bytes: new Uint8Array(0) };
    const next = bytesBeyond(frame, offset + bytes.length) ?? new Uint8Array(0);
    const all = concat(bytes, next.subarray(0, size - 1 - bytes.length));
    if (all.length > 0) this.#begun.keep(this.#peer, this.#name, { offset, bytes: all });
  }
}
