/** Frames on a stream: each after its length as uint32be, at most 1 MiB. Source: docs/protocol/frames.md. */
import { uint32be } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { assert } from '#core/refusals.ts';
import { LIMITS } from '#wire/limits.ts';
import { plain } from './crypto-keys.ts';

const LENGTH_BYTES = 4;

/** The four bytes before a frame that is given in pieces. */
export function frameLength(...pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  assert(length >= 1 && length <= LIMITS.frameBytes, 'a frame has 1 byte to 1 MiB');
  return uint32be(length);
}

/** Cuts a stream into frames. Nothing is kept of a frame before its length is known to be allowed. */
export class FrameReader {
  readonly #length = new Uint8Array(LENGTH_BYTES);
  #lengthFilled = 0;
  #frame: Uint8Array | null = null;
  #frameFilled = 0;

  /**
   * The frames that end within these bytes; each is a copy of its own.
   * @throws DecodeError for a frame that is empty or larger than 1 MiB, before it is buffered
   */
  *take(data: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < data.length) {
      at = this.#frame === null ? this.#takeLength(data, at) : at;
      if (this.#frame === null) continue;
      at = this.#takeFrame(data, at, this.#frame);
      if (this.#frameFilled < this.#frame.length) continue;
      const whole = this.#frame;
      this.#frame = null;
      yield whole;
    }
  }

  #takeLength(data: Uint8Array, from: number): number {
    let at = from;
    while (at < data.length && this.#lengthFilled < LENGTH_BYTES) this.#length[this.#lengthFilled++] = data[at++]!;
    if (this.#lengthFilled < LENGTH_BYTES) return at;
    this.#lengthFilled = 0;
    const length = new DataView(this.#length.buffer).getUint32(0);
    if (length < 1 || length > LIMITS.frameBytes) throw new DecodeError('frame.length', 0, `${length} bytes`);
    // Given out only when every byte has come.
    this.#frame = plain(Buffer.allocUnsafeSlow(length));
    this.#frameFilled = 0;
    return at;
  }

  #takeFrame(data: Uint8Array, from: number, frame: Uint8Array): number {
    const end = Math.min(data.length, from + frame.length - this.#frameFilled);
    frame.set(data.subarray(from, end), this.#frameFilled);
    this.#frameFilled += end - from;
    return end;
  }
}
