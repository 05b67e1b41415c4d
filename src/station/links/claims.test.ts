/** Several neighbours that bring one item: whoever holds it back holds up nobody. Source: docs/protocol/frames.md §Claims. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { QUIET } from '../../../test/sim/network.ts';
import { type Item, ItemsDouble, TestPair, type TestStation } from './testing.test.ts';

type Keeps = (from: string, said: Frame) => boolean;

/** The post with two neighbours that have one item, the hub and X. */
class Three {
  readonly pair: TestPair;
  readonly x: TestStation;
  readonly item: Item;

  /** @param keeps which frames between post and X come to nothing */
  static async make(partSizes: readonly number[], headSize: number, keeps: Keeps): Promise<Three> {
    const pair = await TestPair.make();
    await pair.addNeighbour('post', 'x');
    pair.network.tap = (from, to, bytes) => ([from, to].includes('x') && keeps(from, frame.decode(bytes)) ? null : bytes);
    const x = await pair.open('x', newDisk(), new ItemsDouble(), 3);
    await pair.time.run(3_000);
    return new Three(pair, x, pair.item(pair.hub, 'hỏa tốc', 'flash', partSizes, headSize));
  }

  private constructor(pair: TestPair, x: TestStation, item: Item) {
    this.pair = pair;
    this.x = x;
    this.item = item;
    x.items.items.set(hex(item.id), item);
  }

  async queue(at: TestStation): Promise<void> {
    await this.pair.queue(at, 'post', this.item);
  }

  async pass(ms: number): Promise<void> {
    await this.pair.time.run(this.pair.time.elapsedMs + ms);
  }

  /** What the post put off, and the connections that it ended for it. */
  get putOff(): string[] {
    return this.pair.post.remarks.filter((remark) => /^(item-not-taken|tried-again) /.test(remark));
  }

  /** How often the post has taken the item. */
  get taken(): number {
    return this.pair.post.items.accepted.filter((id) => id === hex(this.item.id)).length;
  }
}

