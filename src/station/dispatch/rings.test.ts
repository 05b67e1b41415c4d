/** What goes round over other stations: refused for now while the way is as it was, taken where links have changed. Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import {
  arrivals, carry, carryAll, type ChangingRow, dispatchAt, grown, offerOf, openStation, receiptsAt, rowForEachTest, type TestStation,
} from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';

const FAR = 'tram-xa';
const BEYOND = 'tram-bien';

let { org, clock, ways, hub, relay, post } = {} as ChangingRow;
rowForEachTest((row) => {
  ({ org, clock, ways, hub, relay, post } = row);
});

const open = (code: string): Promise<TestStation> => openStation(org, code, clock, { hops: () => ways[code]! });
const told = (id: Uint8Array): Promise<string[]> => receiptsAt(hub, CLERK, id);

test('a third station that brings it while the way is as it was is refused for now: that goes round in a circle', async () => {
  await send(hub, org);
  const item = await dispatchAt(hub);
  await carry(hub, relay, item);
  const offered = await offerOf(relay, await dispatchAt(relay));
  assert.deepEqual(await hub.dispatch.traffic.examine({ ...offered, from: POST }), { verdict: 'refuse', code: 'no-route' });
});

test('what comes round over two others to a station that has another way by then goes that way', async () => {
  const [beyond, round] = ['tram-xa-hon', 'tram-vong'];
  for (const code of [beyond, round]) await org.addStation(code, code);
  ways[RELAY] = { [HUB]: HUB, [POST]: beyond };
  ways[beyond] = { [HUB]: RELAY, [POST]: POST };
  ways[round] = { [HUB]: RELAY, [POST]: RELAY };
  const [second, third] = [await open(beyond), await open(round)];
  const sent = await send(hub, org);
  await carry(hub, relay, await dispatchAt(hub));
  await carry(relay, second, await dispatchAt(relay));
  ways[RELAY] = { [HUB]: HUB, [POST]: POST };
  ways[beyond] = { [HUB]: round, [POST]: round };
  clock.at += 1_000;
  await grown(relay, second, third);
  await carryAll([hub, relay, second, third, post]);
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-nui'));
  assert.equal(await arrivals(post), 1);
});

/** From the hub over the relay to FAR; from the relay over BEYOND once, and back by the hub, whose way is as it was. */
async function roundByTheHub(): Promise<[beyond: TestStation, far: TestStation]> {
  for (const [code, name] of [[FAR, 'Trạm xa'], [BEYOND, 'Trạm biên']] as const) await org.addStation(code, name);
  for (const [code, other] of [[FAR, RELAY], [BEYOND, FAR], [BEYOND, HUB]] as const) await org.connect(code, other);
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  ways[HUB] = { [FAR]: RELAY, [RELAY]: RELAY, [BEYOND]: BEYOND };
  ways[RELAY] = { [FAR]: BEYOND, [HUB]: HUB, [BEYOND]: BEYOND };
  ways[BEYOND] = { [FAR]: FAR, [HUB]: HUB, [RELAY]: HUB };
  ways[FAR] = { [HUB]: RELAY, [RELAY]: RELAY };
  return [await open(BEYOND), await open(FAR)];
}

/** By the hub again: links ended, and others began again. */
async function linksAsBefore(beyond: TestStation): Promise<void> {
  ways[RELAY] = { [FAR]: FAR, [HUB]: HUB };
  ways[BEYOND] = { [FAR]: HUB, [HUB]: HUB };
  await grown(beyond);
}

test('a third station that brings what was away for long is no circle: links ended and began again; more than half of the hops are not used up for it', async () => {
  const [beyond, far] = await roundByTheHub();
  const sent = await send(hub, org, { to: ['ban-xa'] });
  await carry(hub, relay, await dispatchAt(hub));
  await carry(relay, beyond, await dispatchAt(relay));
  await linksAsBefore(beyond);
  assert.deepEqual(await carry(beyond, hub, await dispatchAt(beyond)), { verdict: 'refuse', code: 'no-route' });
  clock.at += 15 * MINUTE_MS;
  await grown(beyond);
  const offered = await offerOf(beyond, await dispatchAt(beyond));
  assert.deepEqual(await hub.dispatch.traffic.examine({ ...offered, hops: 5 }), { verdict: 'refuse', code: 'no-route' });
  await carryAll([hub, relay, post, beyond, far]);
  assert.ok((await told(sent.id)).includes('arrived ban-xa tram-xa'));
  assert.equal(await arrivals(far), 1);
});

test('a note that a third station brings after long goes on as well', async () => {
  const [beyond, far] = await roundByTheHub();
  await hub.dispatch.propose(FAR, [org.entries[3]!]);
  await carry(hub, relay, (await hub.queue())[0]!);
  await carry(relay, beyond, (await relay.queue())[0]!);
  await linksAsBefore(beyond);
  clock.at += 15 * MINUTE_MS;
  await carryAll([hub, relay, post, beyond, far]);
  assert.deepEqual(far.proposals, [[org.entries[3]!]]);
});

test('a note that goes round in a circle is taken back no more often than a dispatch: once a while', async () => {
  await hub.dispatch.propose(POST, [org.entries[3]!]);
  const [item] = await hub.queue();
  const offered = await offerOf(hub, item!);
  await hub.unqueue(item!, RELAY);
  clock.at += 15 * MINUTE_MS;
  const words: string[] = [];
  for (const hops of [1, 3, 5]) {
    const { verdict } = await hub.dispatch.traffic.examine({ ...offered, from: POST, hops });
    words.push(verdict);
    if (verdict === 'take') await hub.dispatch.traffic.accept({ ...offered, from: POST, hops }, async () => {});
    await hub.unqueue(item!, RELAY);
    clock.at += 1_000;
  }
  assert.deepEqual(words, ['take', 'refuse', 'refuse']);
});
