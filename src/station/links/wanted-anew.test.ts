/** Pieces that are wanted again while they are under way. Source: docs/protocol/frames.md §Resume. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { type Item, TestPair } from './testing.test.ts';

/** Two stations on a line whose speed changes all the time, as a radio's does, so that frames of data change their size. */
async function changingPair(onData: (said: Extract<Frame, { kind: 'data' }>, bytes: Uint8Array) => Uint8Array): Promise<TestPair> {
  const pair = await TestPair.make();
  const { faults } = pair.network;
  Object.assign(faults, { bytesPerSecond: 8_000, bufferBytes: 4_000, delayMsMin: 20, delayMsMax: 20 });
  let turn = 0;
  pair.network.tap = (from, _to, bytes) => {
    const said = frame.decode(bytes);
    if (from !== 'hub' || said.kind !== 'data') return bytes;
    turn += 1;
    faults.bytesPerSecond = [8_000, 6_100, 9_700, 7_300, 5_200][turn % 5]!;
    return onData(said, bytes);
  };
  await pair.time.run(10_000);
  return pair;
}

async function comesOnTheSameConnection(pair: TestPair, item: Item): Promise<void> {
  await pair.queue(pair.hub, 'post', item);
  await pair.time.run(pair.time.elapsedMs + 600_000, () => pair.post.items.accepted.length > 0);
  assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
  for (const [index, { root, size }] of item.parts.entries()) {
    assert.deepEqual(await pair.post.blobs.read(hex(root), 0, size), item.sealed[index]);
  }
  assert.deepEqual(pair.post.remarks.filter((remark) => remark.startsWith('link-down')), []);
}

describe('pieces wanted anew', () => {
  it('come to their end when another part of the item was forged', async () => {
    let forged = 0;
    const pair = await changingPair((said, bytes) => {
      if (said.piece !== 'chunks' || said.part !== 0 || said.offset < SEALED_CHUNK_BYTES * (1 + forged) || forged > 2) return bytes;
      forged += 1;
      said.bytes[0]! ^= 1;
      return frame.encode(said);
    });
    await comesOnTheSameConnection(pair, pair.item(pair.hub, 'hai tệp', 'routine', [4 * SEALED_CHUNK_BYTES, 5 * SEALED_CHUNK_BYTES, 1_000]));
    assert.equal(forged, 3);
  });

  it('come to their end when a part begun before a crash is taken up', async () => {
    const pair = await changingPair((_said, bytes) => bytes);
    const sizes = [3 * SEALED_CHUNK_BYTES, 4 * SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES + 500];
    const item = pair.item(pair.hub, 'ba tệp', 'routine', sizes);
    const staged = await pair.post.blobs.stage(hex(item.parts[1]!.root));
    await staged.append(item.sealed[1]!.subarray(0, SEALED_CHUNK_BYTES), 0);
    await staged.sync();
    await staged.close();
    await comesOnTheSameConnection(pair, item);
  });
});
