import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { actedFor, DELEGATION_MS_MAX } from '#model/delegations.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { applyEntry, foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { DirectoryBody } from '#wire/directory.ts';
import type { TwinSigner } from '#wire/sign.ts';

const NOW = Date.UTC(2026, 10, 23, 8);

async function found(): Promise<PracticeOrganisation> {
  const org = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await org.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  await org.addPosition('chu-tich', 'van-phong', ['approve', 'sign', 'flash', 'keys', 'dispatch']);
  await org.addPosition('chuyen-vien', 'van-phong', ['draft']);
  for (const [person, name] of [['khue', 'Đặng Ngọc Khuê'], ['minh', 'Lò Văn Minh'], ['anh', 'Nguyễn Thị Ánh']] as const) await org.addPerson(person, name);
  await org.hold('khue', 'chu-tich', NOW - DAY_MS);
  await org.hold('anh', 'chuyen-vien', NOW - DAY_MS);
  return org;
}

type Delegation = DirectoryBody<'delegation'>;
const THREE_DAYS: Delegation = {
  delegation: 'uq-12', position: 'chu-tich', by: 'khue', to: 'minh', rights: ['approve', 'sign'], from: NOW, until: NOW + 3 * DAY_MS,
  reason: 'Giấy ủy quyền số 12/UQ-UBND',
};
const plan = (change: Partial<Delegation> = {}): EntryPlan => ({ kind: 'delegation', body: { ...THREE_DAYS, ...change } });
const device = (org: PracticeOrganisation, person: string): TwinSigner => org.devices.get(`${person}-may`)!.signer;

async function refused(org: PracticeOrganisation, reason: string, entry: EntryPlan, signers?: readonly TwinSigner[]): Promise<void> {
  const [bytes] = await org.sign([entry], signers);
  await assert.rejects(applyEntry(nodeCrypto, org.state, bytes!, { authority: org.authority }), (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.detail['reason'], reason);
    return true;
  });
}

test('a delegation gives some rights of a position for its days, and lapses by itself', async () => {
  const org = await found();
  await org.add([plan()]);
  const { state } = org;
  assert.ok(state.may('minh', 'sign', 'van-phong', NOW));
  assert.ok(!state.may('minh', 'flash', 'van-phong', NOW), 'no more than was delegated');
  assert.ok(!state.may('minh', 'sign', 'van-phong', NOW - 1));
  assert.ok(state.may('minh', 'sign', 'van-phong', NOW + 3 * DAY_MS - 1));
  assert.ok(!state.may('minh', 'sign', 'van-phong', NOW + 3 * DAY_MS));
  assert.ok(state.may('khue', 'sign', 'van-phong', NOW), 'the holder goes on holding');
  assert.deepEqual(actedFor(state, 'minh', 'chu-tich', NOW), { delegation: 'uq-12', by: 'khue' });
  assert.equal(actedFor(state, 'khue', 'chu-tich', NOW), null);
  assert.equal(state.held('minh', NOW)[0]!.seal, null, 'the seal stays with the holder');
  assert.deepEqual(state.entitled('sign', 'van-phong', NOW).map(({ person }) => person).toSorted(), ['khue', 'minh']);
});

test('who no longer holds delegates no longer; a position that lost the right has none to give', async () => {
  const org = await found();
  await org.add([plan()]);
  org.now = NOW + HOUR_MS;
  await org.add([{ kind: 'end', body: { what: 'holder', code: 'khue', other: 'chu-tich', reason: 'superseded' } }]);
  assert.ok(org.state.may('minh', 'sign', 'van-phong', NOW));
  assert.ok(!org.state.may('minh', 'sign', 'van-phong', NOW + HOUR_MS));
  const other = await found();
  await other.add([plan()]);
  other.now = NOW + HOUR_MS;
  await other.add([{ kind: 'position', body: { position: 'chu-tich', office: 'van-phong', title: 'Chủ tịch', rights: ['approve'] } }]);
  assert.ok(!other.state.may('minh', 'sign', 'van-phong', NOW + HOUR_MS));
  assert.ok(other.state.may('minh', 'approve', 'van-phong', NOW + HOUR_MS));
});

test('what needs a key of the office is not delegated, nor anything for ever, to oneself, backwards or twice', async () => {
  const org = await found();
  for (const rights of [['dispatch'], ['keys'], ['draft'], ['sign', 'keys']] as const) await refused(org, 'right-not-delegable', plan({ rights: [...rights] }));
  await refused(org, 'rights-repeated', plan({ rights: ['sign', 'sign'] }));
  await refused(org, 'dates-reversed', plan({ until: NOW }));
  await refused(org, 'delegation-too-long', plan({ until: NOW + DELEGATION_MS_MAX + 1 }));
  await refused(org, 'delegation-backdated', plan({ from: NOW - 2 * DAY_MS }));
  await refused(org, 'delegates-to-self', plan({ to: 'khue' }));
  await refused(org, 'holder-unknown', plan({ by: 'anh' }));
  await refused(org, 'person-unknown', plan({ to: 'khong-co' }));
  await refused(org, 'position-unknown', plan({ position: 'khong-co' }));
  await org.add([plan()]);
  await refused(org, 'code-taken', plan({ to: 'anh' }));
});

