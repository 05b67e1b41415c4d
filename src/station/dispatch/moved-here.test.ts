/** An office moves to a station that holds dispatches for it on their way. Source: docs/protocol/directory.md §Offices that move. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { DAY_MS, MINUTE_MS } from '#core/clock.ts';
import { hex } from '#core/bytes.ts';
import type { DirectoryState } from '#model/directory.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { carry, carryAll, copyBlob, grown, offerOf, openRow, openStation, type Queued, receiptsAt, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

const OFFICE = 'muong-leo';
let org: PracticeOrganisation;
let whole: DirectoryState;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;
let post: TestStation;

before(async () => {
  org = await foundTestOrganisation();
  whole = org.state;
});

beforeEach(async () => {
  org.state = whole;
  clock = setClock();
  [hub, relay, post] = await openRow(org, clock);
});

const move = (station: string): Promise<void> => org.addOffice(OFFICE, station, 'Mường Lèo');

const told = (id: Uint8Array): Promise<string[]> => receiptsAt(hub, CLERK, id);

/** What came for the office there, with its state. */
async function inbox({ store }: TestStation): Promise<string[]> {
  const rows = await store.of<DispatchTables>().read((db) => db.selectFrom('delivery').select(['id', 'office', 'state']).execute());
  return rows.filter(({ office }) => office === OFFICE).map(({ id, state }) => `${hex(id)} ${state}`);
}

test('what waits at its origin arrives there, once, and nothing waits any more', async () => {
  const sent = await send(hub, org, { to: ['huyen', OFFICE] });
  await move(HUB);
  await grown(hub);
  assert.deepEqual(await inbox(hub), [`${hex(sent.id)} arrived`]);
  await carryAll([hub, relay, post]);
  await grown(hub, relay);
  assert.deepEqual(await told(sent.id), ['arrived huyen tram-huyen', 'arrived muong-leo tram-tinh']);
  assert.deepEqual(await hub.dispatch.expiry.unknown(), []);
  assert.deepEqual(hub.faults, []);
});

test('what waits at a relay arrives there, and the origin is told', async () => {
  const sent = await send(hub, org);
  await carry(hub, relay, (await hub.queue())[0]!);
  await turns(10);
  await move(RELAY);
  await grown(hub, relay);
  assert.deepEqual(await inbox(relay), [`${hex(sent.id)} arrived`]);
  await carryAll([hub, relay, post]);
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-huyen', 'custody muong-leo tram-huyen']);
  assert.equal((await relay.kinds()).filter((kind) => kind === 'arrived').length, 1);
  assert.deepEqual(relay.faults, []);
});

test('what was offered to the old home when it moved is refused there, and arrives where it is', async () => {
  const sent = await send(hub, org);
  await carry(hub, relay, (await hub.queue())[0]!);
  const [item] = (await relay.queue()).filter(({ kind }) => kind === 'dispatch');
  await move(RELAY);
  const verdict = await carry(relay, post, item!);
  assert.deepEqual(verdict, { verdict: 'refuse', code: 'no-route' });
  await turns(60);
  assert.deepEqual(await inbox(relay), [`${hex(sent.id)} arrived`]);
  await grown(relay);
  await carryAll([hub, relay, post]);
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-huyen', 'custody muong-leo tram-huyen']);
});

test('what had arrived at the old home before stays there, and nowhere else', async () => {
  const sent = await send(hub, org);
  await carryAll([hub, relay, post]);
  await move(RELAY);
  await grown(hub, relay, post);
  assert.deepEqual(await inbox(relay), []);
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
});

test('what is past its time by then is said to be', async () => {
  const sent = await send(hub, org, { header: { expires: clock.now() + DAY_MS } });
  clock.at += 2 * DAY_MS;
  org.now = clock.now();
  await move(HUB);
  await grown(hub);
  assert.deepEqual(await told(sent.id), ['expired muong-leo tram-tinh']);
});

test('a power cut in the middle neither loses nor doubles it', async () => {
  const sent = await send(hub, org);
  await move(HUB);
  hub.disk.faults = { beforeCommit: () => hub.disk.crash() };
  await grown(hub);
  hub.disk.faults = {};
  hub = await openStation(org, HUB, clock, { disk: hub.disk });
  assert.deepEqual(await inbox(hub), []);
  await grown(hub);
  await grown(hub);
  assert.deepEqual(await inbox(hub), [`${hex(sent.id)} arrived`]);
  assert.equal((await hub.kinds()).filter((kind) => kind === 'arrived').length, 1);
});

