/** What joins an item that was offered already: a way has changed, or more of the same dispatch came. Source: docs/protocol/frames.md §Routes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { type Item, TestPair } from './testing.test.ts';

/** The hub's owner of items gives again what was offered, and queues what joined it when that is settled. */
function joins(pair: TestPair, offered: Item, whole: Item): void {
  const { items } = pair.hub;
  const isOffered = (offices: readonly string[] | undefined): boolean => offices?.length === offered.offices!.length;
  const [load, delivered] = [items.load.bind(items), items.delivered.bind(items)];
  items.load = async (copy) => (isOffered(copy.offices) ? offered : load(copy));
  items.delivered = async (copy, ...told) => {
    const count = await delivered(copy, ...told);
    if (isOffered(copy.offices)) await pair.queue(pair.hub, 'post', whole);
    return count;
  };
  items.items.set(hex(whole.id), whole);
}

describe('what joins an item that was offered', () => {
  it('goes after it under a number of its own, and the item goes as it was offered, before letters and on the same connection', async () => {
    const pair = await TestPair.make();
    Object.assign(pair.network.faults, { bytesPerSecond: 1_200, bufferBytes: 600, delayMsMin: 20, delayMsMax: 20 });
    const sent: Frame[] = [];
    pair.network.tap = (from, _to, bytes) => {
      if (from === 'hub') sent.push(frame.decode(bytes));
      return bytes;
    };
    await pair.time.run(20_000);
    const urgent: Item = { ...pair.item(pair.hub, 'thượng khẩn', 'priority', [], 4_000), offices: ['phong-xa'] };
    pair.hub.items.items.set(hex(urgent.id), urgent);
    const whole: Item = { ...urgent, head: Uint8Array.from([...urgent.head, ...new Uint8Array(500)]), offices: ['phong-xa', 'phong-huyen'] };
    const letters = Array.from({ length: 3 }, (_, index) => pair.item(pair.hub, `thư ${index}`, 'routine', [], 2_000));
    await pair.queue(pair.hub, 'post', urgent, ...letters);
    await pair.time.run(60_000, () => sent.some(({ kind }) => kind === 'offer'));
    joins(pair, urgent, whole);
    await pair.time.run(600_000, () => pair.hub.items.settled.length === 5);
    assert.equal(pair.hub.items.settled.length, 5);
    const numbers = sent.flatMap((said) => (said.kind === 'offer' && hex(said.id) === hex(urgent.id) ? [said.channel] : []));
    assert.deepEqual(numbers, [1, 5]);
    const data = sent.flatMap((said) => (said.kind === 'data' ? [said.channel] : []));
    const ofUrgent = data.filter((channel) => channel === 1);
    assert.ok(ofUrgent.length > 1);
    assert.deepEqual(data.slice(0, ofUrgent.length), ofUrgent, 'nothing of letters went before it was there');
    assert.equal(sent.filter(({ kind }) => kind === 'hello').length, 1);
  });

  it('is not refused with it where something else has settled that meanwhile, as a stick does', async () => {
    const pair = await TestPair.make();
    await pair.time.run(5_000);
    const item = pair.item(pair.hub, 'đã có bằng đường khác');
    const examined = Promise.withResolvers<void>();
    pair.post.items.examine = async () => {
      await examined.promise;
      return { verdict: 'refuse', code: 'no-route' };
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(10_000);
    assert.equal(await pair.hub.store.commit((tx) => pair.hub.links.outbox.withdraw(tx, item, 'post', true)), 'offered');
    examined.resolve();
    await pair.time.run(15_000);
    assert.equal((await pair.events(pair.post, 'refused')).length, 1);
    assert.deepEqual(pair.hub.items.refusedCodes, []);
  });
});
