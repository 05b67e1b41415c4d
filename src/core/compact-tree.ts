/**
 * A Merkle tree that only grows, and the two hashes that every tree is made of.
 * Source: RFC 9162 §2.1 (the shape is RFC 6962's, so strangers' tools verify our ledger).
 * Sizes are whole numbers up to 2^53 − 1. Roots of lists and proofs are in merkle.ts.
 */
import { concat, uint64be } from './bytes.ts';
import type { Hash } from './crypto.ts';
import { HASH_BYTES } from './hkdf.ts';
import { assert } from './refusals.ts';

/** What a tree asks of a platform's hashing. */
export type Sha256 = Pick<Hash, 'sha256'>;

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** SHA-256(0x00 ‖ bytes): the leaf that stands for an entry. */
export function leafHash(hash: Sha256, bytes: Uint8Array): Uint8Array {
  return hash.sha256(concat(LEAF, bytes));
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(hash: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash.sha256(concat(NODE, left, right));
}

/** The root of no leaves: SHA-256 of nothing. */
export function emptyRoot(hash: Sha256): Uint8Array {
  return hash.sha256(new Uint8Array(0));
}

/**
 * A tree that grows by one leaf at a time and keeps only its peaks: the roots of its complete
 * subtrees, largest first, one for each bit set in its size (RFC 9162 §2.1.1 read from the right).
 */
export class CompactTree {
  readonly #hash: Sha256;
  readonly #peaks: Uint8Array[] = [];
  #size = 0;

  constructor(hash: Sha256) {
    this.#hash = hash;
  }

  /**
   * Reads what toBytes wrote.
   * @returns null where the bytes are not exactly a size and its peaks
   */
  static fromBytes(hash: Sha256, bytes: Uint8Array): CompactTree | null {
    if (bytes.length < SIZE_BYTES) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = view.getBigUint64(0);
    if (size > BigInt(Number.MAX_SAFE_INTEGER)) return null;
    const tree = new CompactTree(hash);
    tree.#size = Number(size);
    if (bytes.length !== SIZE_BYTES + HASH_BYTES * peakCount(tree.#size)) return null;
    for (let at = SIZE_BYTES; at < bytes.length; at += HASH_BYTES) {
      tree.#peaks.push(bytes.slice(at, at + HASH_BYTES));
    }
    return tree;
  }

  /** How many leaves were pushed. */
  get size(): number {
    return this.#size;
  }

  /** Appends one leaf of 32 bytes. */
  push(leaf: Uint8Array): void {
    assert(leaf.length === HASH_BYTES, 'a leaf is a hash of 32 bytes');
    let peak = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      peak = nodeHash(this.#hash, this.#popPeak(), peak);
    }
    this.#peaks.push(peak);
    this.#size++;
  }

  /** The root over all leaves so far. */
  root(): Uint8Array {
    const [smallest, ...larger] = this.#peaks.toReversed();
    if (smallest === undefined) return emptyRoot(this.#hash);
    return larger.reduce((right, left) => nodeHash(this.#hash, left, right), smallest);
  }

  /** Size (8 bytes, most significant first) and peaks (32 bytes each): at most 1,704 bytes. */
  toBytes(): Uint8Array {
    return concat(uint64be(this.#size), ...this.#peaks);
  }

  #popPeak(): Uint8Array {
    const peak = this.#peaks.pop();
    assert(peak !== undefined, 'a tree has a peak for each bit of its size');
    return peak;
  }
}

const SIZE_BYTES = 8;

function peakCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
