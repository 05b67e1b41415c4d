/** What no way leads on with is told: by the links of a station that runs, and by its folder. Source: docs/protocol/frames.md §Routes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import { carry, carryAll, type ChangingRow, dispatchAt, grown, rowForEachTest, waysOfRow } from '../../../test/fixtures/dispatch-station.ts';
import { HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';

let { org, clock, ways, hub, relay, post } = {} as ChangingRow;
rowForEachTest((row) => {
  ({ org, clock, ways, hub, relay, post } = row);
});

test('what a link that ended has cut off is told by precedence, where it lies, until it goes on', async () => {
  const sent = [await send(hub, org, { precedence: 'immediate' }), await send(hub, org), await send(hub, org, { header: { expires: clock.now() + HOUR_MS } })];
  await carry(hub, relay, await dispatchAt(hub));
  for (const { id } of sent.slice(1)) await carry(hub, relay, (await hub.queue()).find((one) => hex(one.id) === hex(id))!);
  const since = clock.now();
  assert.deepEqual(await relay.dispatch.stranded(), [], 'it has a way');
  await org.add([{ kind: 'end', body: { what: 'link', code: POST, other: RELAY, reason: 'left' } }]);
  ways[HUB] = { [RELAY]: RELAY };
  ways[RELAY] = { [HUB]: HUB };
  await grown(relay);
  assert.deepEqual(await relay.dispatch.stranded(), [{ station: POST, held: { routine: 2, priority: 0, immediate: 1, flash: 0 }, since }]);
  clock.at += 2 * HOUR_MS;
  assert.deepEqual((await relay.dispatch.stranded()).map(({ held }) => held.routine), [1], 'nobody waits for what has expired');
  await org.connect(POST, RELAY);
  Object.assign(ways, waysOfRow());
  assert.deepEqual(await relay.dispatch.stranded(), []);
  await grown(relay);
  await carryAll([hub, relay, post]);
  assert.deepEqual(await relay.dispatch.stranded(), []);
});