test('a new home whose clock is behind is believed, and what waited for it is not stuck', async () => {
  const sent = await send(hub, org);
  org.now = clock.now() + 90 * MINUTE_MS;
  await move(RELAY);
  await carry(hub, relay, (await hub.queue())[0]!);
  assert.deepEqual(await told(sent.id), ['arrived muong-leo tram-huyen']);
});

test('what the ended old home may have taken arrives marked as what may have come before; what it was never offered, unmarked', async () => {
  for (const { isTaken, isLate } of [{ isTaken: true, isLate: false }, { isTaken: false, isLate: false }, { isTaken: true, isLate: true }]) {
    org.state = whole;
    [hub, relay, post] = await openRow(org, clock);
    await send(hub, org, { header: { expires: clock.now() + DAY_MS } });
    await carry(hub, relay, (await hub.queue())[0]!);
    const [item] = (await relay.queue()).filter(({ kind }) => kind === 'dispatch');
    // Its answer is lost.
    if (isTaken) await takenBy(post, item!);
    // Whoever acted on it in time is told so of what says that it came too late.
    if (isLate) clock.at += 2 * DAY_MS;
    org.now = clock.now();
    await move(RELAY);
    await org.add([{ kind: 'end', body: { what: 'station', code: POST, reason: 'left' } }]);
    await grown(relay);
    const rows = await relay.store.of<DispatchTables>().read((db) => db.selectFrom('delivery').select(['state', 'suspected']).execute());
    assert.deepEqual(rows, [{ state: isLate ? 'expired' : 'arrived', suspected: isTaken ? 1 : 0 }]);
  }
});

async function takenBy(station: TestStation, item: Parameters<typeof offerOf>[1]): Promise<void> {
  const offered = await offerOf(relay, item);
  const verdict = await station.dispatch.traffic.examine(offered);
  if (verdict.verdict === 'take') for (const { root } of verdict.parts) await copyBlob(relay, station, hex(root));
  await station.dispatch.traffic.accept(offered, async () => {});
}

test('an old home that refuses, with whatever word, keeps nothing from the new one: at a relay and at the origin', async () => {
  const sent = await send(hub, org);
  await carry(hub, relay, (await hub.queue())[0]!);
  const [item] = (await relay.queue()).filter(({ kind }) => kind === 'dispatch');
  await move(RELAY);
  await relay.dispatch.traffic.refused(item!, POST, 'hop-limit-reached', async () => {});
  await relay.unqueue(item!, POST);
  await grown(relay);
  await carryAll([hub, relay]);
  assert.deepEqual(await inbox(relay), [`${hex(sent.id)} arrived`]);
  assert.ok((await told(sent.id)).includes('arrived muong-leo tram-huyen'));

  org.state = whole;
  const other = await send(hub, org);
  const [waiting] = await hub.queue();
  await move(HUB);
  await hub.dispatch.traffic.refused(waiting!, RELAY, 'not-entitled', async () => {});
  await hub.unqueue(waiting!, RELAY);
  await grown(hub);
  assert.deepEqual(await inbox(hub), [`${hex(other.id)} arrived`]);
});

test('what had arrived where its office lived, its custody unheard, does not arrive again with another part of it where the office has moved', async () => {
  let over = POST;
  hub = await openStation(org, HUB, clock, { hops: () => ({ [RELAY]: over, [POST]: RELAY }) });
  const sent = await send(hub, org, { to: ['huyen', OFFICE] });
  const copyTo = async (peer: string): Promise<Queued> => (await hub.queue()).find((item) => item.peer === peer)!;
  await relay.dispatch.traffic.accept(await offerOf(hub, await copyTo(RELAY)), async () => {});
  await carryAll([relay, post]);
  await move(RELAY);
  over = RELAY;
  await grown(hub, relay);
  assert.equal((await carry(hub, relay, await copyTo(RELAY))).verdict, 'take');
  await carryAll([hub, relay, post]);
  assert.deepEqual([await inbox(post), await inbox(relay)], [[`${hex(sent.id)} arrived`], []]);
  assert.deepEqual(await told(sent.id), ['arrived huyen tram-huyen', 'arrived muong-leo tram-nui', 'custody muong-leo tram-huyen']);
});
