/** The shelf of device requests: who may leave what, what a stranger can fill, what an ended device takes with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, MINUTE_MS } from '#core/clock.ts';
import { readDeviceRequest, requestCodeOf } from '#model/device-requests.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { deviceRequest, type DeviceRequest, takingBack, voucher } from '#wire/invitation.ts';
import { newRequest, takingBackOf, voucherOf } from '../../../test/fixtures/device-requests.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { DeviceRequests, LEAVING, LEFT_MS, VOUCHING } from './device-requests.ts';
import { ENDED_EACH } from './ended-requests.ts';
import { BROUGHT_EACH, PLACES, PLACES_EACH, VOUCHED_EACH, VOUCHED_MS } from './request-places.ts';
import type { PeopleTables } from './store.ts';
import { farShelf, filled, NOW, open, province, refuses, type Room } from './testing.test.ts';

const practice = await province();
await practice.addPerson('dang-ky-mot', 'Đặng Ngọc Khuê');
await practice.hold('dang-ky-mot', 'van-thu');
await practice.addPosition('tram-truong', 'don-bien-phong');
const REGISTRAR = { person: 'dang-ky-mot', device: 'dang-ky-mot-may' };
const callerOf = (person: string) => ({ person, device: `${person}-may` });

/** What the shelf asks of cryptography, counted. */
let verified = 0;
const provider = { ...nodeCrypto, signatures: { ...nodeCrypto.signatures, verify: (...given: Parameters<typeof nodeCrypto.signatures.verify>) => { verified++; return nodeCrypto.signatures.verify(...given); } } };

function shelfOf({ store, clock, people }: Room): DeviceRequests {
  return new DeviceRequests({ store, clock, provider, station: 'tram-tinh', carryRequest: async () => assert.fail('a registrar works here') }, () => people.view());
}

const encoded = (request: DeviceRequest): Uint8Array => deviceRequest.encode(request);
const asks = ({ clock, people }: Room, person: string, more: { readonly name?: string; readonly device?: string } = {}): Promise<DeviceRequest> =>
  newRequest(people.view(), { person, created: clock.now(), ...more });
const codeOf = (request: DeviceRequest): string => requestCodeOf(nodeCrypto, request);
const signed = async (request: DeviceRequest, by = 'khue'): Promise<Uint8Array> => voucher.encode(await voucherOf(practice.devices.get(`${by}-may`)!, request));

const word = async (request: DeviceRequest, by = 'khue'): Promise<Uint8Array> => takingBack.encode(await takingBackOf(practice.devices.get(`${by}-may`)!, request));
const vouchedFor = async (room: Room, person: string, by = person, more: { readonly device?: string } = {}): Promise<DeviceRequest> => {
  const request = await asks(room, person, more);
  return { ...request, voucher: await voucherOf(practice.devices.get(`${by}-may`)!, request) };
};

test('left, found by its code, vouched for, seen by a registrar, gone once the directory has the device', async () => {
  const disk = newDisk();
  const before = await filled(practice, 'tram-tinh', disk);
  const request = await asks(before, 'khue', { device: 'khue-hai' });
  const code = codeOf(request);
  assert.deepEqual(await shelfOf(before).leave(encoded(request)), { expires: NOW + LEFT_MS, vouched: false });
  assert.deepEqual((await shelfOf(before).find(code)).bytes, encoded(request));
  assert.deepEqual(await shelfOf(before).vouched(REGISTRAR), [], 'what nobody vouches for waits for no registrar');
  await before.store.close();

  const room = await open(practice, 'tram-tinh', disk);
  const shelf = shelfOf(room);
  room.clock.advance(MINUTE_MS);
  const expires = NOW + MINUTE_MS + VOUCHED_MS;
  let changes = 0;
  const end = shelf.onChange(() => changes++);
  assert.deepEqual(await shelf.vouch(callerOf('khue'), code, await signed(request)), { expires, stations: ['tram-tinh'] });
  assert.deepEqual([changes, await shelf.waiting(REGISTRAR), await shelf.waiting(callerOf('khue'))], [1, [`${code}/khue-may`], null]);
  assert.deepEqual(await shelf.leave(encoded(request)), { expires, vouched: true }, 'who left it learns so by leaving it again');
  assert.deepEqual(await shelf.vouched(REGISTRAR), [{ code, voucher: 'khue-may', expires }]);
  assert.equal(readDeviceRequest((await shelf.find(code)).bytes).voucher!.device, 'khue-may');
  room.clock.advance(2 * LEFT_MS);
  assert.equal((await shelf.vouched(REGISTRAR)).length, 1, 'it waits for a registrar longer than for a voucher');
  const { certificates } = await practice.identity('person', 'Đặng Ngọc Khuê');
  await room.people.propose(await practice.sign([{ kind: 'device', body: { device: 'khue-hai', person: 'khue', certificates, kem: new Uint8Array(1_216) } }]));
  assert.deepEqual(await shelf.vouched(REGISTRAR), []);
  end();
  await refuses('request-unknown', shelf.find(code));
});

