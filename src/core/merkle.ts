/**
 * Merkle trees over hashed leaves: one root stands for a whole list, a few hashes show that a leaf
 * is in it (inclusion) or that it begins with the leaves of a smaller one (consistency).
 * Source: RFC 9162 §2.1. Sizes and indexes are whole numbers up to 2^53 − 1.
 *
 * A proof is a list of roots of spans of leaves. Which spans is pure arithmetic, so a ledger that
 * keeps its nodes in tiles asks for the spans and fetches their roots as it likes.
 */
import { equal } from './bytes.ts';
import { CompactTree, emptyRoot, leafHash, nodeHash, type Sha256 } from './compact-tree.ts';
import { HASH_BYTES } from './hkdf.ts';
import { assert } from './refusals.ts';

export { CompactTree, emptyRoot, leafHash, nodeHash, type Sha256 };

/**
 * The root over a list of leaves.
 * @param leaves hashes of 32 bytes, any number
 * @returns 32 bytes
 */
export function root(hash: Sha256, leaves: Iterable<Uint8Array>): Uint8Array {
  const tree = new CompactTree(hash);
  for (const leaf of leaves) tree.push(leaf);
  return tree.root();
}

/** The leaves from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The complete subtree over the 2^level leaves from index × 2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The proofs that each leaf is in the tree over all (RFC 9162 §2.1.3.1), in their order: each node is computed once, not once a leaf. */
export function inclusionProofs(hash: Sha256, leaves: readonly Uint8Array[]): Uint8Array[][] {
  const proofs: Uint8Array[][] = leaves.map(() => []);
  climb(hash, leaves, proofs, { start: 0, end: leaves.length });
  return proofs;
}

/** The proof that the tree over all leaves begins with its first `oldSize` (RFC 9162 §2.1.4.1). */
export function consistencyProof(
  hash: Sha256,
  leaves: readonly Uint8Array[],
  oldSize: number,
): Uint8Array[] {
  return consistencySpans(oldSize, leaves.length).map((span) => spanRoot(hash, leaves, span));
}

/** The spans whose roots are the inclusion proof, in the proof's order. */
export function inclusionSpans(index: number, size: number): Span[] {
  assert(isSize(index) && isSize(size) && index < size, 'the leaf is in the tree');
  return siblingsOfLeaf(index, { start: 0, end: size });
}

/**
 * The spans whose roots are the consistency proof, in the proof's order; none where the old tree
 * is empty or is the new one.
 */
export function consistencySpans(oldSize: number, newSize: number): Span[] {
  assert(isSize(oldSize) && isSize(newSize) && oldSize <= newSize, 'the old tree is not larger');
  if (oldSize === 0) return [];
  return consistencyWithin(oldSize, { start: 0, end: newSize }, true);
}

/** A span that is a node of some tree, as complete subtrees from left to right. */
export function completeSubtrees({ start, end }: Span): Subtree[] {
  const subtrees: Subtree[] = [];
  let at = start;
  for (let width = powerOfTwoUpTo(end - start); width >= 1; width /= 2) {
    if (at + width > end) continue;
    subtrees.push({ level: Math.log2(width), index: at / width });
    at += width;
  }
  return subtrees;
}

/**
 * Whether `proof` shows that `leaf` is number `index` of the `size` leaves under `treeRoot`
 * (RFC 9162 §2.1.3.2). False for anything malformed; never throws for bad input.
 */
export function verifyInclusion(
  hash: Sha256,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  treeRoot: Uint8Array,
): boolean {
  const computed = rootFromInclusion(hash, index, size, leaf, proof);
  return computed !== null && equal(computed, treeRoot);
}

/**
 * The root that an inclusion proof leads to, for who has it signed and not at hand.
 * @returns 32 bytes; null where the proof has not the number and sizes of hashes of that place
 */