test('what was delegated is not delegated on', async () => {
  const org = await found();
  await org.add([plan()]);
  await refused(org, 'holder-unknown', plan({ delegation: 'uq-13', by: 'minh', to: 'anh' }));
});

test('a holder delegates by their own device to whom registrars have named, to nobody else, and takes it back', async () => {
  const org = await found();
  const khue = device(org, 'khue');
  await refused(org, 'signer-not-entitled', plan(), [khue]);
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['minh'] } }]);
  await refused(org, 'signer-not-entitled', plan({ to: 'anh' }), [khue]);
  await refused(org, 'signer-not-entitled', plan(), [device(org, 'minh')]);
  await org.add([plan()], [khue]);
  assert.ok(org.state.may('minh', 'sign', 'van-phong', NOW));
  org.now = NOW + HOUR_MS;
  const end: EntryPlan = { kind: 'end', body: { what: 'delegation', code: 'uq-12', reason: 'superseded' } };
  await refused(org, 'signer-not-entitled', end, [device(org, 'minh')]);
  await org.add([end], [khue]);
  assert.ok(!org.state.may('minh', 'sign', 'van-phong', NOW + HOUR_MS));
  await refused(org, 'delegation-unknown', end);
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: [] } }]);
  await refused(org, 'signer-not-entitled', plan({ delegation: 'uq-14' }), [khue]);
});

test('whom registrars strike loses what the holder gave by themself, and nothing that registrars gave', async () => {
  const org = await found();
  const khue = device(org, 'khue');
  await org.addPosition('pho', 'van-phong', ['sign']);
  await org.hold('khue', 'pho', NOW - DAY_MS);
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['minh', 'anh'] } }, { kind: 'alternate', body: { position: 'pho', persons: ['minh'] } }]);
  const own = [plan(), plan({ delegation: 'uq-13', to: 'anh' }), plan({ delegation: 'uq-14', position: 'pho', rights: ['sign'] })];
  await org.add(own, [khue]);
  await org.add([plan({ delegation: 'uq-15', rights: ['flash'] })]);
  org.now = NOW + HOUR_MS;
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['anh'] } }]);
  const standing = () => org.state.delegations().filter(({ endedBy }) => endedBy === null).map(({ delegation }) => delegation).toSorted();
  assert.deepEqual(standing(), ['uq-13', 'uq-14', 'uq-15']);
  assert.ok(org.state.may('minh', 'approve', 'van-phong', NOW), 'what was done before stays done');
  assert.ok(!org.state.may('minh', 'approve', 'van-phong', NOW + HOUR_MS));
  assert.ok(org.state.may('minh', 'flash', 'van-phong', NOW + HOUR_MS));
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['minh', 'anh'] } }]);
  assert.deepEqual(standing(), ['uq-13', 'uq-14', 'uq-15'], 'named again, one is delegated to anew');
});

test('a holder\'s own word counts from no earlier than a day before what the log has heard', async () => {
  const org = await found();
  const khue = device(org, 'khue');
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['minh'] } }]);
  const heard = NOW + 20 * DAY_MS;
  org.now = heard;
  await org.addPerson('hoa', 'Vàng Thị Hoa');
  org.now = NOW + HOUR_MS;
  await org.add([plan({ from: NOW, until: heard + 9 * DAY_MS })], [khue]);
  assert.ok(!org.state.may('minh', 'sign', 'van-phong', heard - DAY_MS - 1));
  assert.ok(org.state.may('minh', 'sign', 'van-phong', heard - DAY_MS));
  const end: EntryPlan = { kind: 'end', body: { what: 'delegation', code: 'uq-12', reason: 'superseded' } };
  const before = org.state;
  const [byRegistrar] = await org.sign([end]);
  await org.add([end], [khue]);
  assert.equal(org.state.delegation('uq-12')!.endedAt, heard - DAY_MS, 'what the other signed a week ago is not undone');
  const state = await applyEntry(nodeCrypto, before, byRegistrar!, { authority: org.authority });
  assert.equal(state.delegation('uq-12')!.endedAt, NOW + HOUR_MS, 'registrars say when, and answer for it');
});

test('an alternate is a person in force, and the position stands', async () => {
  const org = await found();
  await refused(org, 'person-unknown', { kind: 'alternate', body: { position: 'chu-tich', persons: ['khong-co'] } });
  await refused(org, 'position-unknown', { kind: 'alternate', body: { position: 'khong-co', persons: [] } });
  await refused(org, 'signer-not-entitled', { kind: 'alternate', body: { position: 'chu-tich', persons: ['minh'] } }, [device(org, 'khue')]);
});

