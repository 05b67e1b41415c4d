/** What a neighbour's refusal of a second copy says of the first, which it took. Source: docs/decisions/0154-what-was-offered-stays-as-it-was.md. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import type { DirectoryState } from '#model/directory.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { carry, carryAll, type Hops, openStation, type Queued, receiptsAt, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

const MIDDLE = 'tram-giua';
const nothing = async (): Promise<void> => {};

let org: PracticeOrganisation;
let whole: DirectoryState;
let clock: SetClock;
let hub: TestStation;
let relay: TestStation;

before(async () => {
  org = await foundTestOrganisation();
  await org.addStation(MIDDLE, 'Trạm giữa');
  whole = org.state;
});

beforeEach(async () => {
  org.state = whole;
  clock = setClock();
  relay = await openStation(org, RELAY, clock);
});

async function copyFor(from: TestStation, peer: string): Promise<Queued> {
  return (await from.queue()).find((item) => item.kind === 'dispatch' && item.peer === peer)!;
}

/** The relay has taken it for its own office; then the way of the other leads there too, and it refuses what it is offered for both. */
async function refuseSecond(from: TestStation, turnAround: () => void, code: string): Promise<void> {
  await carry(from, relay, await copyFor(from, RELAY));
  turnAround();
  from.dispatch.resume();
  await turns(50);
  await refuse(from, await copyFor(from, RELAY), code);
}

async function refuse(from: TestStation, item: Queued, code: string): Promise<void> {
  const { offices } = (await from.dispatch.traffic.load(item, item.peer))!;
  await from.dispatch.traffic.refused({ ...item, offices }, item.peer, code, nothing);
  await from.unqueue(item, item.peer);
}

const seen = (): Promise<{ office: string; refusal: string | null; outcome: string | null }[]> =>
  hub.store.of<DispatchTables>().read((db) => db.selectFrom('outgoing_recipient').select(['office', 'refusal', 'outcome']).orderBy('office').execute());

test('an origin sees it refused for the office that it is not there for, and no other', async () => {
  let ways: Hops = { [RELAY]: RELAY, [POST]: POST };
  hub = await openStation(org, HUB, clock, { hops: () => ways });
  await send(hub, org, { to: ['huyen', 'muong-leo'] });
  await refuseSecond(hub, () => (ways = { [RELAY]: RELAY, [POST]: RELAY }), 'no-route');
  assert.deepEqual(await seen(), [
    { office: 'huyen', refusal: null, outcome: 'arrived' }, { office: 'muong-leo', refusal: 'no-route', outcome: null },
  ]);
});

/** A station between the hub and the relay, with a way of its own to the post. */
async function overMiddle(): Promise<{ middle: TestStation; turnAround: () => void }> {
  let ways: Hops = { [HUB]: HUB, [RELAY]: RELAY, [POST]: POST };
  hub = await openStation(org, HUB, clock, { hops: () => ({ [MIDDLE]: MIDDLE, [RELAY]: MIDDLE, [POST]: MIDDLE }) });
  return { middle: await openStation(org, MIDDLE, clock, { hops: () => ways }), turnAround: () => (ways = { ...ways, [POST]: RELAY }) };
}

test('a relay drops what was refused, and not what its neighbour has', async () => {
  const { middle, turnAround } = await overMiddle();
  const { id } = await send(hub, org, { to: ['huyen', 'muong-leo'] });
  await carry(hub, middle, await copyFor(hub, MIDDLE));
  await refuseSecond(middle, turnAround, 'hop-limit-reached');
  await carryAll([hub, middle]);
  assert.deepEqual((await receiptsAt(hub, CLERK, id)).filter((one) => one.includes(' huyen ')), ['arrived huyen tram-huyen', 'custody huyen tram-giua']);
  assert.ok((await receiptsAt(hub, CLERK, id)).includes('dropped muong-leo tram-giua'));
});

test('what a neighbour lost, and refuses when it is brought anew, is dropped', async () => {
  const { middle } = await overMiddle();
  const { id } = await send(hub, org, { to: ['huyen'] });
  await carry(hub, middle, await copyFor(hub, MIDDLE));
  const copy = await copyFor(middle, RELAY);
  await carry(middle, relay, copy);
  await refuse(middle, copy, 'hop-limit-reached');
  await carryAll([hub, middle]);
  assert.deepEqual(await receiptsAt(hub, CLERK, id), ['arrived huyen tram-huyen', 'custody huyen tram-giua', 'dropped huyen tram-giua']);
});
