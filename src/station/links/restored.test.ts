/** Neighbours that come back from copies, one after the other. Source: docs/protocol/frames.md §Restored; docs/decisions/0136. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { frame } from '#wire/frames.ts';
import { read, write } from './courier/carrying.test.ts';
import { MetNeighbours } from './met.ts';
import type { LinkTables } from './tables.ts';
import { type Item, TestPair, type TestStation } from './testing.test.ts';

/** The hub gave the post an item, and both have copies: the post's from before it, the hub's from after. */
async function given(): Promise<{ pair: TestPair; item: Item; restorePost: () => Promise<void>; restoreHub: () => Promise<void> }> {
  const pair = await TestPair.make();
  const item = pair.item(pair.hub, 'đã giao');
  await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'trước đó'));
  await pair.time.run(5_000);
  const post = await pair.copy(pair.post);
  await pair.queue(pair.hub, 'post', item);
  await pair.time.run(10_000);
  assert.equal(pair.post.items.accepted.length, 2);
  const hub = await pair.copy(pair.hub);
  const restorePost = async (): Promise<void> => {
    pair.post.items.accepted.length = 1;
    await pair.restore(pair.post, post);
  };
  return { pair, item, restorePost, restoreHub: () => pair.restore(pair.hub, hub) };
}

describe('two neighbours that are restored one after the other', () => {
  it('lose nothing that either holds, where the second had heard what the first misses', async () => {
    const { pair, item, restorePost, restoreHub } = await given();
    pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'offer' ? null : bytes);
    await restorePost();
    await pair.time.run(60_000);
    assert.equal((await pair.events(pair.hub, 'gap')).length, 1);
    pair.network.tap = (_from, _to, bytes) => bytes;
    await restoreHub();
    await pair.time.run(400_000);
    assert.deepEqual(pair.post.items.accepted.slice(1), [hex(item.id)]);
    assert.equal((await pair.hub.links.states())[0]!.state, 'up');
  });

  it('lose nothing that either holds, where they meet again only after both', async () => {
    const { pair, item, restorePost, restoreHub } = await given();
    pair.network.cut('hub', 'post');
    await restorePost();
    await restoreHub();
    pair.network.mend('hub', 'post');
    await pair.time.run(400_000);
    assert.deepEqual(pair.post.items.accepted.slice(1), [hex(item.id)]);
  });

  it('lose nothing that either holds, where the second is restored again from the same copy', async () => {
    const { pair, item, restorePost, restoreHub } = await given();
    pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'offer' ? null : bytes);
    await restorePost();
    await pair.time.run(60_000);
    for (const until of [200_000, 400_000]) {
      await restoreHub();
      await pair.time.run(until);
      assert.deepEqual((await pair.events(pair.hub, 'gap')).map(({ channel, count }) => [channel, count]), [[2, 1]]);
    }
    pair.network.tap = (_from, _to, bytes) => bytes;
    pair.network.cut('hub', 'post');
    pair.network.mend('hub', 'post');
    await pair.time.run(800_000);
    assert.deepEqual(pair.post.items.accepted.slice(1), [hex(item.id)]);
  });

  it('lose nothing that either holds, where only a courier goes between them', async () => {
    const { pair, item, restorePost, restoreHub } = await given();
    pair.network.cut('hub', 'post');
    await restorePost();
    await restoreHub();
    const carry = async (from: TestStation, to: TestStation): Promise<void> => void (await read(to, (await write(pair, from, { peer: to.station })).volumes[0]!));
    await carry(pair.hub, pair.post);
    await carry(pair.post, pair.hub);
    await carry(pair.hub, pair.post);
    assert.deepEqual(pair.post.items.accepted.slice(1), [hex(item.id)]);
    // It is known to have been read, and not written again.
    await carry(pair.post, pair.hub);
    await carry(pair.hub, pair.post);
    assert.equal((await pair.events(pair.hub, 'gap')).length, 1);
    assert.deepEqual(await kept(pair), [{ channel: 2, isHeard: true }]);
  });

  it('offer nothing again that neither lost', async () => {
    const { pair, restoreHub } = await given();
    await restoreHub();
    await pair.time.run(200_000);
    assert.deepEqual(await pair.events(pair.hub, 'gap'), []);
    assert.deepEqual(await kept(pair), [{ channel: 3, isHeard: true }]);
    assert.equal((await pair.events(pair.hub, 'sent')).length, 2);
  });
});

