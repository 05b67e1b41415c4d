/** The feed over real people of a real station: who is told what, from where a stream goes on, and when it ends. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fromUtf8, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { eventsIn } from '#client/events.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, DRAFTER, foundTestOrganisation, HUB, POST_CLERK, setClock, STRANGER } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, send } from '../../../test/fixtures/submissions.ts';
import type { FeedDeps } from './deps.ts';
import { Streams } from './streams.ts';

let org: PracticeOrganisation;
let hub: TestStation;
let streams: Streams;
let isStanding = true;
const stop = new AbortController();
/** Nobody here is a registrar. */
const NONE = { waiting: async () => null, onChange: () => () => {} };

before(async () => {
  org = await foundTestOrganisation();
  hub = await openStation(org, HUB, setClock());
  streams = new Streams({
    store: hub.store, ledger: hub.ledger, clock: nodeClock, audience: hub.dispatch.audience, stands: () => isStanding, checkpoints: { latest: async () => null }, provider: nodeCrypto,
    requests: NONE, proposals: NONE, links: { states: async () => [{ peer: 'post', state: 'up' }], onChange: () => () => {} }, limits: { beatMs: 50 },
  });
  await send(hub, org);
});
after(() => stop.abort());

/** Everything up to the first sign of life after the beginning. */
async function heard(person: string, from: number): Promise<LiveEvent[]> {
  const events: LiveEvent[] = [];
  let positions = 0;
  for await (const event of eventsIn(await streams.open({ person, device: `${person}-may` }, from, stop.signal))) {
    if (event.kind === 'position') positions += 1;
    else events.push(event);
    if (positions === 2) break;
  }
  return events;
}

test('the office that sent is told, by ids alone; others and strangers are not', async () => {
  for (const person of [CLERK, DRAFTER]) {
    const events = await heard(person, -1);
    assert.ok(events.some(({ kind }) => kind === 'accepted'), person);
    const dispatches = events.flatMap((event) => ('dispatch' in event ? [event.dispatch] : []));
    assert.ok(dispatches.every((id) => /^[0-9a-f]{64}$/.test(id!)));
  }
  for (const person of [STRANGER, POST_CLERK, 'nobody']) {
    const kinds = (await heard(person, -1)).map(({ kind }) => kind);
    assert.deepEqual(kinds.filter((kind) => kind !== 'link' && kind !== 'directory-grown'), [], person);
  }
});

test('a download is told to the office on whose machine it is, and not to the sender', async () => {
  const part = await makePart(1, 300);
  await hub.dispatch.parts.declare({ person: CLERK }, part.declaration);
  await hub.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
  const { id } = await send(hub, org, { to: ['phong-mot'], parts: [part.header] });
  const by = (person: string, office: string) => hub.dispatch.downloads.record({ person, device: `${person}-may` }, hex(id), office, [part.declaration.root]);
  await by(STRANGER, 'phong-mot');
  await by(CLERK, 'van-phong');
  const downloads = async (person: string) => (await heard(person, -1)).flatMap((event) => (event.kind === 'downloaded' ? [`${event.office} ${event.dispatch}`] : []));
  assert.deepEqual(await downloads(STRANGER), [`phong-mot ${hex(id)}`]);
  assert.deepEqual(await downloads(DRAFTER), [`van-phong ${hex(id)}`]);
  assert.deepEqual(await downloads(POST_CLERK), []);
});

test('a stream goes on after an index, and sees nothing twice', async () => {
  const all = (await heard(CLERK, -1)).flatMap((event) => ('index' in event ? [event.index] : []));
  const middle = all[Math.floor(all.length / 2)]!;
  const rest = (await heard(CLERK, middle)).flatMap((event) => ('index' in event ? [event.index] : []));
  assert.deepEqual(rest, all.filter((index) => index > middle));
  await assert.rejects(streams.open({ person: CLERK, device: 'x' }, 1_000_000, stop.signal), (error) => error instanceof Refusal && error.code === 'offset-differs');
});

