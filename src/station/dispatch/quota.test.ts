/** What an office sends beyond its quota is refused early, whole and clearly; no other office notices. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { carryAll, openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, HUB, POST, RELAY, setClock, STRANGER } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, requestOf, seal, send, SERIES } from '../../../test/fixtures/submissions.ts';

let org: PracticeOrganisation;
let stations: TestStation[];

before(async () => {
  org = await foundTestOrganisation();
});

async function openWith(limits: { officeCopiesMax?: number; officeBytesMax?: number }): Promise<TestStation> {
  const clock = setClock();
  const hub = await openStation(org, HUB, clock, { limits: { reserveBytes: 0, ...limits } });
  stations = [hub, await openStation(org, RELAY, clock), await openStation(org, POST, clock)];
  return hub;
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof Refusal);
  return error;
}

test('copies: routine mail up to the quota, what is urgent a quarter beyond, and all again once some have gone', async () => {
  const hub = await openWith({ officeCopiesMax: 4 });
  for (let i = 0; i < 4; i++) await send(hub, org);
  const eventsBefore = (await hub.kinds()).filter((kind) => kind === 'accepted').length;
  const refusal = await refusalOf(send(hub, org));
  assert.deepEqual([refusal.code, refusal.detail], ['office-quota', { office: 'van-phong', copies: 4, most: 4, mebibytes: 1, mostMebibytes: 65_536 }]);
  assert.equal((await hub.kinds()).filter((kind) => kind === 'accepted').length, eventsBefore);
  for (const locale of ['vi', 'en'] as const) assert.match(refusalSentence(refusal.code, refusal.detail, locale), /van-phong.*4.*officeQuota/);
  await send(hub, org, { precedence: 'immediate' });
  assert.equal((await refusalOf(hub.dispatch.numbers.batch({ person: CLERK }, 'van-phong', SERIES, 1))).code, 'office-quota', 'no number for what would not be taken');
  await carryAll(stations);
  await send(hub, org);
});

test('what comes at the same moment fits too, however much of it is under way at once', async () => {
  const hub = await openWith({ officeCopiesMax: 4 });
  const requests = [];
  for (let i = 0; i < 12; i++) requests.push(await requestOf(hub, seal(org)));
  const outcomes = await Promise.allSettled(requests.map((request) => hub.dispatch.acceptance.accept({ person: CLERK }, request)));
  const codes = outcomes.map((one) => (one.status === 'fulfilled' ? 'accepted' : (one.reason as Refusal).code)).toSorted();
  assert.deepEqual(codes, [...Array(4).fill('accepted'), ...Array(8).fill('office-quota')]);
  assert.equal((await hub.queue()).length, 4);
  await carryAll(stations);
  const refused = requests.filter((_, i) => outcomes[i]!.status === 'rejected');
  for (const request of refused.slice(0, 4)) await hub.dispatch.acceptance.accept({ person: CLERK }, request);
});

test('what one office sent counts for no other', async () => {
  const hub = await openWith({ officeCopiesMax: 1 });
  await send(hub, org);
  await send(hub, org, { precedence: 'immediate' });
  const number = (office: string) => hub.dispatch.numbers.batch({ person: CLERK }, office, SERIES, 1);
  assert.equal((await refusalOf(number('van-phong'))).code, 'office-quota');
  const { count } = await hub.dispatch.numbers.batch({ person: STRANGER }, 'phong-mot', SERIES, 1);
  assert.equal(count, 1);
});

test('bytes: with its parts, and what is larger alone than the quota goes alone', async () => {
  const hub = await openWith({ officeBytesMax: 100_000 });
  const part = await makePart(3);
  await hub.dispatch.parts.declare({ person: CLERK }, part.declaration);
  await hub.dispatch.parts.append({ person: CLERK }, part.declaration.root, 0, inPieces(part.sealed));
  await send(hub, org, { parts: [part.header] });
  assert.equal((await refusalOf(send(hub, org))).code, 'office-quota');
  await carryAll(stations);
  await send(hub, org);
});
