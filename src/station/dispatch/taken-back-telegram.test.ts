/** A telegram to several offices, of which a part comes back. Source: docs/decisions/0159-what-has-no-other-way-is-given-back.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  carry, carryAll, type ChangingRow, dispatchAt, grown, offerOf, openStation, receiptsAt, rowForEachTest, type TestStation, waits,
} from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, HUB, POST, RELAY } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

const FAR = 'tram-xa';
const BEYOND = 'tram-bien';
const OFFICE = 'muong-leo';
const nothing = async (): Promise<void> => {};

let { org, clock, ways, hub, relay, post } = {} as ChangingRow;
rowForEachTest((row) => {
  ({ org, clock, ways, hub, relay, post } = row);
});

const open = (code: string): Promise<TestStation> => openStation(org, code, clock, { hops: () => ways[code]! });
const told = (id: Uint8Array): Promise<string[]> => receiptsAt(hub, CLERK, id);

test('of what goes together to a neighbour only what comes back is sent elsewhere', async () => {
  await org.addOffice('ba', POST);
  await org.addOfficeKey('ba', 'transport');
  const sent = await send(hub, org, { to: ['ba', OFFICE] });
  await carry(hub, relay, await dispatchAt(hub));
  // One of the two moves to where the hub alone leads.
  await org.addOffice('ba', HUB);
  await grown(relay, hub);
  assert.deepEqual(await waits(relay), [HUB, POST].toSorted());
  await carryAll([hub, relay, post]);
  assert.deepEqual((await told(sent.id)).filter((one) => one.startsWith('arrived')), ['arrived ba tram-tinh', 'arrived muong-leo tram-nui']);
});

test('of a telegram what comes back goes by itself to a neighbour that has passed on another part of it', async () => {
  for (const [code, name] of [[FAR, 'Trạm xa'], [BEYOND, 'Trạm biên']] as const) await org.addStation(code, name);
  for (const [code, other] of [[FAR, HUB], [BEYOND, FAR]] as const) await org.connect(code, other);
  await org.addOffice('huyen', BEYOND, 'Huyện');
  Object.assign(ways, {
    [HUB]: { [RELAY]: RELAY, [POST]: RELAY, [FAR]: FAR, [BEYOND]: FAR }, [FAR]: { [HUB]: HUB, [BEYOND]: BEYOND },
    [RELAY]: { [HUB]: HUB, [POST]: POST, [BEYOND]: HUB }, [POST]: { [HUB]: RELAY, [RELAY]: RELAY, [BEYOND]: BEYOND }, [BEYOND]: { [HUB]: POST },
  });
  const [far, beyond] = [await open(FAR), await open(BEYOND)];
  const sent = await send(hub, org, { to: [OFFICE, 'huyen'] });
  for (const item of (await hub.queue()).filter(({ kind }) => kind === 'dispatch')) await carry(hub, item.peer === RELAY ? relay : far, item);
  ways[FAR] = { [HUB]: HUB, [BEYOND]: HUB };
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY, [BEYOND]: RELAY };
  ways[RELAY] = { [HUB]: HUB, [POST]: POST, [BEYOND]: POST };
  await grown(far);
  await carry(far, hub, await dispatchAt(far));
  assert.equal((await carry(hub, relay, await dispatchAt(hub))).verdict, 'take');
  await carryAll([hub, relay, post, beyond]);
  assert.deepEqual((await told(sent.id)).filter((word) => word.startsWith('arrived')), ['arrived huyen tram-bien', 'arrived muong-leo tram-nui']);
});

test('what comes back of a telegram is taken while a part for another office is under way to whoever has said custody of it', async () => {
  await org.addStation(FAR, 'Trạm xa');
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY, [FAR]: FAR };
  await send(hub, org, { to: [OFFICE, 'ban-xa'] });
  await carry(hub, relay, (await hub.queue()).find(({ peer }) => peer === RELAY)!);
  ways[HUB] = { [RELAY]: RELAY, [POST]: FAR, [FAR]: RELAY };
  ways[RELAY] = { [HUB]: HUB, [POST]: HUB, [FAR]: POST };
  await grown(hub, relay);
  const joined = await dispatchAt(hub);
  const offered = await offerOf(hub, joined);
  assert.equal((await carry(relay, hub, await dispatchAt(relay))).verdict, 'take');
  assert.deepEqual(await waits(hub), [FAR, RELAY].toSorted());
  assert.equal((await relay.dispatch.traffic.examine(offered)).verdict, 'take');
});

test('what was offered to a neighbour that has ended bears the mark also where another part of it comes back first', async () => {
  await org.addStation(FAR, 'Trạm xa');
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY, [FAR]: FAR };
  await send(hub, org, { to: [OFFICE, 'ban-xa'] });
  await carry(hub, relay, (await hub.queue()).find(({ peer }) => peer === RELAY)!);
  const back = await offerOf(relay, await dispatchAt(relay));
  ways[HUB] = { [RELAY]: RELAY, [FAR]: RELAY };
  await grown(hub);
  await offerOf(hub, await dispatchAt(hub));
  await org.add([{ kind: 'end', body: { what: 'link', code: HUB, other: RELAY, reason: 'left' } }]);
  ways[HUB] = { [POST]: POST, [FAR]: POST };
  await hub.dispatch.traffic.accept({ ...back, from: FAR }, nothing);
  const marks = await hub.store.of<DispatchTables>().read((db) => db.selectFrom('dispatch_stanza').select(['office', 'again']).where('position', '>', 0).orderBy('office').execute());
  assert.deepEqual(marks, [{ office: 'ban-xa', again: 1 }, { office: OFFICE, again: 0 }]);
  await grown(hub);
  assert.deepEqual(await waits(hub), [POST]);
});

test('what a neighbour refused for good goes along with nothing that comes back', async () => {
  await org.addOffice('ba', POST);
  await org.addOfficeKey('ba', 'transport');
  await send(hub, org, { to: ['ba', OFFICE] });
  await carry(hub, relay, await dispatchAt(hub));
  const item = await dispatchAt(relay);
  const part = (await relay.dispatch.traffic.load({ ...item, offices: [OFFICE] }, POST))!;
  await relay.dispatch.traffic.refused({ ...item, offices: ['ba'] }, POST, 'not-entitled', nothing);
  ways[RELAY] = { [HUB]: HUB, [POST]: BEYOND };
  clock.at += 1_000;
  await relay.dispatch.traffic.accept({ kind: 'dispatch', id: item.id, sealing: 0, head: part.head, from: HUB, hops: 3 }, nothing);
  assert.deepEqual(await waits(relay), [BEYOND]);
});

test('what a neighbour took and has lost goes there again beside another part that it has not taken, and says that it may not be the first time', async () => {
  await org.addStation(FAR, 'Trạm xa');
  await org.addOffice('ban-xa', FAR);
  await org.addOfficeKey('ban-xa', 'transport');
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY, [FAR]: FAR };
  await send(hub, org, { to: [OFFICE, 'ban-xa'] });
  const item = (await hub.queue()).find(({ peer }) => peer === RELAY)!;
  await carry(hub, relay, item);
  ways[HUB] = { [RELAY]: RELAY, [POST]: RELAY, [FAR]: RELAY };
  await grown(hub);
  const offered = async (): Promise<unknown> => {
    const load = await hub.dispatch.traffic.load(item, RELAY);
    return load && [load.offices, load.again];
  };
  assert.deepEqual(await offered(), [['ban-xa'], false]);
  await hub.store.commit((tx) => hub.dispatch.traffic.lost(tx, item, RELAY));
  assert.deepEqual(await offered(), [['ban-xa'], false]);
  await carry(hub, relay, await dispatchAt(hub));
  assert.deepEqual(await offered(), [[OFFICE], true]);
  assert.deepEqual(await waits(hub), [RELAY]);
  await carry(hub, relay, await dispatchAt(hub));
  assert.deepEqual(await waits(hub), []);
});

test('what a neighbour has lost goes there again also for the office where it had arrived behind it: that one may have lost it too', async () => {
  await send(hub, org, { to: ['huyen', OFFICE] });
  const [item] = await hub.queue();
  await carryAll([hub, relay, post]);
  await hub.store.commit((tx) => hub.dispatch.traffic.lost(tx, item!, RELAY));
  const load = (await hub.dispatch.traffic.load(item!, RELAY))!;
  assert.deepEqual([load.offices!.toSorted(), load.again], [['huyen', OFFICE], true]);
});
