/** For whom a neighbour is asked to wait, and that what anybody can make up takes no place of what was verified. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS } from '#core/clock.ts';
import type { RefusalCode, Refusal } from '#core/refusals.ts';
import { nodeCrypto as provider } from '#platform/node/crypto.ts';
import { manualClock } from '#station/kernel/testing.test.ts';
import { deviceRequest } from '#wire/invitation.ts';
import { newRequest, takingBackOf, voucherOf } from '../../../test/fixtures/device-requests.ts';
import { DeviceRequests } from './device-requests.ts';
import { EACH, EACH_PERSON, PATIENCE_MS, RequestPatience } from './request-patience.ts';
import { VOUCHED_EACH } from './request-places.ts';
import { filled, NOW, province } from './testing.test.ts';

const offered = (what: string, person: string | null = what) => ({ neighbour: 'tram-huyen', what, person });
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);
const UNHEARD = 'directory-unheard';

test('what nobody can judge and what has no place wait beside each other, and neither for longer than a day', () => {
  const clock = manualClock(NOW);
  const patience = new RequestPatience(clock);
  for (const name of names(EACH)) assert.ok(patience.mayWait(UNHEARD, offered(name)));
  assert.ok(!patience.mayWait(UNHEARD, offered('one-more')));
  assert.ok(patience.mayWait(UNHEARD, { ...offered('one-more'), neighbour: 'muong-leo' }));
  assert.ok(patience.mayWait('requests-full', offered('one-more')));
  clock.advance(PATIENCE_MS - 1);
  assert.ok(patience.mayWait(UNHEARD, offered('0')));
  assert.ok(!patience.mayWait(UNHEARD, offered('one-more')));
  clock.advance(1);
  assert.ok(patience.mayWait(UNHEARD, offered('one-more')), 'what has waited for a day takes no place');
  assert.ok(!patience.mayWait(UNHEARD, offered('0')), 'and is known, whatever came meanwhile');
});

test('what names one person, or persons whom nobody knows, takes a quarter of the places', () => {
  for (const person of ['khue', null]) {
    const patience = new RequestPatience(manualClock(NOW));
    for (const name of names(EACH_PERSON)) assert.ok(patience.mayWait(UNHEARD, offered(name, person)));
    assert.ok(!patience.mayWait(UNHEARD, offered('one-more', person)));
    assert.ok(patience.mayWait(UNHEARD, offered('one-more', 'anh')));
  }
});

test('what is over gives its place back', () => {
  const patience = new RequestPatience(manualClock(NOW));
  for (const name of names(EACH)) assert.ok(patience.mayWait(UNHEARD, offered(name)));
  patience.over(offered('0'));
  assert.ok(patience.mayWait(UNHEARD, offered('one-more')));
});

const practice = await province();
await practice.addPerson('dang-ky-mot', 'Đặng Ngọc Khuê');
await practice.hold('dang-ky-mot', 'van-thu');

async function hub() {
  const { store, clock, people } = await filled(practice);
  const shelf = new DeviceRequests({ store, clock, provider, station: 'tram-tinh', carryRequest: async () => true }, () => people.view());
  const by = (device: string) => practice.devices.get(device)!;
  const asks = (person: string) => newRequest(people.view(), { person, created: clock.now() });
  const bring = (request: Awaited<ReturnType<typeof asks>>): Promise<RefusalCode | null> =>
    shelf.bring([deviceRequest.encode(request)], 'tram-huyen').then(() => null, (error: Refusal) => error.code);
  /** As anybody makes it up, for a device that nobody has heard of. */
  const madeUp = async (person: string) => {
    const request = await asks(person);
    return { ...request, voucher: { ...(await voucherOf(by('la-may'), request)), device: 'khong-co' } };
  };
  const honest = async (person: string) => {
    const request = await asks(person);
    return { ...request, voucher: await voucherOf(by(`${person}-may`), request) };
  };
  return { clock, by, bring, madeUp, honest };
}

test('made-up requests behind a relay keep nothing that was verified from waiting for a place, then or a day later', async () => {
  const { clock, bring, madeUp, honest } = await hub();
  for (const person of ['la', 'khue', 'dang-ky-mot', 'anh']) {
    for (let i = 0; i < EACH_PERSON; i++) assert.equal(await bring(await madeUp(person)), 'directory-unheard');
  }
  assert.equal(await bring(await madeUp('la')), 'too-many-attempts');
  for (let i = 0; i < VOUCHED_EACH; i++) assert.equal(await bring(await honest('anh')), null);
  assert.equal(await bring(await honest('anh')), 'requests-full');
  clock.advance(DAY_MS);
  assert.equal(await bring(await honest('anh')), 'requests-full');
  assert.equal(await bring(await madeUp('la')), 'directory-unheard');
});

test('what was taken back or found wrong waits no more, and gives its place to another', async () => {
  const { clock, by, bring, honest } = await hub();
  for (let i = 0; i < VOUCHED_EACH; i++) assert.equal(await bring(await honest('anh')), null);
  const waiting = [];
  for (let i = 0; i < EACH_PERSON; i++) waiting.push(await honest('anh'));
  for (const one of waiting) assert.equal(await bring(one), 'requests-full');
  const more = await honest('anh');
  assert.equal(await bring(more), 'too-many-attempts');
  const { voucher: _, ...bare } = waiting[0]!;
  assert.equal(await bring({ ...bare, takenBack: await takingBackOf(by('anh-may'), bare) }), null);
  assert.equal(await bring(waiting[0]!), null, 'it is offered once more, and is over');
  assert.equal(await bring(more), 'requests-full');
  clock.advance(DAY_MS);
  assert.equal(await bring(waiting[1]!), 'too-many-attempts');
});
