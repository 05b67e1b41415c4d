/** Source: docs/protocol/bundles.md §Lost. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Item, TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';

it('takes nothing for arrived that was taken off its way unanswered, and no stick for overtaken by it', async () => {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  const { courier, outbox } = pair.hub.links;
  const state = async () => (await courier.list()).written.map((one) => [one.number, one.state, one.waiting, one.withdrawn, one.requeued]);
  const [still, first, second, third] = ['còn chờ', 'một', 'hai', 'ba'].map((text) => pair.item(pair.hub, text)) as [Item, Item, Item, Item];
  await pair.queue(pair.hub, 'post', still);
  await write(pair, pair.hub, { peer: 'post' });
  await pair.queue(pair.hub, 'post', first, second, third);
  const stick = await write(pair, pair.hub, { peer: 'post' });
  for (const item of [first, second, third]) await pair.hub.store.commit((tx) => outbox.withdraw(tx, item, 'post', true));
  assert.deepEqual(await state(), [[2, 'withdrawn', 0, 3, 0], [1, 'under-way', 1, 0, 0]]);
  await pair.queue(pair.hub, 'post', second);
  await pair.queue(pair.hub, 'elsewhere', third);
  assert.deepEqual((await state())[0], [2, 'withdrawn', 0, 3, 2]);
  await read(pair.post, stick.volumes[0]!);
  const next = await write(pair, pair.hub, { peer: 'post' });
  assert.deepEqual([next.record.items, next.record.repeated], [1, []], 'what was taken off is on no stick that is under way, and nothing was overtaken');
  await read(pair.post, next.volumes[0]!);
  await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
  assert.deepEqual(await state(), [[3, 'done', 0, 0, 0], [2, 'withdrawn', 0, 3, 1], [1, 'missing', 1, 0, 0]]);
});
