/** A file that is opened into memory alone: to be looked at, not kept. */
import type { FileSink } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

/** @param sizeBytes how many come: more are refused, and fewer are no file */
export class MemoryFile implements FileSink {
  #bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#filled + bytes.length > this.#bytes.length) throw new Refusal('part-forged', { field: 'size' });
    this.#bytes.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  async commit(): Promise<string> {
    if (this.#filled !== this.#bytes.length) throw new Refusal('part-incomplete');
    return '';
  }

  async abandon(): Promise<void> {
    this.#bytes.fill(0);
    this.#bytes = new Uint8Array(0);
  }

  /** What was committed, given away once. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return taken;
  }
}
