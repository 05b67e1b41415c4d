/** A station joins: invitation, code by another way, request, fingerprint, admission. With real certificates. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { earlier, issuerOf, planAdmission, planMember, type RegistrarDesk, signPlans } from '#client/directory/admission.ts';
import { makeDeviceRequest } from '#client/keyring/device-request.ts';
import { makeInvitation, readInvitation, unlockInvitation } from '#client/directory/invitation.ts';
import { checkJoinRequest, type JoinCheck, joinFingerprint, makeJoinRequest } from '#client/directory/join-request.ts';
import { readJoinRequest } from '#client/directory/station-errands.ts';
import { createKeyring, withOfficeKeys } from '#client/keyring/keyring.ts';
import { makeFirstOfficeKeys, openWraps, wrapOfficeKeys } from '#client/office-keys/office-keys.ts';
import { takeAsAdmitted } from '#client/office-keys/as-admitted.ts';
import { sealingPosition, signer } from '#client/signers.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { isAnsweredBy, readAsked } from '#model/asked-statement.ts';
import { keyDevices } from '#model/rights.ts';
import type { DirectoryState } from '#model/directory-state.ts';
import { foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { joinRequest } from '#wire/invitation.ts';
import { signOne, verifySignature } from '#wire/sign.ts';
import { CHEAP, memoryStore, NOW, PASSPHRASE } from '../../../test/client/practice-office.ts';

const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
let practice: PracticeOrganisation;
before(async () => {
  practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000 });
});

const order = { station: 'tram-muong-leo', site: 'Trạm Mường Lèo', expires: NOW + 86_400_000, neighbour: 'tram-tinh', address: '127.0.0.1:8421' };
const invite = () => makeInvitation(nodeCrypto, nodeRandom, practice.state, order, CHEAP);

interface Written {
  readonly person?: string;
  readonly device?: string;
  readonly office?: string;
  /** Added to the number of each key of the office. */
  readonly ahead?: number;
}

/** As whoever sits at the new station writes it. */
async function joining({ person = 'lan', device: code = 'lan-may', office = 'muong-leo', ahead = 0 }: Written = {}) {
  const made = await invite();
  const invitation = readInvitation(made.bytes);
  const secret = await unlockInvitation(nodeCrypto, invitation, made.code, CHEAP);
  const organisation = invitation.organisation;
  const device = await makeDeviceRequest(nodeCrypto, { organisation, person, name: 'Lò Thị Lan', device: code, sealFor: 'truc-ban', created: NOW });
  const keys = await makeFirstOfficeKeys(nodeCrypto, office, NOW);
  const officeKeys = keys.map(({ published }) => ({ ...published, number: published.number + ahead }));
  const join = await makeJoinRequest(nodeCrypto, { invitation, secret, device: device.request, office, officeKeys, created: NOW });
  assert.equal(readJoinRequest(join.request).office, office);
  const check: JoinCheck = { invitation, secret: made.secret, isUsed: false, fingerprint: join.fingerprint, now: NOW };
  return { made, join, device, keys, check };
}

/** A registrar's plans for all of it, under the codes that they choose. */
async function planned(request: Uint8Array, check: JoinCheck, code: string, seat: string) {
  const checked = await checkJoinRequest(nodeCrypto, request, check);
  const { founded, state } = practice;
  const root = await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, {
    organisation: founded.organisation, name: 'Gốc', issuer: founded.issuer.keys.secret, registrar: founded.registrar.keys.secret,
    seals: [], officeKeys: [], created: NOW,
  }, CHEAP);
  const issuer = await issuerOf(nodeCrypto, root, state.organisation);
  const desk: RegistrarDesk = { crypto: nodeCrypto, random: nodeRandom, organisation: state.organisation, issuer, now: NOW };
  const office = { office: code, name: 'UBND xã Mường Lèo', symbol: 'UBND-ML' };
  const position = { position: seat, title: 'Trực ban', rights: ['receive', 'dispatch', 'draft', 'keys'] as const };
  return { root, desk, plans: await planAdmission(desk, { view: state, join: checked, neighbour: 'tram-tinh', address: order.address, office, position }) };
}

/** The directory with it. */
async function admitted(request: Uint8Array, check: JoinCheck, code: string, seat: string): Promise<DirectoryState> {
  const { root, desk, plans } = await planned(request, check, code, seat);
  const { state } = practice;
  const registrar = await signer(nodeCrypto, root, state, { kind: 'registrar' });
  const entries = await signPlans(desk, [registrar], plans, state.point);
  return (await foldEntries(nodeCrypto, state, entries))!;
}