it('what was offered to an incarnation that has ended is offered to the next as what may have come; what only waited is not', async () => {
  const pair = await TestPair.make();
  await pair.time.run(5_000);
  const before = await pair.copy(pair.post);
  pair.network.tap = (from, _to, bytes) => (from === 'post' && frame.decode(bytes).kind === 'custody' ? null : bytes);
  const item = pair.item(pair.hub, 'đã nhận, chưa ai biết');
  await pair.queue(pair.hub, 'post', item);
  await pair.time.run(10_000);
  assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
  pair.network.cut('hub', 'post');
  pair.network.tap = (_from, _to, bytes) => bytes;
  await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'chưa đi đâu'));
  pair.post.items.accepted.length = 0;
  pair.post.items.offered.length = 0;
  await pair.restore(pair.post, before);
  pair.network.mend('hub', 'post');
  await pair.time.run(100_000);
  assert.deepEqual(pair.post.items.offered.map(({ id, again }) => [hex(id) === hex(item.id), again]), [[true, true], [false, false]]);
});

it('what lies on a stick that was written for an incarnation which has ended comes as what may have come', async () => {
  const pair = await TestPair.make();
  await pair.time.run(5_000);
  const before = await pair.copy(pair.post);
  pair.network.cut('hub', 'post');
  await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'đi thẻ, rồi đi dây'));
  const stick = (await write(pair, pair.hub, { peer: 'post' })).volumes[0]!;
  await read(pair.post, stick);
  assert.equal(pair.post.items.accepted.length, 1);
  pair.post.items.offered.length = 0;
  await pair.restore(pair.post, before);
  await read(pair.post, stick);
  assert.deepEqual(pair.post.items.offered.map(({ again }) => again), [true]);
});

it('a neighbour of whose new incarnation a stick told first is met on the line afterwards, though it has less than the one before', async () => {
  const pair = await TestPair.make();
  await pair.time.run(10_000);
  const copy = await pair.copy(pair.post);
  await pair.queue(pair.hub, 'post', ...[1, 2, 3, 4].map((number) => pair.item(pair.hub, `số ${number}`)));
  await pair.time.run(60_000);
  // The hub hears that all four are there.
  await pair.crash(pair.post);
  await pair.time.run(120_000);
  pair.network.cut('hub', 'post');
  await pair.restore(pair.post, copy);
  await pair.time.run(130_000);
  await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
  const after = pair.item(pair.hub, 'sau khi khôi phục');
  await pair.queue(pair.hub, 'post', after);
  pair.network.mend('hub', 'post');
  await pair.time.run(600_000);
  assert.equal((await pair.hub.links.states())[0]!.state, 'up');
  assert.ok(pair.post.items.accepted.includes(hex(after.id)));
});

it('a neighbour that was restored is taken to have of the directory what it says itself, and not what the one before it had', async () => {
  for (const isByLine of [false, true]) {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    const rows = pair.hub.store.of<LinkTables>();
    const known = async (): Promise<number> => (await rows.read((db) => db.selectFrom('link_courier').select('peer_directory').executeTakeFirstOrThrow())).peer_directory;
    const byStick = async (): Promise<unknown> => read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
    const copy = await pair.copy(pair.post);
    await byStick();
    const { size } = pair.view.point;
    assert.equal(await known(), size);
    // It had more than the copy has.
    await rows.commit((tx) => tx.updateTable('link_courier').set({ peer_directory: size + 90 }).execute());
    await byStick();
    assert.equal(await known(), size + 90, 'an old stick says nothing of what it has now');
    await pair.restore(pair.post, copy);
    if (isByLine) pair.network.mend('hub', 'post');
    await (isByLine ? pair.time.run(pair.time.elapsedMs + 120_000) : byStick());
    assert.equal(await known(), isByLine ? 0 : size);
  }
});

it('what a neighbour said to have of the directory when it was met is no word of the incarnation that follows', () => {
  const met = new MetNeighbours({ monotonicMs: () => 0 });
  const [one, other] = [1, 2].map((byte) => new Uint8Array(16).fill(byte)) as [Uint8Array, Uint8Array];
  met.heard('post', one, 100, 100);
  assert.deepEqual([met.sizeOf('post', one), met.sizeOf('post', other), met.sizeOf('post', null), met.sizeOf('xa', one)], [100, 0, 0, 0]);
});

/** What the post keeps of words about numbers that it misses of the hub's. */
async function kept(pair: TestPair): Promise<{ channel: number; isHeard: boolean }[]> {
  const rows = await pair.post.store.of<LinkTables>().read((db) => db.selectFrom('link_owed').selectAll().where('peer', '=', 'hub').where('kind', '=', 'service').execute());
  return rows.map(({ channel, heard_by }) => ({ channel, isHeard: heard_by !== null }));
}