describe('what two neighbours bring', () => {
  it('is taken at once from the second where the first has said no more than that it has it', async () => {
    const three = await Three.make([], 70_000, (from, said) => from === 'x' && said.kind === 'data');
    await three.queue(three.x);
    await three.pass(6_000);
    await three.queue(three.pair.hub);
    await three.pass(6_000);
    assert.equal(three.taken, 1);
  });

  it('is taken from the second where the first has sent the head, and then nothing of a part that the other has', async () => {
    const three = await Three.make([2 * SEALED_CHUNK_BYTES], 40, (from, said) => from === 'x' && said.kind === 'data');
    await three.queue(three.x);
    await three.pass(6_000);
    await three.queue(three.pair.hub);
    await three.pass(30_000);
    assert.equal(three.taken, 1);
    assert.deepEqual(three.putOff, [], 'nothing was wrong with the first, whose connection goes on');
    await three.pass(6_000);
    assert.equal(three.x.items.settled.length, 1, 'who gave way waits again, and hears that it is held');
  });

  it('is taken from the second where the first does not say that anything has come, so that its answer cannot go', async () => {
    const three = await Three.make([], 40, (from, said) => from === 'x' && said.kind === 'reached');
    await three.queue(three.x);
    await three.pass(6_000);
    assert.equal(three.x.items.settled.length, 0);
    await three.queue(three.pair.hub);
    await three.pass(6_000);
    assert.deepEqual([three.taken, three.pair.hub.items.settled.length], [1, 1]);
  });

  it('is taken once where both bring it at the same time, and each has custody', async () => {
    const three = await Three.make([20 * SEALED_CHUNK_BYTES, 5_000], 70_000, () => false);
    await Promise.all([three.queue(three.x), three.queue(three.pair.hub)]);
    await three.pass(60_000);
    assert.deepEqual([three.taken, three.x.items.settled.length, three.pair.hub.items.settled.length], [1, 1, 1]);
    assert.deepEqual(three.pair.post.remarks.filter((remark) => remark.startsWith('item-not-taken')), []);
  });

  it('is left to the first where the second has made up a head: that is refused at once, and takes nothing from a line of 300 B/s', async () => {
    const three = await Three.make([SEALED_CHUNK_BYTES], 40, () => false);
    const { network, hub } = three.pair;
    network.setWeather('x', 'post', { ...QUIET, bytesPerSecond: 300 });
    await three.queue(three.x);
    await three.pass(30_000);
    network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      return from === 'hub' && said.kind === 'offer' ? frame.encode({ ...said, head: new Uint8Array(40).fill(9) }) : bytes;
    };
    await three.queue(hub);
    await three.pass(6_000);
    assert.deepEqual(hub.items.refusedCodes, ['header-forged']);
    await three.pass(1_200_000);
    assert.deepEqual([three.taken, three.x.items.settled.length], [1, 1]);
    assert.deepEqual(three.putOff, []);
  });

  it('is brought by turns where the first is slow and goes on: the second begins where that one was', async () => {
    const three = await Three.make([5 * SEALED_CHUNK_BYTES], 40, () => false);
    const { network, hub } = three.pair;
    network.setWeather('x', 'post', { ...QUIET, bytesPerSecond: 2_400 });
    await three.queue(three.x);
    await three.pass(100_000);
    const sent = new Map<string, number>();
    network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (said.kind === 'data') sent.set(from, (sent.get(from) ?? 0) + said.bytes.length);
      return bytes;
    };
    await three.queue(hub);
    await three.pass(50_000);
    assert.equal(sent.get('hub'), undefined);
    await three.pass(20_000);
    assert.deepEqual([three.taken, three.x.items.settled.length, hub.items.settled.length], [1, 1, 1]);
    assert.ok(sent.get('hub')! < 4 * SEALED_CHUNK_BYTES, `${sent.get('hub')} bytes came again`);
    assert.deepEqual(three.putOff, []);
  });

  it('takes no place of the second while it waits: what that one alone has is taken meanwhile', async () => {
    const three = await Three.make([], 40, () => false);
    const { pair: { network, hub, post }, pair, x } = three;
    network.setWeather('x', 'post', { ...QUIET, bytesPerSecond: 4_800 });
    const both = Array.from({ length: 60 }, (_, at) => pair.item(hub, `cả hai ${at}`, 'routine', [2 * SEALED_CHUNK_BYTES]));
    for (const one of both) x.items.items.set(hex(one.id), one);
    await pair.queue(x, 'post', ...both);
    await three.pass(20_000);
    const own = pair.item(hub, 'của mình', 'routine', [5_000]);
    await pair.queue(hub, 'post', ...both, own);
    await three.pass(5_000);
    assert.ok(post.items.accepted.includes(hex(own.id)));
    await three.pass(900_000);
    assert.deepEqual([new Set(post.items.accepted).size, x.items.settled.length, hub.items.settled.length], [61, 60, 61]);
    assert.deepEqual(three.putOff, []);
    assert.equal(post.items.accepted.length, 61);
  });

  it('comes over a line of 300 B/s, and a telegram beside it, while the second has its head and brings nothing', async () => {
    const three = await Three.make([], 40, () => false);
    const { pair, x } = three;
    pair.network.setWeather('x', 'post', { ...QUIET, bytesPerSecond: 300 });
    const routine = pair.item(pair.hub, 'thường', 'routine', [SEALED_CHUNK_BYTES + 5_000]);
    const flash = pair.item(pair.hub, 'hỏa tốc nữa', 'flash', [20_000]);
    for (const one of [routine, flash]) x.items.items.set(hex(one.id), one);
    await pair.queue(x, 'post', routine);
    await three.pass(30_000);
    pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'data' ? null : bytes);
    await pair.queue(pair.hub, 'post', routine);
    await three.pass(15_000);
    await pair.queue(x, 'post', flash);
    const seconds = async (one: Item): Promise<number> => {
      const began = pair.time.elapsedMs;
      await pair.time.run(began + 3_600_000, () => pair.post.items.accepted.includes(hex(one.id)));
      return (pair.time.elapsedMs - began) / 1_000;
    };
    const took = [await seconds(flash), await seconds(routine)];
    assert.ok(took[0]! < 200 && took[1]! < 1_200, `${took.join(' s, ')} s`);
    assert.deepEqual(three.putOff, []);
  });
});
