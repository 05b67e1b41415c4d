/** Trees and proofs against RFC 9162's recursive definition, and tampering against refusal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { concat, uint32be, uint64be } from './bytes.ts';
import {
  completeSubtrees,
  CompactTree,
  consistencyProof,
  consistencySpans,
  emptyRoot,
  inclusionProofs,
  inclusionSpans,
  leafHash,
  nodeHash,
  root,
  rootFromInclusion,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

const { hash } = nodeCrypto;
const SIZE_MAX = 130;
const LEAVES = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(hash, uint32be(i)));

/** MTH of RFC 9162 §2.1.1, word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return hash.sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const halves = [leaves.slice(0, k), leaves.slice(k)].map(naiveRoot);
  return hash.sha256(concat(Uint8Array.of(1), ...halves));
}

/** PATH of RFC 9162 §2.1.3.1, word for word. */
function naivePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  if (m < k) return [...naivePath(m, left), naiveRoot(right)];
  return [...naivePath(m - k, right), naiveRoot(left)];
}

/** SUBPROOF of RFC 9162 §2.1.4.1, word for word. */
function naiveSubproof(m: number, leaves: readonly Uint8Array[], known: boolean): Uint8Array[] {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  if (m <= k) return [...naiveSubproof(m, left, known), naiveRoot(right)];
  return [...naiveSubproof(m - k, right, false), naiveRoot(left)];
}

test('a root is the recursive definition at every size', () => {
  for (let size = 0; size <= SIZE_MAX; size++) {
    const leaves = LEAVES.slice(0, size);
    assert.deepEqual(root(hash, leaves), naiveRoot(leaves), `size ${size}`);
  }
  assert.deepEqual(root(hash, []), emptyRoot(hash));
});

test('a compact tree survives being written and read at every size', () => {
  let tree = new CompactTree(hash);
  for (const [index, leaf] of LEAVES.entries()) {
    tree.push(leaf);
    const bytes = tree.toBytes();
    const read = CompactTree.fromBytes(hash, bytes);
    assert.ok(read !== null);
    assert.equal(read.size, index + 1);
    assert.deepEqual(read.root(), naiveRoot(LEAVES.slice(0, index + 1)));
    assert.deepEqual(read.toBytes(), bytes);
    tree = read;
  }
});

test('a compact tree refuses bytes that are not exactly its own', () => {
  const tree = new CompactTree(hash);
  for (const leaf of LEAVES.slice(0, 7)) tree.push(leaf);
  const bytes = tree.toBytes();
  assert.equal(CompactTree.fromBytes(hash, bytes.slice(1)), null);
  assert.equal(CompactTree.fromBytes(hash, concat(bytes, Uint8Array.of(0))), null);
  assert.equal(CompactTree.fromBytes(hash, new Uint8Array(7)), null);
  assert.equal(CompactTree.fromBytes(hash, new Uint8Array(8).fill(255)), null);
  assert.equal(CompactTree.fromBytes(hash, uint64be(1)), null);
  assert.equal(CompactTree.fromBytes(hash, uint64be(0))?.size, 0);
});

test('inclusion proofs are those of the definition and verify, for every leaf of every size', () => {
  for (let size = 1; size <= 40; size++) {
    const leaves = LEAVES.slice(0, size);
    const treeRoot = naiveRoot(leaves);
    const all = inclusionProofs(hash, leaves);
    for (const [index, leaf] of leaves.entries()) {
      const proof = all[index]!;
      assert.deepEqual(proof, naivePath(index, leaves));
      assert.ok(verifyInclusion(hash, index, size, leaf, proof, treeRoot));
    }
  }
  assert.deepEqual(inclusionProofs(hash, []), []);
});

test('consistency proofs are those of the definition and verify, for every pair of sizes', () => {
  for (let size = 1; size <= 40; size++) {
    const leaves = LEAVES.slice(0, size);
    for (let old = 1; old <= size; old++) {
      const proof = consistencyProof(hash, leaves, old);
      assert.deepEqual(proof, naiveSubproof(old, leaves, true));
      const [oldRoot, newRoot] = [naiveRoot(leaves.slice(0, old)), naiveRoot(leaves)];
      assert.ok(verifyConsistency(hash, old, size, oldRoot, newRoot, proof), `${old} to ${size}`);
    }
  }
});

const sizes = fc.integer({ min: 2, max: SIZE_MAX });
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Every way to spoil a proof: a bit, one hash fewer, one more, two exchanged. */
function spoilt(proof: readonly Uint8Array[], at: number): Uint8Array[][] {
  const flipped = proof.map((one, i) => (i === at % proof.length ? flip(one, at) : one));
  const extra = LEAVES.slice(0, 1);
  const ways = [[...proof, ...extra], [...extra, ...proof]];
  return proof.length === 0 ? ways : [...ways, flipped, proof.slice(1), proof.slice(0, -1)];
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << (at % 8));
  return copy;
}

