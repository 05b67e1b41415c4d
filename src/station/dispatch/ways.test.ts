/** Ways that change while dispatches wait. Source: docs/protocol/frames.md §Routes. */
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { hex } from '#core/bytes.ts';
import type { DirectoryState } from '#model/directory.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import type { OfferedCopy, OfferedItem } from '../links/index.ts';
import { carry, carryAll, grown, type Hops, offerOf, openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { send } from '../../../test/fixtures/submissions.ts';
import type { DispatchTables } from './tables.ts';

let org: PracticeOrganisation;
let whole: DirectoryState;
let clock: SetClock;
let hops: Hops;
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
  hops = { [RELAY]: RELAY, [POST]: RELAY };
  hub = await openStation(org, HUB, clock, { hops: () => hops });
  relay = await openStation(org, RELAY, clock);
  post = await openStation(org, POST, clock);
});

async function waits(): Promise<string[]> {
  return (await hub.queue()).map(({ peer, id, precedence }) => `${hex(id).slice(0, 8)} ${peer} ${precedence}`).toSorted();
}

async function outcomes(id: Uint8Array): Promise<string[]> {
  const { receipts } = await hub.dispatch.traces.trace({ person: CLERK }, hex(id));
  return receipts.map(({ bytes }) => receiptStatement.decode(receiptCodec.decode(bytes).statement))
    .map(({ kind, office }) => `${kind} ${office.office}`).toSorted();
}

const short = ({ id }: { id: Uint8Array }): string => hex(id).slice(0, 8);
const endOfLink = () => org.add([{ kind: 'end', body: { what: 'link', code: RELAY, other: HUB, reason: 'left' } }]);

test('what waits goes the new way, each stanza its own, and arrives once', async () => {
  const sent = await send(hub, org, { to: ['huyen', 'muong-leo'], precedence: 'immediate' });
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} immediate`]);
  hops = { [RELAY]: RELAY, [POST]: POST };
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${POST} immediate`, `${short(sent)} ${RELAY} immediate`].toSorted());
  await carryAll([hub, relay, post]);
  assert.deepEqual(await outcomes(sent.id), ['arrived huyen', 'arrived muong-leo']);
  assert.equal((await post.kinds()).filter((kind) => kind === 'arrived').length, 1);
  assert.deepEqual(hub.faults, []);
});

test('with the last way gone it is kept, said, and sent when there is one again', async () => {
  const sent = await send(hub, org);
  hops = {};
  await endOfLink();
  await grown(hub);
  assert.deepEqual(await waits(), []);
  assert.deepEqual((await hub.dispatch.expiry.unknown()).map(({ office, refusal }) => [office, refusal]), [['muong-leo', 'no-route']]);
  hops = { [POST]: POST };
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${POST} routine`]);
  await carry(hub, post, (await hub.queue())[0]!);
  assert.deepEqual(await outcomes(sent.id), ['arrived muong-leo']);
});

test('a neighbour that stands keeps what it was to have where no other way is known', async () => {
  const sent = await send(hub, org);
  hops = {};
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} routine`]);
});

test('a note goes the new way too', async () => {
  await hub.dispatch.propose(POST, [org.entries[3]!]);
  hops = { [POST]: POST };
  await grown(hub);
  assert.deepEqual((await hub.queue()).map(({ kind, peer }) => [kind, peer]), [['note', POST]]);
});

test('a power cut in the middle neither loses nor doubles a copy', async () => {
  const sent = await send(hub, org);
  hops = { [POST]: POST };
  hub.disk.faults = { beforeCommit: () => hub.disk.crash() };
  await grown(hub);
  hub.disk.faults = {};
  hub = await openStation(org, HUB, clock, { disk: hub.disk, hops: () => hops });
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} routine`]);
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${POST} routine`]);
});

test('what has no way does not keep others from being tried again', async () => {
  const sent = await send(hub, org);
  const [item] = await hub.queue();
  await hub.dispatch.traffic.refused(item!, RELAY, 'office-unknown', async () => {});
  await hub.unqueue(item!, RELAY);
  const tables = hub.store.of<DispatchTables>();
  await tables.commit(async (tx) => {
    const stanza = (await tx.selectFrom('dispatch_stanza').selectAll().where('office', '=', 'muong-leo').executeTakeFirst())!;
    for (let i = 0; i < 600; i++) {
      const id = new Uint8Array(32);
      new DataView(id.buffer).setUint32(4, i);
      await tx.insertInto('dispatch_stanza').values({ ...stanza, id, office: 'khong-con' }).execute();
    }
  });
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} routine`]);
});

/** Both go to the relay, the second since the copy for the first was offered there. @returns that copy, and what was offered */
async function joined(sent: { readonly id: Uint8Array }): Promise<{ copy: OfferedCopy; offered: OfferedItem }> {
  const { kind, id, sealing } = (await hub.queue()).find(({ peer }) => peer === RELAY)!;
  const { head, offices, hops: passed } = (await hub.dispatch.traffic.load({ kind, id, sealing }, RELAY))!;
  hops = { [RELAY]: RELAY, [POST]: RELAY };
  await grown(hub);
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} routine`]);
  const copy = { kind, id, sealing, offices };
  assert.deepEqual((await hub.dispatch.traffic.load(copy, RELAY))!.head, head, 'what was offered is the same as before');
  await hub.unqueue(copy, RELAY);
  return { copy, offered: { kind, id, sealing, head, from: HUB, hops: passed } };
}