test('it lapses, and what was vouched for lapses later', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const [one, other] = [await asks(room, 'khue'), await asks(room, 'khue')];
  for (const each of [one, other]) await shelf.leave(encoded(each));
  await shelf.vouch(callerOf('khue'), codeOf(one), await signed(one));
  room.clock.advance(LEFT_MS);
  await refuses('request-unknown', shelf.find(codeOf(other)));
  await refuses('request-unknown', shelf.vouch(callerOf('khue'), codeOf(other), await signed(other)));
  await shelf.find(codeOf(one));
  room.clock.advance(VOUCHED_MS - LEFT_MS);
  await refuses('request-unknown', shelf.find(codeOf(one)));
  await shelf.sweep();
  assert.equal(await rowsIn(room), 0);
});

test('a person\'s budget is spent by right requests alone, by nobody else\'s, and comes again', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const spoilt = { ...await asks(room, 'khue'), proofs: (await asks(room, 'khue')).proofs };
  for (let i = 0; i < 3 * LEAVING.most; i++) {
    await refuses('proof-wrong', shelf.leave(encoded(spoilt)));
    await refuses('person-unknown', shelf.leave(encoded(await asks(room, 'khong-ai'))));
  }
  const requests = await Promise.all(Array.from({ length: LEAVING.most + 1 }, () => asks(room, 'khue')));
  for (const request of requests.slice(1)) await shelf.leave(encoded(request));
  await refuses('too-many-attempts', shelf.leave(encoded(requests[0]!)));
  verified = 0;
  await refuses('too-many-attempts', shelf.leave(encoded(requests[0]!)));
  assert.equal(verified, 0, 'an empty budget costs no signature');
  assert.equal((await shelf.leave(encoded(requests[1]!))).expires, NOW + LEFT_MS, 'what lies there may be left again for nothing');
  await shelf.leave(encoded(await asks(room, 'anh')));
  room.clock.advance(LEAVING.refillMs);
  await shelf.leave(encoded(requests[0]!));
  await refuses('too-many-attempts', shelf.leave(encoded(await asks(room, 'khue'))));
});

test('strangers who empty a person\'s budget keep no device of that person from vouching', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const mine = await asks(room, 'khue');
  await shelf.leave(encoded(mine));
  for (let i = 1; i < LEAVING.most; i++) await shelf.leave(encoded(await asks(room, 'khue')));
  await refuses('too-many-attempts', shelf.leave(encoded(await asks(room, 'khue'))));
  await shelf.vouch(callerOf('khue'), codeOf(mine), await signed(mine));
});

test('what a stranger leaves pushes out nothing that was left within the hour, and never what is vouched for', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const [vouched, mine] = [await asks(room, 'khue'), await asks(room, 'khue')];
  await shelf.leave(encoded(vouched));
  await shelf.vouch(callerOf('khue'), codeOf(vouched), await signed(vouched));
  room.clock.advance(DAY_MS / 2);
  await shelf.leave(encoded(mine));
  const since = room.clock.now();
  for (let isThere = true; isThere;) {
    await shelf.leave(encoded(await asks(room, 'khue'))).catch(() => room.clock.advance(MINUTE_MS));
    isThere = await shelf.find(codeOf(mine)).then(() => true, () => false);
  }
  assert.ok(room.clock.now() - since >= 50 * MINUTE_MS, `${(room.clock.now() - since) / MINUTE_MS} minutes`);
  await shelf.find(codeOf(vouched));
  assert.ok(await rowsIn(room) <= PLACES_EACH + 1);
});

