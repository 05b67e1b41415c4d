/** The shelf as devices judge it: what the station gives is what the code says, what is vouched for is judged when it counts. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { base64url, fromBase64url } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { inFours } from '#core/crockford.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { askedIn, readRequestCode, requestCodeOf } from '#model/device-requests.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type DeviceRequest, deviceRequest, voucher } from '#wire/invitation.ts';
import { NOW, practiceOffices, ringOf } from '../../../test/client/practice-office.ts';
import { newRequest, voucherOf } from '../../../test/fixtures/device-requests.ts';
import { vouchFor } from './device-request.ts';
import type { OpenKeyring } from './keyring.ts';
import { demandVouched } from '../directory/people-errands.ts';
import { findOwnRequest, findRequest, VouchedShelf, vouchOnShelf } from './request-shelf.ts';
import type { Session } from '../session.ts';
import { giveIfAdmitted, giveOnceAdmitted } from './vouched-device.ts';

const refused = (code: RefusalCode) => (error: unknown) => (error instanceof Refusal && error.code === code) || assert.fail(String(error));
let practice: PracticeOrganisation;
let ring: OpenKeyring;
before(async () => {
  practice = await practiceOffices();
  ring = await ringOf(practice, 'khue', []);
});

/** A session before a station whose shelf is a map, with what it asked and what it verified counted. */
function standing(now = NOW, listedMax = Infinity) {
  const shelf = new Map<string, DeviceRequest>();
  const turnedDown = new Set<string>();
  const counted = { fetched: 0, verified: 0 };
  const signatures = { ...nodeCrypto.signatures, verify: (...given: Parameters<typeof nodeCrypto.signatures.verify>) => { counted.verified++; return nodeCrypto.signatures.verify(...given); } };
  const call = async (name: string, { path, body }: { path?: { code: string }; body?: { voucher: string } }): Promise<unknown> => {
    const expires = now + DAY_MS;
    if (name === 'vouchedRequests') {
      const all = [...shelf].filter(([, one]) => one.voucher !== undefined).map(([code, one]) => ({ code, voucher: one.voucher!.device, expires }));
      return { requests: all.slice(0, listedMax), ...(all.length > listedMax && { more: all.length - listedMax }) };
    }
    const one = shelf.get(path!.code);
    if (one === undefined) throw new Refusal(turnedDown.has(path!.code) ? 'request-turned-down' : 'request-unknown');
    if (name === 'vouchRequest') shelf.set(path!.code, { ...one, voucher: voucher.decode(fromBase64url(body!.voucher)!) });
    else counted.fetched++;
    if (name === 'vouchRequest') return { expires, stations: ['tram-tinh'] };
    return { request: base64url(deviceRequest.encode(one)), expires };
  };
  const session = {
    crypto: { ...nodeCrypto, signatures }, random: nodeRandom, ring, api: { call }, get view() { return practice.state; }, now: () => now,
    directory: { sync: async () => undefined },
  } as unknown as Session;
  const leave = (request: DeviceRequest): string => {
    const code = requestCodeOf(nodeCrypto, request);
    shelf.set(code, request);
    return code;
  };
  return { shelf, turnedDown, counted, session, leave };
}

const asks = (person: string, created = NOW): Promise<DeviceRequest> => newRequest(practice.state, { person, created });

test('a code is twenty characters of the statement\'s digest, read however it was typed', async () => {
  const request = await asks('khue');
  const code = requestCodeOf(nodeCrypto, request);
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{20}$/);
  assert.equal(BigInt(`0x${Buffer.from(nodeCrypto.hash.sha256(request.statement)).toString('hex')}`) >> 156n, [...code].reduce((all, one) => all * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(one)), 0n));
  assert.equal(readRequestCode(` ${inFours(code).toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l')} `), code);
  for (const wrong of ['', code.slice(1), `${code}A`, code.replace(/.$/, 'U'), 'không phải mã']) assert.throws(() => readRequestCode(wrong), refused('request-code-mistyped'));
});

test('a station that gives another request than the code says is found out, however much of it is right', async () => {
  const { shelf, session, leave } = standing();
  const code = leave(await asks('khue'));
  assert.equal((await findRequest(session, code)).code, code);
  shelf.set(code, await asks('khue'));
  await assert.rejects(findRequest(session, code), refused('request-forged'));
  const mine = await asks('khue');
  shelf.set(requestCodeOf(nodeCrypto, mine), { ...mine, proofs: (await asks('khue')).proofs });
  await assert.rejects(findRequest(session, requestCodeOf(nodeCrypto, mine)), refused('proof-wrong'));
});

test('a device vouches for a fresh request of its own person, and for no other', async () => {
  const { session, shelf, leave } = standing();
  const code = leave(await asks('khue'));
  await vouchOnShelf(session, await findOwnRequest(session, code));
  await demandVouched(session, shelf.get(code)!);
  await assert.rejects(findOwnRequest(session, leave(await asks('anh'))), refused('voucher-wrong'));
  for (const created of [NOW - 31 * DAY_MS, NOW + DAY_MS]) {
    const stale = await asks('khue', created);
    await assert.rejects(findOwnRequest(session, leave(stale)), refused('request-stale'));
    const { crypto, random, view } = session;
    await assert.rejects(vouchFor({ crypto, random, ring, view, now: NOW }, stale), refused('request-stale'));
  }
});