test('a code has twelve characters, and survives being read aloud', async () => {
  const { code, invitation, secret } = await invite();
  assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  const spoken = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  assert.deepEqual(await unlockInvitation(nodeCrypto, invitation, spoken, CHEAP), secret);
  await assert.rejects(unlockInvitation(nodeCrypto, invitation, 'AAAA-AAAA-AAAA', CHEAP), refused('invitation-code-wrong'));
  await assert.rejects(unlockInvitation(nodeCrypto, invitation, 'không phải mã', CHEAP), refused('invitation-code-wrong'));
  const swapped = { ...invitation, founding: new Uint8Array(32), organisation: new Uint8Array(16) };
  await assert.rejects(unlockInvitation(nodeCrypto, swapped, spoken, CHEAP), refused('invitation-code-wrong'), 'the code vouches for the organisation');
  await assert.rejects(unlockInvitation(nodeCrypto, { ...invitation, name: 'Tỉnh khác' }, spoken, CHEAP), refused('invitation-code-wrong'));
  await assert.rejects(unlockInvitation(nodeCrypto, { ...invitation, version: 1 }, spoken, CHEAP), refused('invitation-malformed'));
  assert.throws(() => readInvitation(Uint8Array.of(1)), refused('invitation-malformed'));
});

test('what was asked for counts beside entries only where it asks for every key that they certify, under its names', async () => {
  const { join, device, check } = await joining();
  const { plans } = await planned(join.request, check, 'muong-leo', 'truc-ban');
  const asked = readAsked(joinRequest.decode(join.request).statement);
  assert.equal(isAnsweredBy(asked, plans), true);
  const other = await joining();
  const others = (await planned(other.join.request, other.check, 'muong-leo', 'truc-ban')).plans;
  for (const [i, plan] of plans.entries()) {
    const isNameOnly = ['link', 'office', 'person', 'holder'].includes(plan.kind);
    assert.equal(isAnsweredBy(asked, plans.with(i, others[i]!)), isNameOnly, `${plan.kind} with keys of another`);
  }
  const renamed = plans.map((plan) => (plan.kind === 'device' ? { ...plan, body: { ...plan.body, person: 'nguoi-khac' } } : plan));
  assert.equal(isAnsweredBy(asked, renamed), false);
  const alone = readAsked(device.request.statement);
  const ofDevice = plans.filter(({ kind }) => ['person', 'device', 'holder', 'position'].includes(kind));
  assert.deepEqual([isAnsweredBy(alone, ofDevice), isAnsweredBy(alone, plans)], [true, false], 'a device asked for no station');
  assert.equal(isAnsweredBy(asked, plans.filter(({ kind }) => kind === 'person')), false, 'nothing is certified');
  assert.equal(isAnsweredBy(asked, [...plans, { kind: 'end', body: { what: 'person', code: 'lan', reason: 'left' } }]), false, 'and nothing besides');
});

test('an admitted station stands in the directory with its office, person, device and keys', async () => {
  const { join, device, keys, check } = await joining();
  assert.equal(joinFingerprint(nodeCrypto, join.request), join.fingerprint);
  const grown = await admitted(join.request, check, 'muong-leo', 'truc-ban');

  assert.equal(grown.office('muong-leo')!.station, 'tram-muong-leo');
  assert.ok(grown.may('lan', 'receive', 'muong-leo', NOW) && !grown.may('lan', 'receive', 'muong-leo', earlier(NOW) - 1));
  assert.equal(grown.currentKey('muong-leo', 'transport', NOW)!.number, 1);
  assert.equal(grown.currentKey('muong-leo', 'transport', NOW + 8 * 86_400_000)!.number, 2);
  const ring = await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, withOfficeKeys(device.contents, keys.map(({ secret }) => secret)), CHEAP);
  for (const which of [{ kind: 'device' }, { kind: 'seal', position: 'truc-ban' }] as const) {
    const by = await signer(nodeCrypto, ring, grown, which);
    const identity = grown.identify(by.p256Certificate, by.mldsaCertificate)!;
    const signature = await signOne(nodeCrypto, by, 'session', Uint8Array.of(1), nodeRandom);
    assert.ok(await verifySignature(nodeCrypto, identity.verifier, 'session', Uint8Array.of(1), signature));
  }
});

