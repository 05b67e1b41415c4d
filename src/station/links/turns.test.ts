/** Source: docs/protocol/frames.md §Order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { LIMITS } from '#wire/limits.ts';
import { TestPair } from './testing.test.ts';
import { nextOf, Turn } from './turns.ts';

const CHUNK = SEALED_CHUNK_BYTES;

describe('turns', () => {
  it('let heads go first as they were offered, then whoever had fewest turns', () => {
    const of = (name: string, isHead: boolean, turns: number) => {
      const turn = new Turn();
      turn.join(turns);
      return { name, isHead, turn };
    };
    const all = [of('large', false, 7), of('late', false, 3), of('later', false, 3), of('head', true, 9), of('next head', true, 0)];
    const order: string[] = [];
    for (let next = nextOf(all); next !== null; next = nextOf(all)) {
      order.push(next.name);
      all.splice(all.indexOf(next), 1);
    }
    assert.deepEqual(order, ['head', 'next head', 'late', 'later', 'large']);
  });

  it('are a chunk each', () => {
    const turn = new Turn();
    turn.sent(LIMITS.chunkSealedBytes - 1);
    assert.equal(turn.turns, 0);
    turn.sent(1);
    assert.equal(turn.turns, 1);
    turn.join(0);
    assert.equal(turn.turns, 1, 'nobody is set back');
  });

  it('bring routine letters past a large routine file, in their order, and the file to its end', async () => {
    const pair = await TestPair.make();
    Object.assign(pair.network.faults, { bytesPerSecond: 32_000, bufferBytes: 4_000_000, delayMsMin: 20, delayMsMax: 20 });
    const file = pair.item(pair.hub, 'phim', 'routine', [40 * CHUNK]);
    await pair.queue(pair.hub, 'post', file);
    await pair.time.run(600_000, () => pair.hub.remarks.length > 0 && pair.time.elapsedMs > 10_000);
    const letters = [20_000, 40, 9_000, 20_000].map((headSize, index) => pair.item(pair.hub, `thư ${index}`, 'routine', index === 2 ? [CHUNK] : [300], headSize));
    const queuedAt = pair.time.elapsedMs;
    await pair.queue(pair.hub, 'post', ...letters);
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length === letters.length);
    // Their 120 kB, as much again for the file's turns between them, and the way.
    assert.ok(pair.time.elapsedMs - queuedAt < 20_000, `${pair.time.elapsedMs - queuedAt} ms`);
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length > letters.length);
    assert.equal(pair.post.items.accepted.at(-1), hex(file.id));
  });

  it('keep the order of acceptance where no part is larger than a chunk', async () => {
    const pair = await TestPair.make();
    Object.assign(pair.network.faults, { bytesPerSecond: 250_000, bufferBytes: 4_000_000, delayMsMin: 30, delayMsMax: 30 });
    const letters = Array.from({ length: 60 }, (_, index) =>
      pair.item(pair.hub, `công điện ${index}`, 'routine', index % 7 === 0 ? [CHUNK - index] : [], index % 2 === 0 ? 20_000 : 40));
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', ...letters);
    pair.network.mend('hub', 'post');
    await pair.time.run(3_600_000, () => pair.post.items.accepted.length === letters.length);
    const without = letters.filter(({ parts }) => parts.length === 0).map(({ id }) => hex(id));
    assert.deepEqual(pair.post.items.accepted.filter((id) => without.includes(id)), without);
    const withParts = letters.filter(({ parts }) => parts.length > 0).map(({ id }) => hex(id));
    assert.deepEqual(pair.post.items.accepted.filter((id) => withParts.includes(id)), withParts);
  });
});
