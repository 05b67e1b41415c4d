/** Receipts that come home before the directory by which they are judged. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { peersOf } from '#model/directories.ts';
import type { DirectoryState } from '#model/directory.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { note as noteCodec, receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { until } from '../../../test/fixtures/until.ts';
import { openStation, type TestStation, turns } from '../../../test/fixtures/dispatch-station.ts';
import { setClock, type SetClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, requestOf, seal, send } from '../../../test/fixtures/submissions.ts';
import { accepted, agree, foundTwo, GUARD_CODE, type TwoOrganisations } from '../../../test/fixtures/two-organisations.ts';

const SENDER = { person: 'lo-van-hac' };

let two: TwoOrganisations;
let clock: SetClock;
let hub: TestStation;
/** What the guard has shown the hub. */
let ofGuard: DirectoryState;
let id: Uint8Array;

beforeEach(async () => {
  two = await foundTwo(true);
  await agree(two);
  ofGuard = await accepted(two.guard, two.province);
  clock = setClock();
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}) });
  ({ id } = await send(hub, two.province, { to: [{ organisation: two.guard.founded.organisation, office: 'don' }] }));
});

/** The guard's exchange station, or a relay of ours, brings receipts about it in one note. */
async function bring(...items: Uint8Array[]): Promise<void> {
  await bringBy(GUARD_CODE, items);
}

async function bringBy(bringer: string, items: Uint8Array[]): Promise<void> {
  const head = noteCodec.encode({
    version: 1, kind: 'receipts', organisation: two.guard.founded.organisation, from: 'tram-bo-doi', to: 'tram-tinh', created: clock.at, precedence: 'routine',
    hopLimit: 8, salt: nodeRandom.bytes(16), items, toOrganisation: two.province.founded.organisation,
  });
  await hub.dispatch.traffic.accept({ kind: 'note', id: nodeCrypto.hash.sha256(head), sealing: 0, head, from: bringer, hops: 0 }, async () => {});
}

const opened = (position: string, about: object = {}): Promise<Uint8Array> =>
  officeReceipt(two.guard, { code: 'tram-bo-doi', incarnation: new Uint8Array(16) } as TestStation, position, { dispatch: id, kind: 'opened', ...about });

async function counted(): Promise<number> {
  const { receipts } = await hub.dispatch.traces.trace(SENDER, hex(id));
  return receipts.length;
}

const eventsOf = async (wanted: string): Promise<number> => (await hub.events()).filter(({ kind }) => kind === wanted).length;
const refusals = async (): Promise<unknown[]> => (await hub.events()).filter(({ kind }) => kind === 'refused').map(({ facts }) => facts.code);

/** As after a directory has grown. */
async function judgeAgain(): Promise<void> {
  hub.dispatch.resume();
  await turns(20);
}

test('one by a seal that was not shown yet is kept, and counts when it is shown', async () => {
  await two.guard.addPosition('don-pho', 'don');
  const receipt = await opened('don-pho');
  await bring(receipt);
  await bring(receipt);
  assert.deepEqual([await counted(), await eventsOf('receipt-early'), await eventsOf('refused')], [0, 1, 0], 'kept once, however often it comes');
  await judgeAgain();
  assert.equal(await counted(), 0, 'nothing is known that was not');
  ofGuard = await accepted(two.guard, two.province);
  hub.dispatch.resume();
  await until(async () => (await counted()) === 1, 'it counts');
  await judgeAgain();
  assert.deepEqual([await eventsOf('receipt'), await eventsOf('refused')], [1, 0], 'once, and waits no more');
});

test('one that no growth will make right is forged at once', async () => {
  await bring(await officeReceipt(two.province, hub, 'van-phong-van-thu', { dispatch: id, kind: 'opened', office: { organisation: two.guard.founded.organisation, office: 'don' } }));
  assert.deepEqual([await eventsOf('receipt-early'), await refusals()], [0, ['receipt-forged']], 'our own seal speaks for no office of theirs');
});

test('of an office a few wait, not for ever, and of what was not sent from here none', async () => {
  await two.guard.addPosition('don-pho', 'don');
  await bring(await opened('don-pho', { dispatch: nodeRandom.bytes(32) }));
  assert.equal(await eventsOf('receipt-early'), 0);
  await bring(...await Promise.all(Array.from({ length: 20 }, (_, i) => opened('don-pho', { time: clock.at + i }))));
  assert.deepEqual([await eventsOf('receipt-early'), await refusals()], [16, ['receipt-not-kept']], 'nobody forged what finds no place');
  clock.at += 91 * DAY_MS;
  hub.dispatch.resume();
  await until(async () => (await eventsOf('refused')) === 17, 'none waits any more');
  ofGuard = await accepted(two.guard, two.province);
  await judgeAgain();
  assert.equal(await counted(), 0);
});

test('one relay that uses up its places takes nobody else\'s', async () => {
  await two.guard.addPosition('don-pho', 'don');
  const many = await Promise.all(Array.from({ length: 40 }, (_, i) => opened('don-pho', { kind: 'acted', time: clock.at + i })));
  await bringBy('tram-huyen', many);
  assert.equal(await eventsOf('receipt-early'), 16);
  await bring(await opened('don-pho'));
  assert.equal(await eventsOf('receipt-early'), 17);
  ofGuard = await accepted(two.guard, two.province);
  hub.dispatch.resume();
  await until(async () => (await hub.dispatch.traces.trace(SENDER, hex(id))).receipts.length >= 2, 'the honest word counts');
  const { receipts } = await hub.dispatch.traces.trace(SENDER, hex(id));
  assert.equal(receipts.length, 2, 'of one kind, office and station one counts');
});