export function rootFromInclusion(
  hash: Sha256,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | null {
  if (!isSize(index) || !isSize(size) || index >= size) return null;
  if (!areHashes([leaf, ...proof])) return null;
  let [node, last] = [index, size - 1];
  let computed = leaf;
  for (const sibling of proof) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      computed = nodeHash(hash, sibling, computed);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else {
      computed = nodeHash(hash, computed, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? computed : null;
}

/**
 * Whether `proof` shows that the tree of `newSize` leaves begins with the tree of `oldSize`
 * (RFC 9162 §2.1.4.2). The same size is consistent with an empty proof and equal roots, the empty
 * tree with an empty proof and any new root. False for anything malformed; never throws.
 */
export function verifyConsistency(
  hash: Sha256,
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (!areHashes([oldRoot, newRoot, ...proof])) return false;
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && equal(oldRoot, emptyRoot(hash));
  const roots = rootsFromConsistency(hash, oldSize, newSize, oldRoot, proof);
  return roots !== null && equal(roots.old, oldRoot) && equal(roots.new, newRoot);
}

/** Both roots that a proof leads to, or null where it has not the right number of hashes. */
function rootsFromConsistency(
  hash: Sha256,
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  proof: readonly Uint8Array[],
): { old: Uint8Array; new: Uint8Array } | null {
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return null;
  let [node, last] = [oldSize - 1, newSize - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [oldComputed, newComputed] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      oldComputed = nodeHash(hash, sibling, oldComputed);
      newComputed = nodeHash(hash, sibling, newComputed);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else {
      newComputed = nodeHash(hash, newComputed, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? { old: oldComputed, new: newComputed } : null;
}

/** PATH(m, D[start:end]) of RFC 9162 §2.1.3.1, as spans. */
function siblingsOfLeaf(index: number, { start, end }: Span): Span[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  const [left, right] = [{ start, end: middle }, { start: middle, end }];
  const [inside, beside] = index < middle ? [left, right] : [right, left];
  return [...siblingsOfLeaf(index, inside), beside];
}

/** SUBPROOF(m, D[start:end], known) of RFC 9162 §2.1.4.1, as spans. */
function consistencyWithin(oldEnd: number, span: Span, known: boolean): Span[] {
  const { start, end } = span;
  if (oldEnd === end) return known ? [] : [span];
  const middle = start + splitOf(end - start);
  const [left, right] = [{ start, end: middle }, { start: middle, end }];
  if (oldEnd <= middle) return [...consistencyWithin(oldEnd, left, known), right];
  return [...consistencyWithin(oldEnd, right, false), left];
}

/** The root of a span; on the way up, gives each leaf the root of the half beside it. */
function climb(
  hash: Sha256,
  leaves: readonly Uint8Array[],
  proofs: readonly Uint8Array[][],
  { start, end }: Span,
): Uint8Array {
  const [only] = leaves.slice(start, start + 1);
  if (only === undefined) return emptyRoot(hash);
  if (end - start === 1) return only;
  const middle = start + splitOf(end - start);
  const left = climb(hash, leaves, proofs, { start, end: middle });
  const right = climb(hash, leaves, proofs, { start: middle, end });
  for (const proof of proofs.slice(start, middle)) proof.push(right);
  for (const proof of proofs.slice(middle, end)) proof.push(left);
  return nodeHash(hash, left, right);
}

function spanRoot(hash: Sha256, leaves: readonly Uint8Array[], { start, end }: Span): Uint8Array {
  return root(hash, leaves.slice(start, end));
}

/** The largest power of two below `count`; count at least 2. */
function splitOf(count: number): number {
  const width = powerOfTwoUpTo(count);
  return width === count ? count / 2 : width;
}

/** The largest power of two not above `count`; count at least 1. No bit operators: they end at 2^31. */
function powerOfTwoUpTo(count: number): number {
  let width = 1;
  while (width * 2 <= count) width *= 2;
  return width;
}

function isPowerOfTwo(count: number): boolean {
  return powerOfTwoUpTo(count) === count;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((one) => one.length === HASH_BYTES);
}