test('a spoilt inclusion proof, another index, size, leaf or root never verifies', () => {
  fc.assert(
    fc.property(sizes, share, fc.nat(1000), (size, where, at) => {
      const index = Math.floor(where * size);
      const leaves = LEAVES.slice(0, size);
      const [treeRoot, proof] = [root(hash, leaves), inclusionProofs(hash, leaves)[index]!];
      const leaf = LEAVES[index] ?? treeRoot;
      const verify = (i: number, n: number, l: Uint8Array, p: Uint8Array[], r: Uint8Array): boolean =>
        verifyInclusion(hash, i, n, l, p, r);
      for (const bad of spoilt(proof, at)) assert.ok(!verify(index, size, leaf, bad, treeRoot));
      assert.ok(!verify((index + 1) % size, size, leaf, proof, treeRoot));
      assert.ok(!verify(index, size, flip(leaf, at), proof, treeRoot));
      assert.ok(!verify(index, size, leaf, proof, flip(treeRoot, at)));
      assert.ok(!verify(size, size, leaf, proof, treeRoot));
      assert.ok(!verify(-1, size, leaf, proof, treeRoot));
      assert.ok(!verify(0.5, size, leaf, proof, treeRoot));
      assert.ok(!verify(index, size, leaf.slice(1), proof, treeRoot));
    }),
  );
});

test('a spoilt consistency proof or another root never verifies', () => {
  fc.assert(
    fc.property(sizes, share, fc.nat(1000), (size, where, at) => {
      const old = 1 + Math.floor(where * (size - 1));
      const leaves = LEAVES.slice(0, size);
      const proof = consistencyProof(hash, leaves, old);
      const [oldRoot, newRoot] = [root(hash, leaves.slice(0, old)), root(hash, leaves)];
      const verify = (m: number, n: number, a: Uint8Array, b: Uint8Array, p: Uint8Array[]): boolean =>
        verifyConsistency(hash, m, n, a, b, p);
      for (const bad of spoilt(proof, at)) assert.ok(!verify(old, size, oldRoot, newRoot, bad));
      assert.ok(!verify(old, size, flip(oldRoot, at), newRoot, proof));
      assert.ok(!verify(old, size, oldRoot, flip(newRoot, at), proof));
      assert.ok(!verify(size + 1, size, oldRoot, newRoot, proof));
      assert.ok(!verify(-1, size, oldRoot, newRoot, proof));
      assert.ok(!verify(old, size, oldRoot.slice(1), newRoot, proof));
    }),
  );
});

test('the empty tree and the same tree are consistent without a proof, and only so', () => {
  const [none, some] = [emptyRoot(hash), root(hash, LEAVES.slice(0, 5))];
  assert.ok(verifyConsistency(hash, 0, 5, none, some, []));
  assert.ok(verifyConsistency(hash, 5, 5, some, some, []));
  assert.ok(!verifyConsistency(hash, 0, 5, some, some, []));
  assert.ok(!verifyConsistency(hash, 0, 5, none, some, [some]));
  assert.ok(!verifyConsistency(hash, 5, 5, some, none, []));
  assert.ok(!verifyConsistency(hash, 5, 5, some, some, [some]));
  assert.deepEqual(consistencySpans(0, 5), []);
});

test('spans fall into complete subtrees whose roots give the proof, as tiles would', () => {
  const leaves = LEAVES.slice(0, 107);
  for (const span of [...inclusionSpans(88, 107), ...consistencySpans(53, 107)]) {
    const subtrees = completeSubtrees(span);
    const roots = subtrees.map(({ level, index }) =>
      naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
    );
    const folded = roots.reduceRight((right, left) => nodeHash(hash, left, right));
    assert.deepEqual(folded, naiveRoot(leaves.slice(span.start, span.end)));
  }
});

test('arithmetic holds for trees beyond 32 bits', () => {
  const size = 2 ** 40 + 5;
  assert.equal(inclusionSpans(2 ** 40 + 4, size).at(-1)?.end, 2 ** 40);
  const [leaf] = LEAVES;
  assert.ok(leaf !== undefined);
  const proof = inclusionSpans(7, size).map(() => leaf);
  assert.ok(rootFromInclusion(hash, 7, size, leaf, proof) !== null);
  assert.equal(rootFromInclusion(hash, 7, size, leaf, proof.slice(1)), null);
  assert.equal(rootFromInclusion(hash, 7, size, leaf, [...proof, leaf]), null);
});
