/** What an earlier process staged is looked through before anything is added to it. Source: docs/protocol/frames.md §Resume. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { QUIET } from '../../../test/sim/network.ts';
import { TestPair } from './testing.test.ts';

it('looking through what was staged ends with the connection, which waits for that, and cuts nothing off', async () => {
  const pair = await TestPair.make();
  const item = pair.item(pair.hub, 'tệp', 'routine', [8 * SEALED_CHUNK_BYTES]);
  const name = hex(item.parts[0]!.root);
  pair.network.setWeather('hub', 'post', { ...QUIET, bytesPerSecond: 20_000 });
  await pair.queue(pair.hub, 'post', item);
  let held = 0;
  for (let at = 0; at < 60 && held < 3 * SEALED_CHUNK_BYTES; at++) {
    await pair.time.run(pair.time.elapsedMs + 1_000);
    held = (await pair.post.blobs.stagedSize(name)) ?? 0;
  }
  await pair.post.links.stop();
  Object.assign(pair.post, await pair.open('post', pair.post.disk, pair.post.items, 2));
  held = (await pair.post.blobs.stagedSize(name))!;
  const may = Promise.withResolvers<void>();
  const { blobs } = pair.post;
  const readStaged = blobs.readStaged.bind(blobs);
  const order: string[] = [];
  let hasBegun = false;
  blobs.readStaged = async (...asked) => {
    hasBegun = true;
    await may.promise;
    order.push('read');
    await readStaged(...asked);
    // As if what lies there were wrong: whoever still goes on would cut it off.
    return null;
  };
  await pair.time.run(pair.time.elapsedMs + 60_000, () => hasBegun);
  const stopped = pair.post.links.stop().then(() => order.push('stopped'));
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  may.resolve();
  await stopped;
  assert.deepEqual(order, ['read', 'stopped']);
  assert.ok(held >= 3 * SEALED_CHUNK_BYTES);
  assert.equal(await blobs.stagedSize(name), held);
});