test('the device that a request became is known by its keys, not by its name, and nobody waits for one that is over', async () => {
  const { session, shelf, turnedDown, leave } = standing();
  const request = await newRequest(practice.state, { person: 'khue', device: 'khue-hai', created: NOW });
  const code = leave(request);
  const given: string[] = [];
  let kinds: string[] = [];
  Object.assign(session, {
    offices: () => ['van-phong'], ring: { contents: { officeKeys: [{ office: 'van-phong' }] } }, shareOfficeKeys: async (office: string) => given.push(office),
    async *events() { for (const kind of kinds) yield { kind }; },
  });
  const record = { device: 'khue-hai', person: 'khue', endedBy: null, kem: askedIn(request).kem, verifier: askedIn(request).keys };
  const standsAs = (device: object | null): Session => Object.create(session, { view: { value: { device: () => device } } }) as Session;
  assert.equal(await giveIfAdmitted(standsAs(null), request), null);
  const others = askedIn(await newRequest(practice.state, { person: 'khue', device: 'khue-hai', created: NOW }));
  for (const other of [{ person: 'anh' }, { kem: others.kem }, { verifier: others.keys }]) await assert.rejects(giveIfAdmitted(standsAs({ ...record, ...other }), request), refused('name-taken'));
  await assert.rejects(giveIfAdmitted(standsAs({ ...record, endedBy: 9 }), request), refused('device-unknown'));
  assert.equal(given.length, 0);
  assert.equal(await giveIfAdmitted(standsAs(record), request), 1);
  const { signal } = new AbortController();
  kinds = ['position', 'position'];
  await assert.rejects(giveOnceAdmitted(standsAs(null), request, signal), refused('cancelled'), 'it waits while it lies there');
  shelf.delete(code);
  await assert.rejects(giveOnceAdmitted(standsAs(null), request, signal), refused('request-unknown'), 'it lapsed');
  turnedDown.add(code);
  await assert.rejects(giveOnceAdmitted(standsAs(null), request, signal), refused('request-turned-down'));
  given.length = 0;
  assert.equal(await giveOnceAdmitted(standsAs(record), request, signal), 1, 'what was admitted lies there no more either');
});

test('each vouched request is fetched and verified once, however often somebody looks', async () => {
  const { session, counted, shelf, leave } = standing();
  for (let i = 0; i < 3; i++) {
    const request = await asks('khue');
    leave({ ...request, voucher: await voucherOf(practice.devices.get('khue-may')!, request) });
  }
  const waiting = new VouchedShelf(session);
  assert.equal((await waiting.list()).requests.length, 3);
  const once = { ...counted };
  assert.ok(once.fetched === 3 && once.verified > 0);
  for (let i = 0; i < 5; i++) assert.equal((await waiting.list()).requests.length, 3);
  assert.deepEqual(counted, once);
  const [gone] = shelf.keys();
  shelf.delete(gone!);
  assert.equal((await waiting.list()).requests.length, 2);
  assert.deepEqual(counted, once);
});

test('a request is found by its code, one that the list has no place for too, and judged as those are', async () => {
  const { session, leave } = standing(NOW, 1);
  const vouched = async (): Promise<string> => {
    const request = await asks('khue');
    return leave({ ...request, voucher: await voucherOf(practice.devices.get('khue-may')!, request) });
  };
  const shelf = new VouchedShelf(session);
  const first = await vouched();
  assert.equal((await shelf.find(first)).code, first);
  const [bare, beyond] = [leave(await asks('khue')), await vouched()];
  assert.deepEqual([(await shelf.list()).requests.map(({ code }) => code), (await shelf.list()).more], [[first], 1]);
  assert.equal((await shelf.find(beyond)).code, beyond);
  const other = await asks('khue');
  const forged = leave({ ...other, voucher: { ...await voucherOf(practice.devices.get('anh-may')!, other), device: 'khue-may' } });
  for (const code of [bare, forged, requestCodeOf(nodeCrypto, await asks('khue'))]) await assert.rejects(shelf.find(code), refused('request-unknown'));
});

test('what is not vouched for as the station says is not shown, and is not verified each time either', async () => {
  const { session, counted, leave } = standing();
  const request = await asks('khue');
  leave({ ...request, voucher: { ...await voucherOf(practice.devices.get('anh-may')!, request), device: 'khue-may' } });
  const waiting = new VouchedShelf(session);
  assert.deepEqual((await waiting.list()).requests, []);
  const once = { ...counted };
  assert.deepEqual((await waiting.list()).requests, []);
  assert.deepEqual(counted, once);
});

test('a voucher counts as long as its device is in force: neither shown nor admitted afterwards', async () => {
  const { session, leave, shelf } = standing();
  const request = await asks('lan');
  const code = leave({ ...request, voucher: await voucherOf(practice.devices.get('lan-may')!, request) });
  const waiting = new VouchedShelf(session);
  const { requests: [listed] } = await waiting.list();
  await demandVouched(session, listed!.request);
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'lan-may', reason: 'compromised' } }]);
  assert.deepEqual((await waiting.list()).requests, []);
  await assert.rejects(demandVouched(session, listed!.request), refused('voucher-wrong'));
  await assert.rejects(demandVouched(session, { statement: shelf.get(code)!.statement, proofs: request.proofs }), refused('voucher-wrong'));
});