test('where every place is taken, who has the most gives one up', async () => {
  const room = await filled(practice);
  const rows = Array.from({ length: PLACES }, (_, i) => ({
    code: `${i}`, person: i < 8 ? 'anh' : 'la', device: `may-${i}`, voucher: null, bytes: new Uint8Array(0), left_at: i, expires: NOW + LEFT_MS, brought: null, sent: null, origin: null,
  }));
  await room.store.of<PeopleTables>().commit(async (tx) => {
    for (let at = 0; at < rows.length; at += 128) await tx.insertInto('device_request').values(rows.slice(at, at + 128)).execute();
  });
  const request = await asks(room, 'khue');
  await shelfOf(room).leave(encoded(request));
  assert.equal(await rowsIn(room), PLACES);
  await shelfOf(room).find(codeOf(request));
  const codes = await room.store.of<PeopleTables>().read((db) => db.selectFrom('device_request').select('code').where('code', 'in', ['0', '8', '9']).execute());
  assert.deepEqual(codes.map(({ code }) => code).toSorted(), ['0', '9'], 'the oldest of who has the most, not the oldest of all');
});

test('a device vouches for its own person only, with its own signature, and so often', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const request = await asks(room, 'khue');
  const code = codeOf(request);
  await shelf.leave(encoded(request));
  await refuses('voucher-wrong', shelf.vouch(callerOf('anh'), code, await signed(request, 'anh')));
  await refuses('voucher-wrong', shelf.vouch(callerOf('khue'), code, await signed(request, 'anh')));
  for (let i = 0; i < 2 * VOUCHING.most; i++) {
    const other = voucher.encode({ ...await voucherOf(practice.devices.get('anh-may')!, request), device: 'khue-may' });
    await refuses('voucher-wrong', shelf.vouch(callerOf('khue'), code, other));
  }
  await refuses('cbor-malformed', shelf.vouch(callerOf('khue'), code, nodeRandom.bytes(30)));
  await shelf.vouch(callerOf('khue'), code, await signed(request));
  await refuses('request-malformed', shelf.leave(encoded({ ...request, voucher: await voucherOf(practice.devices.get('khue-may')!, request) })));
  for (let i = 1; i < VOUCHED_EACH; i++) {
    const more = await asks(room, 'khue');
    room.clock.advance(LEAVING.refillMs);
    await shelf.leave(encoded(more));
    await shelf.vouch(callerOf('khue'), codeOf(more), await signed(more));
  }
  const tooMany = await asks(room, 'khue');
  room.clock.advance(LEAVING.refillMs);
  await shelf.leave(encoded(tooMany));
  await refuses('requests-full', shelf.vouch(callerOf('khue'), codeOf(tooMany), await signed(tooMany)));
});

test('who may turn a request down', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  for (const by of [callerOf('khue'), REGISTRAR]) {
    const request = await asks(room, 'khue');
    const own = await word(request, by.person);
    await shelf.leave(encoded(request));
    await refuses('not-entitled', shelf.drop(callerOf('anh'), codeOf(request), await word(request, 'anh')));
    await refuses('taking-back-wrong', shelf.drop(by, codeOf(request), await word(request, 'anh')));
    await refuses('taking-back-wrong', shelf.drop(by, codeOf(request), takingBack.encode({ ...await takingBackOf(practice.devices.get('anh-may')!, request), device: by.device })));
    assert.deepEqual(await shelf.drop(by, codeOf(request), own), { unheard: [] });
    await refuses('request-unknown', shelf.drop(by, codeOf(request), own));
    await shelf.leave(encoded(request));
    await shelf.vouch(callerOf('khue'), codeOf(request), await signed(request));
    await shelf.drop(by, codeOf(request), own);
    await refuses('request-turned-down', shelf.leave(encoded(request)));
    room.clock.advance(4 * LEAVING.refillMs);
  }
  await refuses('registrar-required', shelf.vouched(callerOf('khue')));
});

test('a device that ends takes what it vouched for with it', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const [lost, kept] = [await asks(room, 'la'), await asks(room, 'khue')];
  for (const [request, by] of [[lost, 'la'], [kept, 'khue']] as const) {
    await shelf.leave(encoded(request));
    await shelf.vouch(callerOf(by), codeOf(request), await signed(request, by));
  }
  await room.people.propose(await practice.sign([{ kind: 'end', body: { what: 'device', code: 'la-may', reason: 'compromised' } }]));
  assert.deepEqual((await shelf.vouched(REGISTRAR)).map(({ code }) => code), [codeOf(kept)]);
  await refuses('request-unknown', shelf.find(codeOf(lost)));
  await room.people.sweep();
  assert.equal(await rowsIn(room), 1, 'swept, not only hidden');
});

