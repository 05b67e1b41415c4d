/** A header that names one file in several places, and a file that the disk fails at: neither ends anything but itself. Source: docs/protocol/frames.md §Claims, §Put off. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { read, write } from './courier/carrying.test.ts';
import { type Item, TestPair } from './testing.test.ts';

/** An item of the hub's whose header has these of its parts, in this order. */
function naming(pair: TestPair, item: Item, places: readonly number[]): Item {
  const named = { ...item, parts: places.map((at) => item.parts[at]!), sealed: places.map((at) => item.sealed[at]!) };
  pair.hub.items.items.set(hex(item.id), named);
  for (const { items } of [pair.hub, pair.post]) items.parts.set(hex(item.id), named.parts);
  return named;
}

const downs = (pair: TestPair) => pair.post.remarks.filter((remark) => remark.startsWith('link-down') || remark.startsWith('item-not-taken'));

describe('a part that stands twice in a header', () => {
  it('comes once, and the item is taken on the connection that brings it', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    let bytes = 0;
    const { stage } = pair.post.blobs;
    pair.post.blobs.stage = async (...asked) => {
      const staged = await stage(...asked);
      const append = staged.append.bind(staged);
      return Object.assign(staged, { append: (some: Uint8Array, at: number) => ((bytes += some.length), append(some, at)) });
    };
    const small = naming(pair, pair.item(pair.hub, 'nhỏ', 'routine', [5_000]), [0, 0]);
    const large = naming(pair, pair.item(pair.hub, 'lớn', 'routine', [3 * SEALED_CHUNK_BYTES, 6_000]), [0, 1, 0]);
    // Those that are received at a time are eight.
    const many = naming(pair, pair.item(pair.hub, 'nhiều', 'routine', Array.from({ length: 9 }, (_, at) => 100 + at)), [0, 1, 2, 0, 3, 4, 5, 6, 7, 8, 0, 8]);
    await pair.queue(pair.hub, 'post', small, large, many);
    await pair.time.run(20_000);
    assert.equal(pair.post.items.accepted.length, 3);
    assert.deepEqual(downs(pair), []);
    const once = [small, large, many].flatMap(({ parts }) => [...new Map(parts.map(({ root, size }) => [hex(root), size])).values()]);
    assert.equal(bytes, once.reduce((sum, size) => sum + size, 0));
  });

  it('is taken from a stick, and what stands behind it too', async () => {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    const twice = [[0, 0], [0, 1, 0]].map((places, at) => naming(pair, pair.item(pair.hub, `hai lần ${at}`, 'flash', [500 + at, 2 * SEALED_CHUNK_BYTES]), places));
    await pair.queue(pair.hub, 'post', ...twice, pair.item(pair.hub, 'thư', 'flash', [500]));
    const { volumes: [volume] } = await write(pair, pair.hub, { peer: 'post' });
    const { isRead, taken, codes } = await read(pair.post, volume!);
    assert.deepEqual({ isRead, taken, codes }, { isRead: true, taken: 3, codes: [] });
  });

  it('with two sizes is forged', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    const item = pair.item(pair.hub, 'hai cỡ', 'routine', [5_000]);
    pair.post.items.parts.set(hex(item.id), [item.parts[0]!, { ...item.parts[0]!, size: 5_001 }]);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(20_000);
    assert.deepEqual([pair.hub.items.refusedCodes, downs(pair)], [['header-forged'], []]);
  });
});

describe('a part that fails for no reason that has a code', () => {
  /** The post's disk does not open the first of these two, as often as it is asked. */
  const failing = async (pair: TestPair): Promise<void> => {
    const [bad, good] = [pair.item(pair.hub, 'hỏng', 'routine', [5_000]), pair.item(pair.hub, 'lành', 'routine', [6_000])];
    const { stage } = pair.post.blobs;
    pair.post.blobs.stage = async (id, verifiedBytes) => {
      if (id === hex(bad.parts[0]!.root)) throw new TypeError('not what was expected');
      return stage(id, verifiedBytes);
    };
    await pair.queue(pair.hub, 'post', bad, good);
  };

  it('has its item put off, while the connection goes on', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    await failing(pair);
    await pair.time.run(13_000);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.deepEqual(downs(pair).map((remark) => JSON.parse(remark.slice(remark.indexOf('{'))).code), ['internal']);
    assert.equal((await pair.post.links.states()).find(({ peer }) => peer === 'hub')?.retry?.code, 'internal');
  });

  it('on a stick leaves its item unfinished, and what stands behind it is taken', async () => {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    await failing(pair);
    const { volumes: [volume] } = await write(pair, pair.hub, { peer: 'post' });
    const { isRead, taken, unfinished, codes } = await read(pair.post, volume!);
    assert.deepEqual({ isRead, taken, unfinished, codes }, { isRead: false, taken: 1, unfinished: 1, codes: ['internal'] });
  });
});
