/** Requests of devices between stations: where the word goes that one is over, who may still give it, how long nobody's is waited for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { Refusal } from '#core/refusals.ts';
import { requestCodeOf } from '#model/device-requests.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { vouchedAnswer, VOUCHED_LISTED } from '#wire/api/device-requests.ts';
import { deviceRequest, type DeviceRequest, takingBack, voucher } from '#wire/invitation.ts';
import { newRequest, takingBackOf, voucherOf } from '../../../test/fixtures/device-requests.ts';
import { DeviceRequests, LEAVING } from './device-requests.ts';
import { VOUCHED_EACH, VOUCHED_MS } from './request-places.ts';
import type { PeopleTables } from './store.ts';
import { farShelf, filled, NOW, province, refuses, type Room } from './testing.test.ts';

const practice = await province();
await practice.addPerson('dang-ky-mot', 'Đặng Ngọc Khuê');
await practice.hold('dang-ky-mot', 'van-thu');
const REGISTRAR = { person: 'dang-ky-mot', device: 'dang-ky-mot-may' };
const callerOf = (person: string) => ({ person, device: `${person}-may` });
const provider = nodeCrypto;

function shelfOf({ store, clock, people }: Room): DeviceRequests {
  return new DeviceRequests({ store, clock, provider, station: 'tram-tinh', carryRequest: async () => assert.fail('a registrar works here') }, () => people.view());
}

const encoded = (request: DeviceRequest): Uint8Array => deviceRequest.encode(request);
const asks = ({ clock, people }: Room, person: string): Promise<DeviceRequest> => newRequest(people.view(), { person, created: clock.now() });
const codeOf = (request: DeviceRequest): string => requestCodeOf(nodeCrypto, request);
const signed = async (request: DeviceRequest, by = 'khue'): Promise<Uint8Array> => voucher.encode(await voucherOf(practice.devices.get(`${by}-may`)!, request));

const word = async (request: DeviceRequest, by = 'khue'): Promise<Uint8Array> => takingBack.encode(await takingBackOf(practice.devices.get(`${by}-may`)!, request));
const vouchedFor = async (room: Room, person: string): Promise<DeviceRequest> => {
  const request = await asks(room, person);
  return { ...request, voucher: await voucherOf(practice.devices.get(`${person}-may`)!, request) };
};

const grow = async ({ people }: Room): Promise<void> =>
  void (await people.receive({ from: people.view().point.size, entries: practice.entries.slice(people.view().point.size), checkpoint: await practice.checkpoint() }));

/** The shelf of a station where a registrar works, and what it tells others. */
function registrarShelf({ store, clock, people }: Room, station: string): { readonly shelf: DeviceRequests; readonly told: [string, Uint8Array][] } {
  const told: [string, Uint8Array][] = [];
  const carryRequest = async (_tx: unknown, to: string, request: Uint8Array): Promise<boolean> => told.push([to, request]) > 0;
  return { shelf: new DeviceRequests({ store, clock, provider, station, carryRequest }, () => people.view()), told };
}

test('what one registrar turns down no other admits, whether or not the person works at the station that sent it, nor after a restoration', async () => {
  const [post, hub, second, restored] = [await filled(practice, 'muong-leo'), await filled(practice), await filled(practice), await filled(practice)];
  const { shelf: far, sent } = farShelf(post);
  const { shelf: near, told } = registrarShelf(hub, 'tram-tinh');
  const { shelf: other } = registrarShelf(second, 'tram-hai');
  const request = await asks(post, 'anh');
  await far.leave(encoded(request));
  await far.vouch(callerOf('anh'), codeOf(request), await signed(request, 'anh'));
  const [[, brought]] = sent as [[string, Uint8Array]];
  for (const shelf of [near, other]) await shelf.bring([brought], 'tram-huyen', 'muong-leo');
  assert.deepEqual(await near.drop(REGISTRAR, codeOf(request), await word(request, 'dang-ky-mot')), { unheard: [] });
  assert.ok(told.some(([station]) => station === 'muong-leo'), 'the station that sent it');
  await far.bring([told[0]![1]], 'tram-huyen', 'tram-tinh');
  const [[station, echo]] = sent.slice(1) as [[string, Uint8Array]];
  assert.equal(station, 'tram-tinh', 'wherever the voucher went the word goes, the registrar\'s own station included');
  await other.bring([echo], 'tram-huyen', 'muong-leo');
  assert.deepEqual(await other.vouched(REGISTRAR), []);
  const before = told.length;
  await near.bring([echo], 'tram-huyen', 'muong-leo');
  assert.equal(told.length, before, 'and no further');
  // A hub that lost its disk is offered both once more.
  for (const bytes of [brought, echo]) await shelfOf(restored).bring([bytes], 'tram-huyen', 'muong-leo');
  assert.deepEqual(await shelfOf(restored).vouched(REGISTRAR), []);
});

