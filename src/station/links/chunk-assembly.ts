/**
 * A chunk that comes in several frames, put together in memory: only a whole one can be checked, and only what was checked
 * is written. Source: docs/protocol/frames.md §Pace, §Resume.
 */

/** What came of a chunk before its connection ended. */
export interface BegunChunk {
  /** Where the chunk begins in its part. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export class ChunkAssembly {
  /** Null while nothing of the next chunk has come. */
  #bytes: Uint8Array | null = null;
  #filled = 0;

  get filled(): number {
    return this.#filled;
  }

  /**
   * Adds what comes next.
   * @param size of the chunk
   * @returns the chunk once it is whole, and nothing is held any more; null before; `too-much` where it would be larger
   */
  add(bytes: Uint8Array, size: number): Uint8Array | null | 'too-much' {
    if (this.#filled + bytes.length > size) return 'too-much';
    if (bytes.length === size) return bytes;
    this.#bytes ??= new Uint8Array(size);
    this.#bytes.set(bytes, this.#filled);
    this.#filled += bytes.length;
    if (this.#filled < size) return null;
    const whole = this.#bytes;
    this.clear();
    return whole;
  }

  clear(): void {
    this.#bytes = null;
    this.#filled = 0;
  }

  /** For the next connection; null where nothing has come. */
  left(offset: number): BegunChunk | null {
    return this.#bytes === null ? null : { offset, bytes: this.#bytes.slice(0, this.#filled) };
  }
}

/**
 * What a data frame brings beyond what has come: wanted anew, a piece is sent again from where it was when that was said,
 * in frames of whatever size goes by then, and by now more of it has come.
 * @param filled of the piece, without a gap
 * @returns null where nothing, or not what comes next
 */
export function bytesBeyond({ offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array }, filled: number): Uint8Array | null {
  const isNext = offset <= filled && filled < offset + bytes.length;
  return isNext ? bytes.subarray(filled - offset) : null;
}
