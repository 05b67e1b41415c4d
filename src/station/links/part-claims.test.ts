/** What brings a part holds it until the item that names it is taken, whatever becomes of the connection. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { partClaim } from '#station/kernel/claims.ts';
import { TestPair } from './testing.test.ts';

it('a connection that ends between the last part and the commit leaves the parts to the item until it is taken', async () => {
  const pair = await TestPair.make();
  const item = pair.item(pair.hub, 'đứt lúc nhận', 'routine', [5_000, 6_000]);
  const claims = item.parts.map(({ root }) => partClaim(hex(root)));
  const free = () => claims.map((name) => pair.post.claims.claimNow(name)).filter((release) => release !== null);
  const accept = pair.post.items.accept.bind(pair.post.items);
  const freeMeanwhile: number[] = [];
  pair.post.items.accept = async (...asked) => {
    void pair.post.links.stop();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    freeMeanwhile.push(free().length);
    return accept(...asked);
  };
  await pair.queue(pair.hub, 'post', item);
  await pair.time.run(20_000, () => pair.post.items.accepted.length > 0);
  await pair.time.run(pair.time.elapsedMs + 1_000);
  assert.deepEqual([freeMeanwhile, free().length], [[0], 2]);
});
