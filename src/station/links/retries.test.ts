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

  it('is put off for longer each time on a line on which offers are long under way, too', async () => {
    const pair = await TestPair.make();
    Object.assign(pair.network.faults, { delayMsMin: 1_500, delayMsMax: 1_500 });
    pair.post.disk.blobs.capacityBytes = 0;
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'vệ tinh', 'routine', [1_000]), pair.item(pair.hub, 'điện qua vệ tinh'));
    await pair.time.run(2 * HOUR_MS);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.ok(ups(pair.post) < 20, `${ups(pair.post)} connections in two hours`);
  });

  it('is forgotten when what was put off went another way', async () => {
    const pair = await TestPair.make();
    pair.post.disk.blobs.capacityBytes = 0;
    const item = pair.item(pair.hub, 'rút lại', 'routine', [1_000]);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(HOUR_MS);
    pair.hub.items.items.delete(hex(item.id));
    await pair.hub.store.commit((tx) => pair.hub.links.outbox.withdraw(tx, item, 'post', true));
    await pair.time.run(pair.time.elapsedMs + 660_000);
    assert.equal(await putOff(pair), undefined);
  });

  it('does not keep a FLASH waiting behind what was put off for long', async () => {
    const pair = await TestPair.make();
    pair.post.disk.blobs.capacityBytes = 0;
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thường', 'routine', [1_000]));
    await pair.time.run(HOUR_MS);
    // Just put off anew, for ten minutes.
    const before = ups(pair.post);
    await pair.time.run(pair.time.elapsedMs + 700_000, () => ups(pair.post) > before);
    await pair.time.run(pair.time.elapsedMs + 5_000);
    const flash = pair.item(pair.hub, 'hỏa tốc', 'flash', [1_000]);
    await pair.queue(pair.hub, 'post', flash);
    await pair.time.run(pair.time.elapsedMs + 5_000);
    assert.equal(pair.post.items.accepted.length, 0);
    pair.post.disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
    await pair.time.run(pair.time.elapsedMs + 35_000);
    assert.ok(pair.post.items.accepted.includes(hex(flash.id)));
  });

  it('comes within half a minute of there being room again, however long it was put off', async () => {
    const pair = await TestPair.make();
    pair.freeBytes.set('post', 0);
    pair.post.disk.blobs.capacityBytes = 0;
    const item = pair.item(pair.hub, 'dọn đĩa', 'routine', [1_000]);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(HOUR_MS);
    const before = ups(pair.post);
    await pair.time.run(pair.time.elapsedMs + 700_000, () => ups(pair.post) > before);
    await pair.time.run(pair.time.elapsedMs + 120_000);
    assert.equal(ups(pair.post), before + 1, 'nothing is offered anew while it is full');
    pair.freeBytes.delete('post');
    pair.post.disk.blobs.capacityBytes = Number.MAX_SAFE_INTEGER;
    await pair.time.run(pair.time.elapsedMs + 35_000);
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
