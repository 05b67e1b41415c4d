/** What is put off, and until when. Source: docs/protocol/frames.md §Put off. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import { TestPair, type TestStation } from './testing.test.ts';

const ups = ({ remarks }: TestStation): number => remarks.filter((remark) => remark.startsWith('link-up')).length;

async function putOff(pair: TestPair): Promise<NonNullable<Awaited<ReturnType<TestStation['links']['states']>>[number]['retry']> | undefined> {
  return (await pair.post.links.states())[0]!.retry;
}

describe('what a full disk refuses', () => {
  it('is tried again after longer each time, which the link says, until it is taken', async () => {
    const pair = await TestPair.make();
    await pair.time.run(10_000);
    assert.equal(await putOff(pair), undefined);
    pair.post.disk.blobs.capacityBytes = 0;
    const item = pair.item(pair.hub, 'đĩa đầy', 'routine', [1_000]);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(2 * HOUR_MS);
    assert.ok(ups(pair.post) < 20, `${ups(pair.post)} connections in two hours`);
    const { code, times, at } = (await putOff(pair))!;
    assert.equal(code, 'disk-full');
    assert.ok(times > 10 && times < 20, `${times} times`);
    pair.post.disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
    const leftMs = at - pair.time.clock(0, () => true).now();
    assert.ok(leftMs > 0 && leftMs <= 600_000, `${leftMs} ms are left`);
    await pair.time.run(pair.time.elapsedMs + leftMs + 10_000);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
    assert.equal(await putOff(pair), undefined);
  });

  it('is tried again soon when the directory has grown', async () => {
    const pair = await TestPair.make();
    pair.post.disk.blobs.capacityBytes = 0;
    const item = pair.item(pair.hub, 'chờ danh bạ', 'routine', [1_000]);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(2 * HOUR_MS);
    pair.post.disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
    await pair.decide({ kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } });
    await pair.time.run(pair.time.elapsedMs + 60_000);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
  });
});
