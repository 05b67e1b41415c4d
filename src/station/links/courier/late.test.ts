/** A stick whose item is under way on the line too. Source: docs/protocol/bundles.md §Reading; frames.md §Claims. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { frame } from '#wire/frames.ts';
import { newDisk } from '../../../../test/fixtures/disks.ts';
import { QUIET } from '../../../../test/sim/network.ts';
import { ItemsDouble, TestPair } from '../testing.test.ts';
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
  return { pair, ...(await readAtPost(pair, volume!)) };
}

async function readAtPost(pair: TestPair, volume: Uint8Array): Promise<{ end: ReadingEnd; seconds: number }> {
  const began = pair.time.elapsedMs;
  let isOver = false;
  const reading = read(pair.post, volume).finally(() => {
    isOver = true;
  });
  await pair.time.run(began + 3_600_000, () => isOver);
  return { end: await reading, seconds: (pair.time.elapsedMs - began) / 1_000 };
}

const slow = ({ network }: TestPair): void => network.setWeather('hub', 'post', { ...QUIET, bytesPerSecond: 1_200 });

it('brings it at once, whose turn it is on the line, which hears that it is held', async () => {
  const { pair, end, seconds } = await readMeanwhile(slow);
  assert.ok(seconds < 1, `${seconds} s`);
  assert.deepEqual([end.isRead, end.taken], [true, 1]);
  await pair.time.run(pair.time.elapsedMs + 60_000);
  assert.deepEqual([pair.post.items.accepted.length, pair.hub.items.settled.length], [1, 1]);
});

it('waits half a minute for who does not give way, and not that long for each of its data', async () => {
  const { pair, end, seconds } = await readMeanwhile((made) => {
    const [id] = made.hub.items.items.keys();
    made.post.claims.claimNow(`dispatch:${id}:0`);
    slow(made);
  });
  assert.ok(seconds < 40, `${seconds} s`);
  assert.deepEqual([end.isRead, end.unfinished, end.codes, pair.post.items.accepted], [false, 1, ['part-incomplete'], []]);
});

it('brings it though a neighbour that has its head brings none of it, and other things all the while', async () => {
  const pair = await TestPair.make();
  await pair.addNeighbour('post', 'x');
  const x = await pair.open('x', newDisk(), new ItemsDouble(), 3);
  pair.network.cut('hub', 'post');
  const flash = pair.item(pair.hub, 'hỏa tốc', 'flash', [5_000]);
  const other = pair.item(pair.hub, 'khác', 'routine', [10 * SEALED_CHUNK_BYTES]);
  x.items.items.set(hex(other.id), other);
  x.items.items.set(hex(flash.id), flash);
  await pair.queue(pair.hub, 'post', flash);
  const { volumes: [volume] } = await write(pair, pair.hub, { peer: 'post' });
  pair.network.setWeather('x', 'post', { ...QUIET, bytesPerSecond: 1_200 });
  pair.network.tap = (from, _to, bytes) => {
    const said = frame.decode(bytes);
    return from === 'x' && said.kind === 'data' && said.channel === 1 ? null : bytes;
  };
  await pair.queue(x, 'post', flash);
  await pair.time.run(pair.time.elapsedMs + 5_000);
  await pair.queue(x, 'post', other);
  await pair.time.run(pair.time.elapsedMs + 40_000);
  const { end } = await readAtPost(pair, volume!);
  assert.deepEqual([end.isRead, end.taken], [true, 1]);
  await pair.time.run(pair.time.elapsedMs + 1_200_000);
  assert.deepEqual([x.items.settled.length, new Set(pair.post.items.accepted).size], [2, 2]);
});

it('brings it where nothing comes of it on the line', async () => {
  const { pair, end } = await readMeanwhile(({ network }) => {
    network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'data' ? null : bytes);
  });
  assert.deepEqual([end.isRead, end.taken], [true, 1]);
  await pair.time.run(pair.time.elapsedMs + 60_000);
  assert.deepEqual([pair.post.items.accepted.length, pair.hub.items.settled.length], [1, 1]);
});
