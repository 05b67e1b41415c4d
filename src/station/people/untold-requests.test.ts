/** Which stations are remembered to have a request, however often it is vouched for, and that each of them is told once that it is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import { requestCodeOf } from '#model/device-requests.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto as provider } from '#platform/node/crypto.ts';
import { type DeviceRequest, deviceRequest, takingBack, voucher } from '#wire/invitation.ts';
import { newRequest, takingBackOf, voucherOf } from '../../../test/fixtures/device-requests.ts';
import { DeviceRequests } from './device-requests.ts';
import { filled, province, type Room } from './testing.test.ts';

type Carry = (to: string) => boolean;

/** A post where no registrar works. */
function postOf({ store, clock, people }: Room, practice: PracticeOrganisation, carry: Carry) {
  const shelf = new DeviceRequests({ store, clock, provider, station: 'muong-leo', carryRequest: async (_tx, to) => carry(to) }, () => people.view());
  const by = (device: string) => practice.devices.get(device)!;
  const codeOf = (request: DeviceRequest): string => requestCodeOf(provider, request);
  return {
    shelf,
    async leave(): Promise<DeviceRequest> {
      const request = await newRequest(people.view(), { person: 'khue', created: clock.now() });
      await shelf.leave(deviceRequest.encode(request));
      return request;
    },
    vouch: async (request: DeviceRequest, device = 'khue-may') =>
      shelf.vouch({ person: 'khue', device }, codeOf(request), voucher.encode(await voucherOf(by(device), request))),
    drop: async (request: DeviceRequest) =>
      shelf.drop({ person: 'khue', device: 'khue-may' }, codeOf(request), takingBack.encode(await takingBackOf(by('khue-may'), request))),
  };
}

async function registrarsAt(practice: PracticeOrganisation, stations: readonly string[]): Promise<void> {
  await practice.addPerson('dang-ky-mot', 'Đặng Ngọc Khuê');
  for (const station of stations) {
    await practice.addStation(`tram-${station}`);
    await practice.addOffice(`phong-${station}`, `tram-${station}`);
    await practice.addPosition(`giu-${station}`, `phong-${station}`);
    await practice.hold('dang-ky-mot', `giu-${station}`);
  }
}

test('who vouches again and again has no station forgotten that has the request', async () => {
  const practice = await province();
  await practice.addDevice('khue-ba', 'khue');
  await registrarsAt(practice, ['a', 'b', 'c', 'd']);
  const room = await filled(practice, 'muong-leo');
  const sent = new Set<string>();
  const post = postOf(room, practice, (to) => sent.add(to) !== null);
  const request = await post.leave();
  await post.vouch(request);
  await practice.addStation('tram-e');
  await practice.addOffice('phong-d', 'tram-e');
  const { point } = room.people.view();
  await room.people.receive({ from: point.size, entries: practice.entries.slice(point.size), checkpoint: await practice.checkpoint() });
  for (const device of ['khue-ba', 'khue-may', 'khue-ba']) {
    room.clock.advance(HOUR_MS);
    await post.vouch(request, device);
  }
  const had = [...sent].toSorted();
  assert.deepEqual(had, ['a', 'b', 'c', 'd', 'e'].map((one) => `tram-${one}`));
  sent.clear();
  await post.drop(request);
  assert.deepEqual([...sent].toSorted(), had);
});

/** Requests that were ended while no way led anywhere. */
async function untold(carry: Carry, count = 1) {
  const practice = await province();
  await practice.addPerson('dang-ky-mot', 'Đặng Ngọc Khuê');
  await practice.hold('dang-ky-mot', 'van-thu');
  let hasWay = true;
  const post = postOf(await filled(practice, 'muong-leo'), practice, (to) => hasWay && carry(to));
  const requests = [];
  for (let i = 0; i < count; i++) requests.push(await post.leave());
  for (const request of requests) await post.vouch(request);
  hasWay = false;
  for (const request of requests) await post.drop(request);
  hasWay = true;
  return post;
}

test('sweeps at once tell a station once', async () => {
  const sent: string[] = [];
  const { shelf } = await untold((to) => sent.push(to) > 0);
  sent.length = 0;
  await Promise.all([shelf.sweep(), shelf.sweep(), shelf.sweep()]);
  assert.deepEqual(sent, ['tram-tinh']);
});

test('a word that cannot be sent for a fault of ours keeps those after it from nobody, and the fault is said', async () => {
  let tried = -Infinity;
  let told = 0;
  const { shelf } = await untold(() => {
    tried += 1;
    if (tried === 1) throw new Error('this one');
    return ++told > 0;
  }, 3);
  [tried, told] = [0, 0];
  await assert.rejects(shelf.sweep(), /this one/);
  assert.deepEqual([tried, told], [3, 2]);
  await shelf.sweep();
  assert.deepEqual([tried, told], [4, 3], 'and is sent at the next sweep');
});