test('who vouches while it is being turned down has it turned down where it went', async () => {
  const [room, hub] = [await filled(practice, 'muong-leo'), await filled(practice)];
  let between: (() => Promise<unknown>) | null = null;
  const sent: Uint8Array[] = [];
  const slow = { ...provider, signatures: { ...provider.signatures, verify: async (...given: Parameters<typeof nodeCrypto.signatures.verify>) => {
    const now = between;
    between = null;
    await now?.();
    return nodeCrypto.signatures.verify(...given);
  } } };
  const { store, clock, people } = room;
  const shelf = new DeviceRequests({ store, clock, provider: slow, station: 'muong-leo', carryRequest: async (_tx, _to, bytes) => sent.push(bytes) > 0 }, () => people.view());
  const request = await asks(room, 'khue');
  await shelf.leave(encoded(request));
  const vouching = await signed(request);
  between = () => shelf.vouch(callerOf('khue'), codeOf(request), vouching);
  await shelf.drop(callerOf('khue'), codeOf(request), await word(request));
  assert.equal(sent.length, 2);
  const near = shelfOf(hub);
  for (const bytes of sent) await near.bring([bytes], 'muong-leo');
  assert.deepEqual(await near.vouched(REGISTRAR), []);
});

test('what went on is taken back as long as it may stand there, sent once more when it has lapsed there, and takes no place meanwhile', async () => {
  const [post, hub] = [await filled(practice, 'muong-leo'), await filled(practice)];
  const [{ shelf: far, sent }, near] = [farShelf(post), shelfOf(hub)];
  const request = await asks(post, 'khue');
  const code = codeOf(request);
  await far.leave(encoded(request));
  await far.vouch(callerOf('khue'), code, await signed(request));
  for (let i = 1; i < VOUCHED_EACH; i++) {
    const more = await asks(post, 'khue');
    post.clock.advance(LEAVING.refillMs);
    await far.leave(encoded(more));
    await far.vouch(callerOf('khue'), codeOf(more), await signed(more));
  }
  for (const { clock } of [post, hub]) clock.advance(VOUCHED_MS + DAY_MS);
  await near.bring([sent[0]![1]], 'muong-leo');
  assert.equal((await near.vouched(REGISTRAR)).length, 1, 'a relay held it for eight days');
  const later = await asks(post, 'khue');
  await far.leave(encoded(later));
  await far.vouch(callerOf('khue'), codeOf(later), await signed(later));
  const before = sent.length;
  await far.vouch(callerOf('khue'), code, await signed(request));
  assert.equal(sent.length, before + 1);
  hub.clock.advance(20 * DAY_MS);
  await near.bring([sent[0]![1]], 'muong-leo');
  const [waiting] = await near.vouched(REGISTRAR);
  assert.equal(waiting?.expires, NOW + 30 * DAY_MS, 'and stands nowhere longer than its voucher counts');
  await far.drop(callerOf('khue'), code, await word(request));
  await near.bring([sent.at(-1)![1]], 'muong-leo');
  assert.deepEqual(await near.vouched(REGISTRAR), []);
});

test('a word counts though its device has ended since, except where somebody else may have its keys', async () => {
  for (const [n, reason, left] of [[0, 'superseded', 0], [1, 'stolen', 1]] as const) {
    const device = `anh-phu-${n}`;
    await practice.addDevice(device, 'anh');
    const room = await filled(practice);
    const shelf = shelfOf(room);
    const request = await vouchedFor(room, 'anh');
    const { voucher: _, ...bare } = request;
    const back = encoded({ ...bare, takenBack: await takingBackOf(practice.devices.get(device)!, bare) });
    await shelf.bring([encoded(request)], 'muong-leo');
    await practice.add([{ kind: 'end', body: { what: 'device', code: device, reason } }]);
    await grow(room);
    const code = await shelf.bring([back], 'muong-leo').then(() => null, (error: Refusal) => error.code);
    assert.deepEqual([code, (await shelf.vouched(REGISTRAR)).length], [left === 0 ? null : 'taking-back-wrong', left]);
  }
});

test('no device that ended before the request was made turns it down, but for the hour that a clock may be ahead', async () => {
  await practice.addDevice('anh-cu', 'anh');
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'anh-cu', reason: 'superseded' } }]);
  const room = await filled(practice);
  const shelf = shelfOf(room);
  for (const [advance, refusal] of [[HOUR_MS - 1, null], [1, 'taking-back-wrong'], [20 * DAY_MS, 'taking-back-wrong']] as const) {
    room.clock.advance(advance);
    const { voucher: given, ...bare } = await vouchedFor(room, 'anh');
    await shelf.bring([encoded({ ...bare, voucher: given })], 'muong-leo');
    const takenBack = await takingBackOf(practice.devices.get('anh-cu')!, bare);
    const code = await shelf.bring([encoded({ ...bare, takenBack })], 'muong-leo').then(() => null, (error: Refusal) => error.code);
    assert.equal(code, refusal);
    const isThere = (await shelf.vouched(REGISTRAR)).some((one) => one.code === codeOf(bare));
    assert.equal(isThere, refusal !== null);
  }
});

