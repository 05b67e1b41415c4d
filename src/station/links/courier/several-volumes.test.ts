/** Bundles that lie in several volumes, each carried alone: in order, out of it, and with something lost in between. Source: docs/protocol/bundles.md §Reading. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { type Item, TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';

const CHUNK = SEALED_CHUNK_BYTES;

interface Spread {
  readonly pair: TestPair;
  /** Of two dispatches the second lies in all volumes. */
  readonly items: readonly [Item, Item];
  readonly volumes: readonly [Uint8Array, Uint8Array, Uint8Array];
}

async function spread(): Promise<Spread> {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  const items = [pair.item(pair.hub, 'thư', 'routine', [CHUNK]), pair.item(pair.hub, 'phim dài', 'routine', [50, 45 * CHUNK])] as const;
  await pair.queue(pair.hub, 'post', ...items);
  const { volumes } = await write(pair, pair.hub, { peer: 'post' });
  assert.equal(volumes.length, 3);
  return { pair, items, volumes: [volumes[0]!, volumes[1]!, volumes[2]!] };
}

/** What a reading says of the volume, in short. */
async function shortly(pair: TestPair, volume: Uint8Array) {
  const { isRead, wasRead, goesOn, continues, taken, unfinished, lacking } = await read(pair.post, volume);
  return { how: wasRead ? 'before' : isRead ? 'read' : goesOn ? 'goes on' : continues === null ? 'not read' : `after ${continues}`, taken, unfinished, lacking };
}

async function missing(pair: TestPair): Promise<readonly number[]> {
  return (await pair.post.links.courier.list()).lacking.flatMap(({ lacking }) => lacking);
}

async function readBundles(pair: TestPair): Promise<number> {
  return (await pair.events(pair.post, 'bundle-read')).length;
}

const ids = (items: readonly Item[]): string[] => items.map(({ id }) => hex(id));

