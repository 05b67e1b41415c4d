/** How long a link says that its neighbour has no room. Source: docs/protocol/frames.md §No room. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { read, write } from './courier/carrying.test.ts';
import { Crowded } from './crowded.ts';
import { type Item, TestPair } from './testing.test.ts';

async function noRoomSince(pair: TestPair): Promise<number | undefined> {
  return (await pair.hub.links.states())[0]!.noRoomSince;
}

/** A pair whose receiver has said that it has no room for an item. */
async function crowded(): Promise<{ pair: TestPair; map: Item }> {
  const pair = await TestPair.make();
  pair.post.items.isFull = true;
  const map = pair.item(pair.hub, 'bản đồ', 'routine', [1_000]);
  await pair.queue(pair.hub, 'post', map);
  await pair.time.run(120_000);
  assert.notEqual(await noRoomSince(pair), undefined);
  return { pair, map };
}

/** For good: its owner does not give it again, whoever misses its number. */
function withdraw({ hub }: TestPair, item: Item): Promise<unknown> {
  hub.items.items.delete(hex(item.id));
  return hub.store.commit((tx) => hub.links.outbox.withdraw(tx, item, 'post', true));
}

describe('a neighbour without room', () => {
  it('is not spoken of when nothing waits for it any more, although it is not met again', async () => {
    const { pair, map } = await crowded();
    pair.network.cut('hub', 'post');
    await withdraw(pair, map);
    assert.equal(await noRoomSince(pair), undefined);
  });

  it('is forgotten when a new connection comes to rest and nothing found no room', async () => {
    const { pair, map } = await crowded();
    await withdraw(pair, map);
    await pair.time.run(pair.time.elapsedMs + 660_000);
    assert.ok(pair.hub.remarks.some((remark) => remark.startsWith('room-again-there')));
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thư sau'));
    assert.equal(await noRoomSince(pair), undefined);
  });

  it('is forgotten when all that found no room came by courier', async () => {
    const { pair } = await crowded();
    pair.network.cut('hub', 'post');
    pair.post.items.isFull = false;
    const there = await write(pair, pair.hub, { peer: 'post' });
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thư sau'));
    for (const volume of there.volumes) await read(pair.post, volume);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.notEqual(await noRoomSince(pair), undefined);
    const back = await write(pair, pair.post, { peer: 'hub' });
    for (const volume of back.volumes) await read(pair.hub, volume);
    assert.equal(await noRoomSince(pair), undefined);
  });

  it('has had none since it said so first, whatever small it takes on later connections', async () => {
    const { pair } = await crowded();
    const since = await noRoomSince(pair);
    for (let index = 0; index < 5; index++) {
      await pair.queue(pair.hub, 'post', pair.item(pair.hub, `điện ${index}`, 'flash'));
      pair.network.cut('hub', 'post');
      pair.network.mend('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 120_000);
    }
    assert.equal(pair.post.items.accepted.length, 5);
    assert.equal(await noRoomSince(pair), since);
    assert.equal((await pair.events(pair.hub, 'no-room')).length, 1);
  });

  it('is new once a connection, however often it says so and takes the item after all', () => {
    const neighbours = new Crowded();
    const say = (channel: number): boolean => {
      const isNew = neighbours.said('x', channel, channel);
      assert.deepEqual([neighbours.since('x'), neighbours.settled('x', channel)], [channel, true]);
      return isNew;
    };
    assert.deepEqual([1, 2, 3].map(say), [true, false, false]);
    neighbours.metAgain('x');
    assert.deepEqual([4, 5].map(say), [true, false]);
  });
});
