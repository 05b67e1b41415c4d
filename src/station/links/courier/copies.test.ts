/** Where else than here a copy lies that waits for a neighbour. Source: docs/protocol/bundles.md §Lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import { type Item, TestPair } from '../testing.test.ts';
import { read, write } from './carrying.test.ts';

test('it is known of each copy that waits on which stick it lies, under way or perhaps lost, until custody is home', async () => {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  const [one, two, other] = [pair.item(pair.hub, 'một'), pair.item(pair.hub, 'hai'), pair.item(pair.hub, 'ba')];
  const sticks = async (item: Item): Promise<unknown[]> => (await pair.hub.links.waiting(item.id)).map(({ bundle }) => (bundle === undefined ? null : [bundle.number, bundle.state]));
  await pair.queue(pair.hub, 'post', one);
  const first = await write(pair, pair.hub, { peer: 'post' });
  await pair.queue(pair.hub, 'post', two, other);
  assert.deepEqual([await sticks(one), await sticks(two)], [[[1, 'under-way']], [null]]);
  assert.equal((await pair.hub.links.waiting(one.id))[0]!.bundle!.written, first.record.written);
  const second = await write(pair, pair.hub, { peer: 'post' });
  assert.deepEqual([await sticks(one), await sticks(two)], [[[1, 'under-way']], [[2, 'under-way']]]);
  // The second arrives before the first, which is perhaps lost then.
  await read(pair.post, second.volumes[0]!);
  await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
  assert.deepEqual([await sticks(one), await sticks(two)], [[[1, 'missing']], []]);
  await write(pair, pair.hub, { peer: 'post' });
  assert.deepEqual(await sticks(one), [[3, 'under-way']], 'what was lost lies on the next');
  await pair.time.run(pair.time.elapsedMs + 8 * DAY_MS);
  assert.deepEqual(await sticks(one), [[3, 'missing']], 'nobody is under way so long');
});
