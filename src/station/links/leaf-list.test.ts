/** What a list of leaves costs the station that it comes to. Source: docs/protocol/frames.md §Measure, §Resume. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { root } from '#core/merkle.ts';
import type { HeaderPart } from '#wire/envelope.ts';
import { frame } from '#wire/frames.ts';
import { type BudgetLimits, UNITS } from './budget.ts';
import { LEAF_BYTES } from './extent.ts';
import { LeafList } from './leaf-list.ts';
import { TestPair } from './testing.test.ts';

const CHUNKS = 4_096;

/** A part of so many chunks, of which there are only the leaves. */
function large(pair: TestPair, byte: number): { part: HeaderPart; leaves: Uint8Array } {
  const leaves = new Uint8Array(CHUNKS * LEAF_BYTES).fill(byte);
  const each = Array.from({ length: CHUNKS }, (_, at) => leaves.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES));
  return { part: { root: root(pair.provider.hash, each), chunks: CHUNKS, size: CHUNKS * 65_552 }, leaves };
}

/** The hub offers parts whose lists it has, and nothing else of them. */
async function offered(change: (leaves: Uint8Array) => Uint8Array, limits?: BudgetLimits): Promise<TestPair> {
  const pair = await TestPair.make(limits);
  await pair.time.run(3_000);
  const both = [large(pair, 1), large(pair, 2)];
  const item = { ...pair.item(pair.hub, 'lớn'), parts: both.map(({ part }) => part) };
  pair.hub.items.items.set(hex(item.id), item);
  pair.post.items.parts.set(hex(item.id), item.parts);
  pair.hub.items.leaves = async ({ root: asked }: HeaderPart) => change(both.find(({ part }) => part.root === asked)!.leaves);
  pair.network.tap = (from, _to, bytes) => {
    const said = frame.decode(bytes);
    if (from !== 'post' || said.kind !== 'want') return bytes;
    const pieces = said.pieces.filter(({ piece }) => piece !== 'chunks');
    return pieces.length === 0 ? null : frame.encode({ ...said, pieces });
  };
  await pair.queue(pair.hub, 'post', { ...item, parts: [] });
  return pair;
}

/** How many nodes of trees are counted until now. */
function counting(pair: TestPair): () => number {
  const { hash } = pair.provider;
  const sha256 = hash.sha256.bind(hash);
  let nodes = 0;
  Object.assign(hash, { sha256: (bytes: Uint8Array) => ((nodes += bytes.length === 65 && bytes[0] === 1 ? 1 : 0), sha256(bytes)) });
  return () => nodes;
}

describe('a list of leaves', () => {
  it('is put into the tree as it comes, and one that is not that part\'s leaves nothing', () => {
    const { provider: { hash } } = new TestPair();
    const leaves = Array.from({ length: 300 }, (_, at) => new Uint8Array(LEAF_BYTES).fill(at));
    const list = new LeafList(hash, { root: root(hash, leaves), chunks: 300, size: 300 * 65_552 });
    const all = Uint8Array.from(leaves.flatMap((leaf) => [...leaf]));
    assert.equal(list.add(all.subarray(0, 1_000)), 'taken');
    assert.deepEqual([list.filled, list.missing], [1_000, 300 - 31]);
    assert.equal(list.add(all), 'too-much');
    const wrong = all.slice(1_000);
    wrong[5]! ^= 1;
    assert.equal(list.add(wrong), 'forged');
    assert.deepEqual([list.filled, list.missing, list.isChecked], [0, 300, false]);
    assert.equal(list.add(all), 'taken');
    assert.deepEqual([list.isChecked, list.bytes, list.leaf(7)], [true, all, leaves[7]]);
  });

  it('that was checked is not counted again, however often its neighbour calls and offers', async () => {
    const pair = await offered((leaves) => leaves);
    const nodes = counting(pair);
    await pair.time.run(pair.time.elapsedMs + 20_000);
    const once = nodes();
    assert.ok(once >= 2 * (CHUNKS - 1), `${once}`);
    const asked = pair.post.items.offered.length;
    for (let call = 0; call < 3; call++) {
      pair.network.cut('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 200);
      pair.network.mend('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 3_000);
    }
    assert.ok(pair.post.items.offered.length >= asked + 3);
    assert.ok(nodes() - once < 200, `${nodes() - once} nodes more`);
  });

  it('that is wrong comes no more often than its neighbour\'s measure has it', async () => {
    const limits = { most: 100, perSecond: 1 };
    const pair = await offered((leaves) => leaves.with(3, 9), limits);
    const nodes = counting(pair);
    await pair.time.run(pair.time.elapsedMs + 60_000);
    const lists = nodes() / (CHUNKS - 1);
    assert.ok(lists >= 2 && lists <= (limits.most + 60 * limits.perSecond) / (UNITS.leaf * CHUNKS), `${lists} lists`);
  });
});
