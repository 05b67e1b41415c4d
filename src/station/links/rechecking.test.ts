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

/** The hub has sent forty chunks of sixty when the post is started anew. @param most units that it has then @returns how many bytes of them were looked through, until now */
async function restarted(most: number): Promise<{ pair: TestPair; held: number; looked: () => number }> {
  const limits = { most: 1_000, perSecond: 0.01 };
  const pair = await TestPair.make(limits);
  const item = pair.item(pair.hub, 'tệp lớn', 'routine', [60 * SEALED_CHUNK_BYTES]);
  const name = hex(item.parts[0]!.root);
  pair.network.setWeather('hub', 'post', { ...QUIET, bytesPerSecond: 100_000 });
  await pair.queue(pair.hub, 'post', item);
  for (let at = 0; at < 60 && ((await pair.post.blobs.stagedSize(name)) ?? 0) < 40 * SEALED_CHUNK_BYTES; at++) await pair.time.run(pair.time.elapsedMs + 1_000);
  await pair.post.links.stop();
  limits.most = most;
  Object.assign(pair.post, await pair.open('post', pair.post.disk, pair.post.items, 2));
  const { blobs } = pair.post;
  let bytes = 0;
  const { readStaged } = blobs;
  blobs.readStaged = async (id, from, to) => {
    bytes += to - from;
    // As slow as a disk, so that connections end in between.
    await new Promise<void>((resolve) => pair.time.clock(0, () => true).after(100, resolve));
    return readStaged(id, from, to);
  };
  return { pair, held: (await blobs.stagedSize(name))!, looked: () => bytes };
}

it('what was looked through is not looked through again when the connection ended in between', async () => {
  const { pair, held, looked } = await restarted(1_000);
  for (let call = 0; call < 3; call++) {
    await pair.time.run(pair.time.elapsedMs + 2_500);
    pair.network.cut('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 500);
    pair.network.mend('hub', 'post');
  }
  await pair.time.run(pair.time.elapsedMs + 60_000, () => pair.post.items.accepted.length > 0);
  assert.equal(pair.post.items.accepted.length, 1);
  assert.ok(looked() >= held && looked() <= held + 3 * SEALED_CHUNK_BYTES, `${looked()} of ${held} bytes`);
});

it('looking through what was staged waits for the measure of whoever brings it', async () => {
  const { pair, looked } = await restarted(12);
  await pair.time.run(pair.time.elapsedMs + 60_000);
  // Of 12 units an offer has some; 16 chunks are four.
  assert.ok(looked() > 0 && looked() <= 32 * SEALED_CHUNK_BYTES, `${looked()} bytes`);
});