test('what happens is told at once, and a session that has ended hears no more of it', async () => {
  const stream = eventsIn(await streams.open({ person: CLERK, device: 'clerk-may' }, null, stop.signal));
  await stream.next();
  await stream.next();
  const [next] = await Promise.all([told(stream, 'accepted'), send(hub, org)]);
  assert.equal(next.kind, 'accepted');
  isStanding = false;
  await send(hub, org);
  const rest: LiveEvent[] = [];
  for await (const event of stream) rest.push(event);
  isStanding = true;
  assert.deepEqual(rest.at(-1), { kind: 'end', code: 'session-expired' });
});

async function told(stream: AsyncGenerator<LiveEvent>, kind: string): Promise<LiveEvent> {
  for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }) if (event.kind === kind) return event;
  return assert.fail();
}

test('how links stand is asked when it has changed, and not with every commit', async () => {
  let [asked, state, change] = [0, 'up' as 'up' | 'down', () => {}];
  const own = new Streams({
    store: hub.store, ledger: hub.ledger, clock: nodeClock, audience: hub.dispatch.audience, stands: () => true, checkpoints: { latest: async () => null }, provider: nodeCrypto,
    requests: NONE, proposals: NONE, links: { states: async () => [(asked += 1, { peer: 'post', state })], onChange: (listener) => (change = listener, () => {}) },
  });
  const stream = eventsIn(await own.open({ person: CLERK, device: 'clerk-may' }, null, stop.signal));
  await told(stream, 'link');
  for (let turn = 0; turn < 5; turn++) await Promise.all([told(stream, 'accepted'), send(hub, org)]);
  assert.equal(asked, 1);
  state = 'down';
  change();
  assert.deepEqual(await told(stream, 'link'), { kind: 'link', peer: 'post', state: 'down' });
  await stream.return(undefined);
});

for (const kind of ['requests', 'proposals'] as const) test(`registrars are told of ${kind} how many wait, at the beginning and when others do; nobody else is`, async () => {
  let [waiting, change] = [['a/x'], () => {}];
  const source: FeedDeps['requests'] = { waiting: async ({ person }) => (person === CLERK ? waiting : null), onChange: (listener) => (change = listener, () => {}) };
  const own = new Streams({
    store: hub.store, ledger: hub.ledger, clock: nodeClock, audience: hub.dispatch.audience, stands: () => true, checkpoints: { latest: async () => null }, provider: nodeCrypto,
    requests: NONE, proposals: NONE, [kind]: source,
    links: { states: async () => [], onChange: () => () => {} }, limits: { beatMs: 50 },
  });
  const stream = eventsIn(await own.open({ person: CLERK, device: 'clerk-may' }, null, stop.signal));
  assert.deepEqual(await told(stream, kind), { kind, waiting: 1 });
  change();
  assert.equal((await stream.next()).value?.kind, 'position', 'the same again is no news');
  waiting = ['b/x'];
  change();
  assert.deepEqual(await told(stream, kind), { kind, waiting: 1 }, 'another one is');
  const other = eventsIn(await own.open({ person: DRAFTER, device: 'drafter-may' }, null, stop.signal));
  for (const turn of [1, 2]) assert.equal((await other.next()).value?.kind, 'position', `${turn}`);
  await Promise.all([stream.return(undefined), other.return(undefined)]);
});

test('a device has four streams at most, and gives each back', async () => {
  const caller = { person: CLERK, device: 'many' };
  const open = await Promise.all(Array.from({ length: 4 }, () => streams.open(caller, null, stop.signal)));
  for (const stream of open) assert.ok(fromUtf8((await stream.next()).value as Uint8Array)!.includes('position'));
  await assert.rejects(streams.open(caller, null, stop.signal), (error) => error instanceof Refusal && error.code === 'too-many-streams');
  await open[0]!.return(undefined);
  await (await streams.open(caller, null, stop.signal)).return(undefined);
});