test('a joiner brings in what is new: an office, a position, a person, a device or a station that stands or stood is none of theirs', async () => {
  const kept = practice;
  practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000 });
  await practice.addOffice('van-phong', 'tram-tinh');
  await practice.addPosition('van-phong-vt', 'van-phong');
  await practice.addPerson('anh');
  await practice.addPerson('cu');
  await practice.add([{ kind: 'office', body: { office: 'cu', name: 'Cũ', symbol: 'CU', station: 'tram-tinh' } }, { kind: 'end', body: { what: 'office', code: 'cu', reason: 'superseded' } }]);
  await practice.add([{ kind: 'end', body: { what: 'person', code: 'cu', reason: 'left' } }]);
  const is = async (detail: Readonly<Record<string, string>>, written: Written, code = 'muong-leo', seat = 'muong-leo-vt'): Promise<void> => {
    const { join, check } = await joining(written);
    await assert.rejects(planned(join.request, check, code, seat), (error) => error instanceof Refusal && error.code === 'stands-already' && isDeepStrictEqual(error.detail, detail), JSON.stringify(detail));
  };
  await is({ office: 'van-phong' }, { office: 'van-phong', ahead: 40 }, 'van-phong', 'van-phong-moi');
  await is({ office: 'cu' }, {}, 'cu', 'cu-vt');
  await is({ position: 'van-phong-vt' }, {}, 'muong-leo', 'van-phong-vt');
  await is({ person: 'anh' }, { person: 'anh' });
  await is({ person: 'cu' }, { person: 'cu' });
  await is({ person: 'dang-ky-mot' }, { person: 'dang-ky-mot' });
  await is({ device: 'anh-may' }, { device: 'anh-may' });
  const late = await joining();
  await practice.addStation('tram-muong-leo');
  await assert.rejects(planned(late.join.request, late.check, 'muong-leo', 'muong-leo-vt'), (error) => error instanceof Refusal && error.detail['station'] === 'tram-muong-leo');
  practice = kept;
  const { join, check } = await joining({ ahead: 1 });
  await assert.rejects(planned(join.request, check, 'muong-leo', 'muong-leo-vt'), (error) => error instanceof Refusal && error.detail['reason'] === 'number-too-far', 'the first keys of an office begin at 1');
});

test('nobody new comes in under a name that turns letters around, which an honest device does not write', async () => {
  const { join, device, check } = await joining();
  const { desk } = await planned(join.request, check, 'muong-leo', 'muong-leo-vt');
  const asked = { ...readAsked(device.request.statement).device!, name: 'Lò Thị Lan\u202e' };
  await assert.rejects(planMember(desk, { asked, isNewPerson: true, holds: [], from: NOW }), refused('text-malformed'));
});

test('keys and seal that the device made under other codes stand under those that the registrar chose', async () => {
  const { join, device, keys, check } = await joining();
  const grown = await admitted(join.request, check, 'don', 'don-vt');
  const ring = await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, withOfficeKeys(device.contents, keys.map(({ secret }) => secret)), CHEAP);
  const desk = { crypto: nodeCrypto, ring, view: grown, now: () => NOW };
  assert.throws(() => sealingPosition(ring, grown, 'don', 'say opened', NOW), refused('seal-missing'));
  assert.ok(await takeAsAdmitted(desk));
  assert.equal(ring.contents.officeKeys.length, keys.length);
  for (const { published: { purpose, number } } of keys) assert.ok(ring.officeKey('don', purpose, number) !== null);
  assert.equal(sealingPosition(ring, grown, 'don', 'say opened', NOW).position, 'don-vt');
  assert.ok(!(await takeAsAdmitted(desk)), 'what stands under its code is left alone');
});

test('a request is refused where anything about it is not as agreed', async () => {
  const { join, check } = await joining();
  const is = (code: RefusalCode, change: Partial<JoinCheck>, request = join.request) =>
    assert.rejects(checkJoinRequest(nodeCrypto, request, { ...check, ...change }), refused(code), code);
  await is('invitation-used', { isUsed: true });
  await is('invitation-expired', { now: order.expires + 1 });
  await is('invitation-code-wrong', { secret: new Uint8Array(32) });
  await is('fingerprint-differs', { fingerprint: '0000 '.repeat(10) });
  await is('cbor-malformed', {}, join.request.subarray(1));
  // The last byte of the link key's proof stands before the MAC: 34 bytes from the end, and its key.
  await is('proof-wrong', {}, join.request.map((byte, i) => (i === join.request.length - 36 ? byte ^ 1 : byte)));
});

test('office keys reach another device, and only what the directory has fixed is taken', async () => {
  const offices = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW - 1_000, cheap: true });
  await offices.addOffice('van-phong', 'tram-tinh');
  await offices.addPosition('truc-ban', 'van-phong');
  const other = await offices.addPerson('anh');
  await offices.hold('anh', 'truc-ban');
  const secret = await offices.addOfficeKey('van-phong', 'storage');
  const good = { office: 'van-phong', purpose: 'storage' as const, number: 1, secret };
  const bad = { ...good, number: 2, secret: await nodeCrypto.kem.generateSecret() };
  const devices = keyDevices(offices.state, 'van-phong', NOW);
  assert.deepEqual(devices.map(({ device }) => device), ['anh-may']);
  const wraps = await wrapOfficeKeys(nodeCrypto, [good, bad], devices);
  const ring = await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store: memoryStore() }, PASSPHRASE, {
    organisation: offices.founded.organisation, person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh', kem: other.kemSecret, seals: [], officeKeys: [], created: NOW,
  }, CHEAP);
  assert.deepEqual(await openWraps(nodeCrypto, ring, offices.state, wraps), [good]);
});