async function rowsIn({ store }: Room): Promise<number> {
  return store.of<PeopleTables>().read(async (db) => (await db.selectFrom('device_request').select('code').execute()).length);
}

test('what is vouched for where no registrar works goes to where one does, which judges it anew, and is taken back there', async () => {
  const [post, hub] = [await filled(practice, 'muong-leo'), await filled(practice)];
  const [{ shelf: far, sent }, near] = [farShelf(post, provider), shelfOf(hub)];
  let told = 0;
  near.onChange(() => told++);
  const request = await asks(post, 'khue', { device: 'khue-hai' });
  const code = codeOf(request);
  await far.leave(encoded(request));
  assert.equal(sent.length, 0, 'what nobody vouches for goes nowhere');
  assert.deepEqual((await far.vouch(callerOf('khue'), code, await signed(request))).stations, ['tram-tinh']);
  assert.deepEqual(sent.map(([station]) => station), ['tram-tinh']);
  const brought = sent[0]![1];
  await near.bring([brought], 'muong-leo');
  assert.deepEqual([await near.vouched(REGISTRAR), told], [[{ code, voucher: 'khue-may', expires: NOW + VOUCHED_MS }], 1]);
  verified = 0;
  await near.bring([brought], 'muong-leo');
  assert.deepEqual([verified, told], [0, 1], 'the same again costs nothing and says nothing');

  await far.drop(callerOf('khue'), code, await word(request));
  const back = sent[1]![1];
  await near.bring([back], 'ai-khac');
  assert.deepEqual([await near.vouched(REGISTRAR), told], [[], 2], 'whoever brings it: it is signed');
  for (const neighbour of ['muong-leo', 'ai-khac']) await near.bring([brought, back], neighbour);
  assert.deepEqual([await near.vouched(REGISTRAR), told], [[], 2], 'nobody brings it again');
  await refuses('request-turned-down', near.leave(encoded(request)));
});

test('what takes it back counts in whichever order both are judged, and for whichever neighbour came first', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const { voucher: _, ...bare } = await vouchedFor(room, 'khue');
  const brought = encoded({ ...bare, voucher: await voucherOf(practice.devices.get('khue-may')!, bare) });
  const back = encoded({ ...bare, takenBack: await takingBackOf(practice.devices.get('khue-may')!, bare) });
  await Promise.all([shelf.bring([brought], 'muong-leo'), shelf.bring([back], 'muong-leo')]);
  assert.deepEqual(await shelf.vouched(REGISTRAR), [], 'at once');
  await shelf.bring([brought], 'ke-gian');
  assert.deepEqual(await shelf.vouched(REGISTRAR), [], 'again, by another');
  room.clock.advance(29 * DAY_MS);
  await room.people.sweep();
  await shelf.bring([brought], 'muong-leo');
  assert.deepEqual(await shelf.vouched(REGISTRAR), [], 'as long as a voucher for it counts');
  room.clock.advance(30 * DAY_MS);
  await room.people.sweep();
  room.clock.advance(-30 * DAY_MS);
  await shelf.bring([brought], 'muong-leo');
  assert.deepEqual(await shelf.vouched(REGISTRAR), [], 'though a clock leaps ahead and comes back');
  room.clock.advance(31 * DAY_MS + 1);
  await room.people.sweep();
  assert.deepEqual(await room.store.of<PeopleTables>().read((db) => db.selectFrom('device_request_ended').select('code').execute()), [], 'and no longer');
  await refuses('request-stale', shelf.bring([brought], 'muong-leo'));
});

test('only the person\'s device or a registrar\'s takes back, and a hostile neighbour nothing', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const request = await vouchedFor(room, 'khue');
  const { voucher: _, ...bare } = request;
  await shelf.bring([encoded(request)], 'muong-leo');
  const takenBack = await takingBackOf(practice.devices.get('anh-may')!, bare);
  await refuses('voucher-wrong', shelf.bring([encoded(bare)], 'muong-leo'));
  await refuses('not-entitled', shelf.bring([encoded({ ...bare, takenBack })], 'muong-leo'));
  await refuses('taking-back-wrong', shelf.bring([encoded({ ...bare, takenBack: { ...takenBack, device: 'khue-may' } })], 'muong-leo'));
  await refuses('taking-back-wrong', shelf.bring([encoded({ ...bare, takenBack: request.voucher! })], 'muong-leo'));
  await refuses('taking-back-wrong', shelf.bring([encoded({ ...bare, takenBack: await takingBackOf(practice.devices.get('khue-may')!, await asks(room, 'khue')) })], 'muong-leo'));
  assert.equal((await shelf.vouched(REGISTRAR)).length, 1);
  await shelf.bring([encoded({ ...bare, takenBack: await takingBackOf(practice.devices.get('dang-ky-mot-may')!, bare) })], 'muong-leo');
  assert.equal((await shelf.vouched(REGISTRAR)).length, 0);
});