test('what an ended neighbour may have taken comes marked to where its office has moved since, on whatever way; what it was never offered, unmarked', async () => {
  for (const isOffered of [true, false]) {
    org.state = whole;
    [hub, relay, post] = [await openStation(org, HUB, clock, { hops: () => hops }), await openStation(org, RELAY, clock), await openStation(org, POST, clock)];
    hops = { [RELAY]: RELAY, [POST]: RELAY };
    await org.addOffice('muong-leo', RELAY);
    await send(hub, org);
    // The relay has it, and its answer is lost with the link.
    if (isOffered) await relay.dispatch.traffic.accept(await offerOf(hub, (await hub.queue())[0]!), async () => {});
    clock.at += 1_000;
    org.now = clock.now();
    await org.addOffice('muong-leo', POST);
    await endOfLink();
    hops = { [POST]: POST };
    await grown(hub);
    await carry(hub, post, (await hub.queue())[0]!);
    const marks = await post.store.of<DispatchTables>().read((db) => db.selectFrom('delivery').select('suspected').execute());
    assert.deepEqual(marks, [{ suspected: isOffered ? 1 : 0 }]);
  }
});

test('what joins a copy that was offered goes after it, and who took what it was offered forged nothing', async () => {
  hops = { [RELAY]: RELAY, [POST]: POST };
  const sent = await send(hub, org, { to: ['huyen', 'muong-leo'] });
  const { copy, offered } = await joined(sent);
  const receipts = await relay.dispatch.traffic.accept(offered, async () => {});
  assert.equal(await hub.dispatch.traffic.delivered(copy, RELAY, receipts, async () => {}), 1);
  assert.deepEqual([await outcomes(sent.id), await waits()], [['arrived huyen'], [`${short(sent)} ${RELAY} routine`]]);
  await carryAll([hub, relay, post]);
  assert.deepEqual(await outcomes(sent.id), ['arrived huyen', 'arrived muong-leo', 'custody muong-leo']);
  assert.ok(!(await hub.kinds()).includes('refused'));
});

test('what joins a copy that was offered is not refused with it', async () => {
  hops = { [RELAY]: RELAY, [POST]: POST };
  const sent = await send(hub, org, { to: ['huyen', 'muong-leo'] });
  const { copy } = await joined(sent);
  await hub.dispatch.traffic.refused(copy, RELAY, 'office-ended', async () => {});
  assert.deepEqual(await waits(), [`${short(sent)} ${RELAY} routine`]);
  const recipients = await hub.store.of<DispatchTables>().read((db) => db.selectFrom('outgoing_recipient').select(['office', 'refusal']).orderBy('office').execute());
  assert.deepEqual(recipients, [{ office: 'huyen', refusal: 'office-ended' }, { office: 'muong-leo', refusal: null }]);
});

test('what joins a copy that is on a stick goes after it too: nobody remembers for whom it was, and its receipts say so', async () => {
  hops = { [RELAY]: RELAY, [POST]: POST };
  const sent = await send(hub, org, { to: ['huyen', 'muong-leo'] });
  const { copy: { offices: _, ...copy }, offered } = await joined(sent);
  const receipts = await relay.dispatch.traffic.accept(offered, async () => {});
  await assert.rejects(hub.dispatch.traffic.delivered(copy, RELAY, [], async () => {}), { code: 'receipt-forged' });
  assert.equal(await hub.dispatch.traffic.delivered(copy, RELAY, receipts, async () => {}), 1);
  assert.deepEqual([await outcomes(sent.id), await waits()], [['arrived huyen'], [`${short(sent)} ${RELAY} routine`]]);
  await carryAll([hub, relay, post]);
  assert.deepEqual(await outcomes(sent.id), ['arrived huyen', 'arrived muong-leo', 'custody muong-leo']);
});