test('a request that says it came from the registrar\'s own station leaves no word for that station', async () => {
  const room = await filled(practice);
  const { shelf, told } = registrarShelf(room, 'tram-tinh');
  const request = await vouchedFor(room, 'anh');
  await shelf.bring([encoded(request)], 'muong-leo', 'tram-tinh');
  await shelf.drop(REGISTRAR, codeOf(request), await word(request, 'dang-ky-mot'));
  assert.ok(told.every(([station]) => station !== 'tram-tinh'));
});

test('nothing is remembered of persons whom nobody knows, and nobody is asked for a day more than once to offer what is never judged', async () => {
  const room = await filled(practice);
  const shelf = shelfOf(room);
  const stranger = await asks(room, 'khong-ai-1');
  const back = encoded({ ...stranger, takenBack: await takingBackOf(practice.devices.get('dang-ky-mot-may')!, stranger) });
  await refuses('directory-unheard', shelf.bring([back], 'muong-leo'));
  assert.deepEqual(await room.store.of<PeopleTables>().read((db) => db.selectFrom('device_request_ended').selectAll().execute()), []);

  const made = await vouchedFor(room, 'khue');
  const unheard = { ...made, voucher: { ...made.voucher!, device: 'khong-co-may' } };
  await refuses('proof-wrong', shelf.bring([encoded({ ...unheard, proofs: stranger.proofs })], 'muong-leo'));
  await refuses('person-unknown', shelf.bring([encoded({ ...stranger, voucher: unheard.voucher })], 'muong-leo'));
  for (const advance of [0, DAY_MS / 2]) {
    room.clock.advance(advance);
    await refuses('directory-unheard', shelf.bring([encoded(unheard)], 'muong-leo'));
  }
  room.clock.advance(DAY_MS / 2);
  await refuses('too-many-attempts', shelf.bring([encoded(unheard)], 'muong-leo'));
  await refuses('too-many-attempts', shelf.bring([back], 'muong-leo'));
});

test('of more than a list holds the oldest are listed, and how many more wait is said and told', async () => {
  const room = await filled(practice);
  const good = encoded(await vouchedFor(room, 'khue'));
  const rows = Array.from({ length: VOUCHED_LISTED + 1 }, (_, i) => ({
    code: `${i}`.padStart(20, '0'), person: 'khue', device: `may-${i}`, voucher: 'khue-may', bytes: good, left_at: NOW - i, expires: NOW + VOUCHED_MS, brought: `tram-${i % 3}`, sent: null, origin: null,
  }));
  await room.store.of<PeopleTables>().commit((tx) => tx.insertInto('device_request').values(rows).execute());
  const shelf = shelfOf(room);
  const { requests, more } = vouchedAnswer.parse(await shelf.listed(REGISTRAR));
  assert.deepEqual([requests[0]!.code, requests.at(-1)!.code, more], [rows.at(-1)!.code, rows[1]!.code, 1]);
  assert.equal((await shelf.waiting(REGISTRAR))!.length, VOUCHED_LISTED + 1);
  await room.store.of<PeopleTables>().commit((tx) => tx.deleteFrom('device_request').where('code', '=', requests[0]!.code).execute());
  assert.equal('more' in vouchedAnswer.parse(await shelf.listed(REGISTRAR)), false);
});

test('a second voucher does not make the station forget where the first one went, and what registrars have left is no place where it waits', async () => {
  await practice.addDevice('khue-ba', 'khue');
  const room = await filled(practice, 'muong-leo');
  const far = farShelf(room);
  const request = await asks(room, 'khue');
  const code = codeOf(request);
  await far.shelf.leave(encoded(request));
  assert.deepEqual((await far.shelf.vouch(callerOf('khue'), code, await signed(request))).stations, ['tram-tinh']);
  far.hasWay = false;
  const again = voucher.encode(await voucherOf(practice.devices.get('khue-ba')!, request));
  assert.deepEqual((await far.shelf.vouch({ person: 'khue', device: 'khue-ba' }, code, again)).stations, ['tram-tinh']);
  far.hasWay = true;

  await practice.addStation('tram-xa');
  await practice.addOffice('van-phong', 'tram-xa', 'Văn phòng');
  await grow(room);
  assert.deepEqual((await far.shelf.vouch({ person: 'khue', device: 'khue-ba' }, code, again)).stations, ['tram-xa']);
  far.hasWay = false;
  const { unheard } = await far.shelf.drop(callerOf('khue'), code, await word(request));
  assert.deepEqual(unheard.toSorted(), ['tram-tinh', 'tram-xa']);
});