test('what a registrar turned down stays so, and the person\'s station hears of it', async () => {
  const [post, hub] = [await filled(practice, 'muong-leo'), await filled(practice)];
  const { shelf: far, sent } = farShelf(post, provider);
  await practice.hold('la', 'tram-truong');
  for (const { people } of [post, hub]) await people.receive({ from: people.view().point.size, entries: practice.entries.slice(people.view().point.size), checkpoint: await practice.checkpoint() });
  const back: [string, Uint8Array][] = [];
  const { store, clock, people } = hub;
  const near = new DeviceRequests({ store, clock, provider, station: 'tram-tinh', carryRequest: async (_tx, station, bytes) => back.push([station, bytes]) > 0 }, () => people.view());
  const request = await asks(post, 'la');
  await far.leave(encoded(request));
  await far.vouch(callerOf('la'), codeOf(request), await signed(request, 'la'));
  await near.bring([sent[0]![1]], 'muong-leo');
  assert.deepEqual(await near.drop(REGISTRAR, codeOf(request), await word(request, 'dang-ky-mot')), { unheard: [] });
  await near.bring([sent[0]![1]], 'muong-leo');
  assert.deepEqual(await near.vouched(REGISTRAR), []);
  assert.deepEqual(back.map(([station]) => station), ['muong-leo']);
  await far.bring([back[0]![1]], 'tram-tinh');
  await refuses('request-turned-down', far.find(codeOf(request)));
  await refuses('request-turned-down', far.leave(encoded(request)));
});

test('says where a request went: nowhere without a way, until it is vouched for again with one; and who does not hear that it is over', async () => {
  const room = await filled(practice, 'muong-leo');
  const far = farShelf(room, provider);
  far.hasWay = false;
  const request = await asks(room, 'khue');
  const code = codeOf(request);
  await far.shelf.leave(encoded(request));
  const vouch = async (): Promise<readonly string[]> => (await far.shelf.vouch(callerOf('khue'), code, await signed(request))).stations;
  assert.deepEqual([await vouch(), far.sent.length], [[], 0]);
  far.hasWay = true;
  assert.deepEqual([await vouch(), far.sent.length], [['tram-tinh'], 1]);
  assert.deepEqual([await vouch(), far.sent.length], [['tram-tinh'], 1], 'once is enough');
  far.hasWay = false;
  assert.deepEqual(await far.shelf.drop(callerOf('khue'), code, await word(request)), { unheard: ['tram-tinh'] });
  await far.shelf.sweep();
  assert.equal(far.sent.length, 1);
  far.hasWay = true;
  for (let i = 0; i < 2; i++) await far.shelf.sweep();
  assert.deepEqual(far.sent.slice(1).map(([station, bytes]) => [station, readDeviceRequest(bytes).takenBack?.device]), [['tram-tinh', 'khue-may']], 'told by itself when a way is there, and once');
});

test('what a device vouches for that the directory here does not have yet is taken later, as long as it is fresh; of a note each for itself', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const request = await vouchedFor(room, 'khue');
  const ahead = encoded({ ...request, voucher: { ...request.voucher!, device: 'khue-moi-nhan' } });
  const good = await vouchedFor(room, 'anh');
  await refuses('directory-unheard', shelf.bring([Uint8Array.of(1), ahead, encoded(good)], 'muong-leo'));
  assert.deepEqual((await shelf.vouched(REGISTRAR)).map(({ code }) => code), [codeOf(good)]);
  await refuses('cbor-malformed', shelf.bring([Uint8Array.of(1), encoded(await vouchedFor(room, 'la'))], 'muong-leo'));
  assert.equal((await shelf.vouched(REGISTRAR)).length, 2);
  room.clock.advance(31 * DAY_MS);
  await refuses('request-stale', shelf.bring([ahead], 'muong-leo'));
});

