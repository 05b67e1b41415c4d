/**
 * The leaves of one part as they come, each put into the tree once: a list that a neighbour leaves and goes on with costs what it
 * sent of it, and one that was checked is never counted again. Source: docs/protocol/parts.md; frames.md §Measure.
 */
import type { Hash } from '#core/crypto.ts';
import { equal } from '#core/bytes.ts';
import { CompactTree } from '#core/merkle.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import { LEAF_BYTES } from './extent.ts';

const FIRST_BYTES = 1_024;

export class LeafList {
  readonly #hash: Hash;
  readonly #part: HeaderPart;
  #tree: CompactTree;
  /** As long as was needed so far. */
  #bytes = new Uint8Array(0);
  #filled = 0;
  #isChecked = false;

  constructor(hash: Hash, part: HeaderPart) {
    this.#hash = hash;
    this.#part = part;
    this.#tree = new CompactTree(hash);
    // A tree of one leaf is that leaf.
    if (part.chunks === 1) this.add(part.root);
  }

  get isChecked(): boolean {
    return this.#isChecked;
  }

  /** Bytes that came, without a gap. */
  get filled(): number {
    return this.#filled;
  }

  /** Bytes of the whole list. */
  get size(): number {
    return this.#part.chunks * LEAF_BYTES;
  }

  /** How many are still to be put into the tree. */
  get missing(): number {
    return this.#part.chunks - this.#tree.size;
  }

  /** Once it is checked. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  leaf(index: number): Uint8Array {
    return this.#bytes.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES);
  }

  /** @returns `forged` where it is whole and not that part's: then nothing of it is kept */
  add(next: Uint8Array): 'taken' | 'too-much' | 'forged' {
    const filled = this.#filled + next.length;
    if (filled > this.size) return 'too-much';
    this.#reserve(filled);
    this.#bytes.set(next, this.#filled);
    this.#filled = filled;
    while ((this.#tree.size + 1) * LEAF_BYTES <= filled) this.#tree.push(this.leaf(this.#tree.size));
    if (filled < this.size) return 'taken';
    this.#isChecked = equal(this.#tree.root(), this.#part.root);
    if (this.#isChecked) return 'taken';
    this.#filled = 0;
    this.#tree = new CompactTree(this.#hash);
    return 'forged';
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.size, Math.max(bytes, 2 * this.#bytes.length, FIRST_BYTES)));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