test('two registrars: delegations need both, and so do their ends; a holder\'s word is no second registrar\'s; the root ends one, and never the last', async () => {
  const org = await found();
  const { root, registrar } = org.founded;
  const second = await org.identity('registrar', 'Lò Văn Minh');
  await refused(org, 'last-registrar', { kind: 'end', body: { what: 'registrar', code: 'dang-ky-mot', reason: 'left' } }, [root.signer]);
  await org.add([{ kind: 'registrar', body: { person: 'minh', name: 'Lò Văn Minh', certificates: second.certificates } }], [root.signer]);
  await refused(org, 'second-registrar-missing', plan());
  await org.add([plan()], [registrar.signer, second.signer]);
  const khue = device(org, 'khue');
  const taken: EntryPlan = { kind: 'end', body: { what: 'delegation', code: 'uq-12', reason: 'mistake' } };
  await org.add([{ kind: 'alternate', body: { position: 'chu-tich', persons: ['minh'] } }], [registrar.signer, second.signer]);
  for (const [one, signers] of [[taken, [registrar.signer]], [taken, [khue, registrar.signer]], [plan({ delegation: 'uq-13' }), [khue, registrar.signer]]] as const) {
    await refused(org, 'second-registrar-missing', one, [...signers]);
  }
  await org.add([plan({ delegation: 'uq-13' })], [khue]);
  await org.add([{ ...taken, body: { ...taken.body, code: 'uq-13' } } as EntryPlan], [khue]);
  const end: EntryPlan = { kind: 'end', body: { what: 'registrar', code: 'minh', reason: 'left' } };
  await refused(org, 'signer-not-entitled', end);
  await refused(org, 'signer-not-entitled', { kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'left' } }, [root.signer]);
  org.now = NOW + HOUR_MS;
  await org.add([end], [root.signer]);
  assert.deepEqual(org.state.registrars().map(({ person }) => person), ['dang-ky-mot']);
  await refused(org, 'signer-ended', plan({ delegation: 'uq-15' }), [second.signer]);
  await refused(org, 'registrar-unknown', end, [root.signer]);
  await org.add([plan({ delegation: 'uq-16' })]);
  const again = await org.identity('registrar', 'Lò Văn Minh');
  await org.add([{ kind: 'registrar', body: { person: 'minh', name: 'Lò Văn Minh', certificates: again.certificates } }], [root.signer]);
  assert.equal(org.state.registrars().length, 2, 'with new keys one may be made again');
});

test('an office that moved: the old station counts for what it said while it was home, and until it must have heard', async () => {
  const org = await found();
  await org.addStation('muong-leo', 'Mường Lèo');
  org.now = NOW + HOUR_MS;
  await org.addOffice('van-phong', 'muong-leo', 'Văn phòng');
  const { state } = org;
  const month = 30 * DAY_MS;
  assert.ok(state.livesAt('van-phong', 'tram-tinh', NOW) && state.livesAt('van-phong', 'tram-tinh', NOW + HOUR_MS + month - 1));
  assert.ok(!state.livesAt('van-phong', 'tram-tinh', NOW + HOUR_MS + month));
  // The new home's clock may be behind the registrar's.
  assert.ok(state.livesAt('van-phong', 'muong-leo', NOW) && state.livesAt('van-phong', 'muong-leo', NOW + HOUR_MS - month));
  assert.ok(!state.livesAt('van-phong', 'muong-leo', NOW + HOUR_MS - month - 1));
  assert.ok(state.livesAt('van-phong', 'muong-leo', NOW + HOUR_MS));
  assert.equal(state.office('van-phong')!.station, 'muong-leo');
  assert.ok(!state.livesAt('khong-co', 'tram-tinh', NOW));
});

test('replaying a log with delegations gives the same root', async () => {
  const org = await found();
  await org.add([plan(), { kind: 'alternate', body: { position: 'chu-tich', persons: ['minh'] } }]);
  assert.deepEqual((await foldEntries(nodeCrypto, null, org.entries, { authority: org.authority }))!.point, org.state.point);
});

test('who left and is appointed again has delegated nothing: what was given before does not come back', async () => {
  const org = await found();
  await org.add([plan()]);
  assert.ok(org.state.may('minh', 'sign', 'van-phong', NOW + 1));
  await org.add([{ kind: 'end', body: { what: 'holder', code: 'khue', other: 'chu-tich', reason: 'left' } }]);
  await org.hold('khue', 'chu-tich', NOW);
  assert.ok(org.state.may('khue', 'sign', 'van-phong', NOW + HOUR_MS));
  assert.ok(!org.state.may('minh', 'sign', 'van-phong', NOW + HOUR_MS));
  await org.add([plan({ delegation: 'uq-13' })]);
  assert.ok(org.state.may('minh', 'sign', 'van-phong', NOW + HOUR_MS));
});