test('what is brought takes none of a person\'s own places, and nothing that they vouched for here', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  for (let i = 0; i < VOUCHED_EACH; i++) await shelf.bring([encoded(await vouchedFor(room, 'khue'))], 'muong-leo');
  await refuses('requests-full', shelf.bring([encoded(await vouchedFor(room, 'khue'))], 'muong-leo'));
  const request = await asks(room, 'khue');
  await shelf.leave(encoded(request));
  await shelf.vouch(callerOf('khue'), codeOf(request), await signed(request));
  await practice.addDevice('khue-hai', 'khue');
  const { people } = room;
  await people.receive({ from: people.view().point.size, entries: practice.entries.slice(people.view().point.size), checkpoint: await practice.checkpoint() });
  await shelf.bring([encoded({ ...request, voucher: await voucherOf(practice.devices.get('khue-hai')!, request) })], 'muong-leo');
  const row = await room.store.of<PeopleTables>().read((db) => db.selectFrom('device_request').selectAll().where('code', '=', codeOf(request)).executeTakeFirstOrThrow());
  assert.deepEqual([row.brought, row.voucher], [null, 'khue-may']);
});

test('leaving one tells registrars of those that have lapsed, or leaves them to be swept', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  await shelf.bring([encoded(await vouchedFor(room, 'khue'))], 'muong-leo');
  let told = 0;
  shelf.onChange(() => told++);
  room.clock.advance(VOUCHED_MS);
  await shelf.leave(encoded(await asks(room, 'anh')));
  await shelf.sweep();
  assert.equal(told, 1);
});

test('a person who ends more than is remembered has their own first ones forgotten, and nobody else\'s', async () => {
  const room = await filled(practice);
  const rows = Array.from({ length: ENDED_EACH + 1 }, (_, i) => ({ code: `${1_000 + i}`, person: i === 0 ? 'anh' : 'khue', device: 'may', until: NOW + i, word: null, untold: null }));
  await room.store.of<PeopleTables>().commit(async (tx) => void (await tx.insertInto('device_request_ended').values(rows).execute()));
  const { voucher: _, ...bare } = await vouchedFor(room, 'khue');
  await shelfOf(room).bring([encoded({ ...bare, takenBack: await takingBackOf(practice.devices.get('khue-may')!, bare) })], 'muong-leo');
  const left = await room.store.of<PeopleTables>().read((db) => db.selectFrom('device_request_ended').select('code').orderBy('until').execute());
  assert.deepEqual([left.length, left[0]!.code, left[1]!.code, left.at(-1)!.code], [ENDED_EACH + 1, '1000', '1002', codeOf(bare)]);
});

test('a neighbour brings nothing that is forged, of nobody, or beyond its places, and takes no place of others', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const vouched = (person: string, by = person): Promise<DeviceRequest> => vouchedFor(room, person, by);
  const [good, other] = [await vouched('khue'), await vouched('khue')];
  await refuses('voucher-wrong', shelf.bring([encoded({ ...good, voucher: other.voucher! })], 'muong-leo'));
  await refuses('voucher-wrong', shelf.bring([encoded(await vouched('khue', 'anh'))], 'muong-leo'));
  await refuses('proof-wrong', shelf.bring([encoded({ ...good, proofs: other.proofs })], 'muong-leo'));
  await refuses('person-unknown', shelf.bring([encoded({ ...await asks(room, 'khong-ai'), voucher: good.voucher! })], 'muong-leo'));
  await refuses('cbor-malformed', shelf.bring([Uint8Array.of(1)], 'muong-leo'));
  assert.equal(await rowsIn(room), 0);

  const rows = Array.from({ length: BROUGHT_EACH }, (_, i) => ({
    code: `${i}`, person: 'la', device: `may-${i}`, voucher: 'khue-may', bytes: encoded(good), left_at: NOW, expires: NOW + VOUCHED_MS, brought: 'muong-leo', sent: null, origin: null,
  }));
  await room.store.of<PeopleTables>().commit((tx) => tx.insertInto('device_request').values(rows).execute());
  await refuses('requests-full', shelf.bring([encoded(good)], 'muong-leo'));
  await shelf.bring([encoded(good)], 'tram-khac');
  const { voucher: _, ...bare } = other;
  await shelf.leave(encoded(bare));
  await shelf.vouch(callerOf('khue'), codeOf(other), await signed(other));
});
