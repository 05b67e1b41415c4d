/** A stick whose item is under way on the line too. Source: docs/protocol/bundles.md §Reading; frames.md §Claims. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { frame } from '#wire/frames.ts';
import { QUIET } from '../../../../test/sim/network.ts';
import { TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';
import type { ReadingEnd } from './courier.ts';

/** The post reads a stick with an item that the hub is sending it. @returns what came of it, and after how many seconds */
async function readMeanwhile(line: (pair: TestPair) => void): Promise<{ pair: TestPair; end: ReadingEnd; seconds: number }> {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'tệp', 'routine', [15 * SEALED_CHUNK_BYTES]));
  const { volumes: [volume] } = await write(pair, pair.hub, { peer: 'post' });
  line(pair);
  pair.network.mend('hub', 'post');
  await pair.time.run(120_000);
  const began = pair.time.elapsedMs;
  let isOver = false;
  const reading = read(pair.post, volume!).finally(() => {
    isOver = true;
  });
  await pair.time.run(began + 3_600_000, () => isOver);
  return { pair, end: await reading, seconds: (pair.time.elapsedMs - began) / 1_000 };
}

it('waits for it half a minute, and not that long for each of its data', async () => {
  const { pair, end, seconds } = await readMeanwhile(({ network }) => network.setWeather('hub', 'post', { ...QUIET, bytesPerSecond: 1_200 }));
  assert.ok(seconds < 40, `${seconds} s`);
  assert.deepEqual([end.isRead, end.unfinished, end.codes], [false, 1, ['part-incomplete']]);
  await pair.time.run(pair.time.elapsedMs + 1_200_000);
  assert.equal(pair.post.items.accepted.length, 1);
});

it('brings it where nothing comes of it on the line', async () => {
  const { pair, end } = await readMeanwhile(({ network }) => {
    network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'data' ? null : bytes);
  });
  assert.deepEqual([end.isRead, end.taken], [true, 1]);
  await pair.time.run(pair.time.elapsedMs + 60_000);
  assert.deepEqual([pair.post.items.accepted.length, pair.hub.items.settled.length], [1, 1]);
});