describe('a bundle in several volumes', () => {
  it('is read one stick after the other: each is right, names what is to come, and nothing is missing after the last', async () => {
    const { pair, items, volumes: [first, second, third] } = await spread();
    assert.deepEqual(await shortly(pair, first), { how: 'goes on', taken: 1, unfinished: 0, lacking: [2, 3] });
    await pair.crash(pair.post);
    assert.deepEqual(await missing(pair), [2, 3]);
    assert.deepEqual(await shortly(pair, second), { how: 'goes on', taken: 0, unfinished: 0, lacking: [3] });
    assert.equal(await readBundles(pair), 0);
    assert.deepEqual(await shortly(pair, third), { how: 'read', taken: 1, unfinished: 0, lacking: [] });
    assert.deepEqual(pair.post.items.accepted, ids(items));
    for (const volume of [first, second, third]) assert.equal((await shortly(pair, volume)).how, 'before');
    assert.deepEqual([await missing(pair), await readBundles(pair)], [[], 1]);
    await pair.crash(pair.post);
    assert.deepEqual([await missing(pair), await readBundles(pair)], [[], 1]);
    const back = await write(pair, pair.post, { peer: 'hub' });
    assert.equal((await read(pair.hub, back.volumes[0]!)).settled, 2);
  });

  it('is read in any order: one that goes on with what is not here names the one before it, and is read again after that', async () => {
    const { pair, items, volumes: [first, second, third] } = await spread();
    assert.deepEqual(await shortly(pair, third), { how: 'after 2', taken: 0, unfinished: 0, lacking: [1, 2, 3] });
    assert.deepEqual(await shortly(pair, first), { how: 'goes on', taken: 1, unfinished: 0, lacking: [2, 3] });
    assert.deepEqual((await shortly(pair, third)).how, 'after 2');
    assert.deepEqual(await shortly(pair, second), { how: 'goes on', taken: 0, unfinished: 0, lacking: [3] });
    assert.deepEqual(await shortly(pair, third), { how: 'read', taken: 1, unfinished: 0, lacking: [] });
    assert.deepEqual(pair.post.items.accepted, ids(items));
    for (const [at, { root, size }] of items[1].parts.entries()) assert.deepEqual(await pair.post.blobs.read(hex(root), 0, size), items[1].sealed[at]);
    assert.equal(await readBundles(pair), 1);
  });

  it('takes what begins and ends in one volume, whichever is read first', async () => {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    const some = Array.from({ length: 4 }, (_, at) => pair.item(pair.hub, `ảnh ${at}`, 'routine', [8 * CHUNK]));
    await pair.queue(pair.hub, 'post', ...some);
    const { volumes } = await write(pair, pair.hub, { peer: 'post' });
    for (const [at, volume] of volumes.toReversed().entries()) {
      const { how, lacking } = await shortly(pair, volume);
      assert.deepEqual([how, lacking.length], ['read', volumes.length - at - 1]);
    }
    assert.deepEqual(pair.post.items.accepted.toSorted(), ids(some).toSorted());
  });

  it('counts as read once a connection has brought the rest, also after a restart', async () => {
    const { pair, items, volumes: [first, second, third] } = await spread();
    for (const volume of [first, second]) assert.equal((await shortly(pair, volume)).how, 'goes on');
    let bytesOver = 0;
    pair.network.tap = (_from, _to, bytes) => {
      bytesOver += bytes.length;
      return bytes;
    };
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 200_000, () => pair.hub.items.settled.length === 2);
    assert.deepEqual(pair.post.items.accepted, ids(items));
    assert.ok(bytesOver > CHUNK && bytesOver < 15 * CHUNK, `${bytesOver} bytes came over the connection`);
    pair.network.cut('hub', 'post');
    await pair.crash(pair.post);
    assert.deepEqual(await missing(pair), [], 'everything that is on the third has come');
    for (const volume of [first, second]) assert.equal((await shortly(pair, volume)).how, 'before');
    const late = await read(pair.post, third);
    assert.deepEqual([late.isRead, late.taken, late.held, late.lacking, await readBundles(pair)], [true, 0, 1, [], 1]);
  });

  it('misses nothing once a connection has brought what is on sticks that were not read, nor sticks that nobody saw', async () => {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thẻ không tới'));
    await write(pair, pair.hub, { peer: 'post' });
    await pair.queue(pair.hub, 'post', ...Array.from({ length: 10 }, (_, at) => pair.item(pair.hub, `ảnh ${at}`, 'routine', [8 * CHUNK])));
    const { volumes } = await write(pair, pair.hub, { peer: 'post' });
    for (const volume of [volumes[0]!, volumes[2]!]) await read(pair.post, volume);
    const lacking = async () => (await pair.post.links.courier.list()).lacking.map(({ number, lacking: which }) => [number, which]);
    assert.deepEqual(await lacking(), [[2, [2, ...Array.from({ length: volumes.length - 3 }, (_, at) => at + 4)]], [1, []]]);
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 200_000, () => pair.hub.items.settled.length === 11);
    assert.deepEqual([pair.hub.items.settled.length, await lacking(), await readBundles(pair)], [11, [], 0]);
  });

  it('brings its data again where what was staged is gone, and is not passed over before its item is decided', async () => {
    const { pair, items, volumes: [first, second, third] } = await spread();
    for (const volume of [first, second]) await read(pair.post, volume);
    for (const name of await pair.post.blobs.staged()) await (await pair.post.blobs.stage(name, 0)).abandon();
    await pair.crash(pair.post);
    assert.equal((await shortly(pair, third)).how, 'after 2');
    assert.equal((await shortly(pair, second)).how, 'after 1');
    for (const volume of [first, second]) assert.equal((await shortly(pair, volume)).how, 'goes on');
    assert.equal((await shortly(pair, third)).how, 'read');
    assert.deepEqual([pair.post.items.accepted, await missing(pair)], [ids(items), []]);
  });

  it('loses nothing in a crash between any two commits', async () => {
    const { pair, items, volumes } = await spread();
    for (const [at, volume] of volumes.entries()) {
      for (let crashes = 0; crashes < 8; crashes++) {
        let commits = 0;
        const unwatch = pair.post.store.afterCommit(() => void (commits += 1));
        const reading = read(pair.post, volume).catch(() => null);
        await pair.time.run(pair.time.elapsedMs, () => commits > crashes);
        unwatch();
        await pair.crash(pair.post);
        await Promise.race([reading, pair.time.run(pair.time.elapsedMs + 60_000)]);
      }
      const { how } = await shortly(pair, volume);
      assert.ok(at === 2 ? ['read', 'before'].includes(how) : how === 'goes on', `volume ${at + 1}: ${how}`);
    }
    assert.deepEqual([pair.post.items.accepted, await missing(pair), await readBundles(pair)], [ids(items), [], 1]);
  });
});