test('one of a dispatch that a restored folder has forgotten counts when its device has it accepted again', async () => {
  const forgotten = seal(two.province, { to: [{ organisation: two.guard.founded.organisation, office: 'don' }] });
  id = forgotten.id;
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  await two.guard.addPosition('don-pho', 'don');
  await bring(await opened('don-van-thu'), await opened('don-pho', { kind: 'acted' }));
  assert.deepEqual([await eventsOf('receipt-early'), await eventsOf('refused')], [2, 0], 'kept, that of a known seal too');
  await judgeAgain();
  assert.equal(await eventsOf('refused'), 0, 'and goes on waiting');
  await hub.dispatch.acceptance.accept(SENDER, await requestOf(hub, forgotten));
  await until(async () => (await counted()) === 1, 'that of a known seal at once');
  ofGuard = await accepted(two.guard, two.province);
  hub.dispatch.resume();
  await until(async () => (await counted()) === 2, 'the other when the seal is shown');
  assert.equal(await eventsOf('refused'), 0);
});

/** About dispatches that never were, by a seal that nobody knows: it was signed once, and says this of each. */
async function bringMadeUp(about: readonly Uint8Array[]): Promise<void> {
  const signed = receiptCodec.decode(await opened('don-pho'));
  const said = receiptStatement.decode(signed.statement);
  const items = about.map((dispatch, n) => receiptCodec.encode({
    ...signed, statement: receiptStatement.encode({ ...said, dispatch, office: { ...said.office, office: `o${n}` } }),
  }));
  for (let at = 0; at < items.length; at += 32) await bring(...items.slice(at, at + 32));
}

test('what is about dispatches that a restored folder does not know costs nothing when a directory grows', async () => {
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  await two.guard.addPosition('don-pho', 'don');
  await bringMadeUp(Array.from({ length: 64 }, () => id));
  const [before, rounds] = [await eventsOf('receipt-early'), hub.commits()];
  assert.equal(before, 64);
  await judgeAgain();
  assert.equal(hub.commits() - rounds, 0, 'nothing of it is judged');
  clock.at += 91 * DAY_MS;
  hub.dispatch.resume();
  await until(async () => (await eventsOf('refused')) === 64, 'it waits no more');
  assert.equal(hub.commits() - rounds, 1, 'and all goes at once');
});

test('all words of all offices about a circular that was forgotten wait, and the honest relay is written down for none', async () => {
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  await two.guard.addPosition('don-pho', 'don');
  const signed = receiptCodec.decode(await opened('don-pho'));
  const said = receiptStatement.decode(signed.statement);
  const one = nodeRandom.bytes(32);
  const items = Array.from({ length: 86 }, (_, n) => (['opened', 'acted', 'handed-over'] as const).map((kind) => receiptCodec.encode({
    ...signed, statement: receiptStatement.encode({ ...said, kind, dispatch: one, office: { ...said.office, office: `o${n}` } }),
  }))).flat();
  for (let at = 0; at < items.length; at += 32) await bring(...items.slice(at, at + 32));
  assert.deepEqual([await eventsOf('receipt-early'), await eventsOf('refused')], [items.length, 0]);
});

test('what is made up through an honest relay takes no place of what is about a dispatch that is known', async () => {
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  ({ id } = await send(hub, two.province, { to: [{ organisation: two.guard.founded.organisation, office: 'don' }] }));
  await two.guard.addPosition('don-pho', 'don');
  const one = nodeRandom.bytes(32);
  await bringMadeUp(Array.from({ length: 288 }, () => one));
  assert.equal(await eventsOf('receipt-early'), 256, 'of one dispatch');
  await bringMadeUp(Array.from({ length: 800 }, () => nodeRandom.bytes(32)));
  assert.equal(await eventsOf('receipt-early'), 1_024, 'of all that are not known');
  await bring(await opened('don-pho'));
  assert.equal(await eventsOf('receipt-early'), 1_025);
  ofGuard = await accepted(two.guard, two.province);
  hub.dispatch.resume();
  await until(async () => (await counted()) === 1, 'the true word counts');
});

test('what waits about a forgotten dispatch and names no office of it goes when it is accepted again', async () => {
  const forgotten = seal(two.province, { to: [{ organisation: two.guard.founded.organisation, office: 'don' }] });
  id = forgotten.id;
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  await two.guard.addPosition('don-pho', 'don');
  await bringMadeUp([id, id]);
  await bring(await opened('don-pho'));
  await hub.dispatch.acceptance.accept(SENDER, await requestOf(hub, forgotten));
  await until(async () => (await eventsOf('refused')) === 2, 'they wait no more');
  ofGuard = await accepted(two.guard, two.province);
  hub.dispatch.resume();
  await until(async () => (await counted()) === 1, 'the true one does');
});

test('nothing of what nobody accepts again waits for ever', async () => {
  hub = await openStation(two.province, 'tram-tinh', clock, { peers: () => peersOf([ofGuard]), hops: () => ({}), restored: clock.at });
  await bring(await opened('don-van-thu', { dispatch: nodeRandom.bytes(32) }));
  assert.equal(await eventsOf('receipt-early'), 1);
  clock.at += 91 * DAY_MS;
  hub.dispatch.resume();
  await until(async () => (await eventsOf('refused')) === 1, 'it waits no more');
  assert.deepEqual(await refusals(), ['receipt-not-kept']);
  await bring(await opened('don-van-thu', { dispatch: nodeRandom.bytes(32) }));
  assert.equal(await eventsOf('receipt-early'), 1, 'and none is kept any more');
});
