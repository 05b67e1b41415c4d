/** A seal ends with whoever may have its key on a device, and not with who came to the position after it was certified. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { demandActed } from '#model/acting.ts';
import { exposedKeys, madeAfterExposure } from '#model/exposure.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { signOne } from '#wire/sign.ts';
import { NOW } from '../../../test/client/practice-office.ts';
import { planDeviceExposed, planPersonExposed } from '../office-keys/exposure-plans.ts';
import { planLeave, planMove } from './members.ts';

test('the seal of a position stays with the holder it was certified for when another goes', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPosition('cv', 'vp', ['draft']);
  for (const person of ['anh', 'hoa', 'po']) await practice.addPerson(person);
  await practice.hold('anh', 'vp-vt');
  practice.now = NOW + HOUR_MS / 2;
  await practice.hold('po', 'vp-vt');
  practice.now = NOW + 2 * HOUR_MS;
  await practice.hold('hoa', 'vp-vt');
  const now = NOW + 3 * HOUR_MS;
  const { state } = practice;
  const shown = (view: DirectoryView, code: string) => view.seals(code).map(({ number, since, isWorn }) => [number, since, isWorn]);
  assert.deepEqual(shown(state, 'vp-vt'), [[1, NOW, true]]);
  assert.deepEqual(shown(state, 'cv'), []);
  assert.deepEqual(planMove(state, 'hoa', 'vp-vt', 'cv', now).seals, []);
  assert.deepEqual(planLeave(state, 'hoa', 'left', now).seals, []);
  assert.deepEqual(planDeviceExposed(state, 'hoa-may', { reason: 'stolen', now }).seals, []);
  const gone = (since: number) => planDeviceExposed(state, 'hoa-may', { reason: 'stolen', now, since });
  assert.deepEqual(gone(NOW).plans.map(({ created }) => created), [NOW], 'since when it was gone, as its end says');
  for (const since of [now + 1, now - 41 * 24 * HOUR_MS]) assert.throws(() => gone(since), { code: 'date-out-of-range' });
  assert.ok(!planLeave(state, 'hoa', 'left', now).plans.some(({ kind }) => kind === 'position'));
  assert.deepEqual(planMove(state, 'anh', 'vp-vt', 'cv', now).seals, ['vp-vt']);
  assert.deepEqual(planLeave(state, 'po', 'left', now).seals, ['vp-vt'], 'clocks of registrars may differ by so much');

  // Titles and rights change without the seal; a new seal may be anybody's who holds the position then.
  const { title, rights, seal } = state.position('vp-vt')!;
  const body = { position: 'vp-vt', office: 'vp', title, rights: [...rights] };
  practice.now = now;
  await practice.add([{ kind: 'position', body: { ...body, title: 'Văn thư', seal: seal!.certificates } }]);
  assert.deepEqual(shown(practice.state, 'vp-vt'), [[1, NOW, true]]);
  await practice.add([{ kind: 'position', body }]);
  assert.deepEqual(shown(practice.state, 'vp-vt'), [[1, NOW, false]]);
  await practice.add([{ kind: 'position', body: { ...body, seal: (await practice.identity('office-seal', title)).certificates } }]);
  assert.deepEqual(shown(practice.state, 'vp-vt'), [[1, NOW, false], [2, now, true]]);
  assert.deepEqual(planLeave(practice.state, 'hoa', 'left', now).seals, ['vp-vt']);
});

test('a right that only a machine has after somebody goes is one that nobody has, where a machine never takes the step', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('pct', 'vp', ['approve', 'sign', 'dispatch', 'keys']);
  await practice.addPosition('may-ky', 'vp', ['approve', 'sign', 'dispatch', 'automatic']);
  await practice.addPerson('minh');
  await practice.hold('minh', 'pct');
  await practice.add([{ kind: 'person', body: { person: 'may', name: 'Hệ thống', kind: 'service' } }]);
  await practice.hold('may', 'may-ky');
  assert.deepEqual(planLeave(practice.state, 'minh', 'left', NOW).lacking, [{ office: 'vp', rights: ['approve', 'sign', 'keys'] }]);
  assert.deepEqual(planLeave(practice.state, 'may', 'left', NOW).lacking, []);
});

test('whose end was dated ahead may be declared stolen until it comes: device, holding and person', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPerson('anh');
  await practice.hold('anh', 'vp-vt');
  const [now, ahead] = [NOW + HOUR_MS, NOW + 3 * HOUR_MS];
  practice.now = ahead;
  const end = (what: 'device' | 'holder' | 'person', code: string, other?: string) => practice.add([{ kind: 'end', body: { what, code, other, reason: 'left' } }]);
  await end('device', 'anh-may');
  await end('holder', 'anh', 'vp-vt');
  await end('person', 'anh');
  const why = { reason: 'stolen', now } as const;
  const one = planDeviceExposed(practice.state, 'anh-may', why);
  assert.deepEqual([one.devices, one.seals, one.offices], [['anh-may'], ['vp-vt'], ['vp']]);
  const all = planPersonExposed(practice.state, 'anh', true, why);
  assert.deepEqual(all.devices, ['anh-may']);
  practice.now = now;
  await practice.add(all.plans);
  const { state } = practice;
  for (const ended of [state.device('anh-may')!, state.holdings('anh')[0]!]) assert.deepEqual([ended.endedAt, ended.endReason], [now, 'stolen']);
  assert.throws(() => planDeviceExposed(state, 'anh-may', why), { code: 'device-unknown' });
  assert.throws(() => planPersonExposed(state, 'anh', true, { ...why, now: ahead }), { code: 'person-unknown' });
});

test('a machine that was ended otherwise may be declared stolen, once more where it was gone sooner, and a leaving that was signed before takes nothing of it back', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPosition('vp-pvt', 'vp', ['keys']);
  const anh = await practice.addPerson('anh');
  const hoa = await practice.addPerson('hoa');
  await practice.hold('anh', 'vp-vt');
  await practice.hold('hoa', 'vp-pvt');
  await practice.addOfficeKey('vp', 'storage');
  const [leaving, theft, forged] = [NOW + HOUR_MS, NOW + 5 * HOUR_MS, NOW + HOUR_MS / 2];
  const statement = new Uint8Array([1, 2, 3]);
  const signature = await signOne(nodeCrypto, anh.signer, 'approve', statement, nodeRandom);
  const acted = (witnessedAt: number | null) => demandActed({ provider: nodeCrypto, view: practice.state, witnessedAt }, { statement, signature }, 'approve', forged, 'signature-wrong');
  const end = (what: 'device' | 'office-key', code: string, other: string | undefined, reason: 'left' | 'superseded' | 'stolen', signers?: typeof hoa.signer[]) =>
    practice.add([{ kind: 'end', body: { what, code, other, reason } }], signers);

  practice.now = theft;
  await practice.add(planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: theft }).plans);
  await end('office-key', 'vp', 'storage-1', 'stolen');
  practice.now = leaving;
  await end('device', 'anh-may', undefined, 'left');
  await end('office-key', 'vp', 'storage-1', 'superseded', [hoa.signer]);

  const { endedAt, endReason } = practice.state.device('anh-may')!;
  assert.deepEqual([endedAt, endReason], [leaving, 'stolen']);
  assert.deepEqual(practice.state.seals('vp-vt').map(({ isWorn, endedAt: at, exposedAt }) => [isWorn, at, exposedAt]), [[false, theft, theft]]);
  assert.deepEqual(exposedKeys(practice.state, 'vp').map(({ number }) => number), [1]);
  await assert.rejects(acted(null), { code: 'not-entitled' });
  await assert.rejects(acted(theft), { code: 'not-entitled' });
  assert.equal((await acted(theft - 1)).evidence.exposed, theft, 'seen before the theft, it stands, and says why by a witness');

  practice.now = theft + 1;
  await practice.addOfficeKey('vp', 'storage', 2);
  const again = planDeviceExposed(practice.state, 'anh-may', { reason: 'lost', now: theft + HOUR_MS, since: leaving + HOUR_MS });
  const told = again.plans.map(({ body, created }) => [(body as { other?: string }).other, created]);
  assert.deepEqual([told, again.devices, again.seals, again.offices], [[[undefined, leaving + HOUR_MS], ['seal-1', leaving + HOUR_MS]], ['anh-may'], [], []], 'what it had was made anew already');
  assert.deepEqual(madeAfterExposure(practice.state, 'vp', practice.now).map(({ number }) => number), [2]);
  practice.now = theft + HOUR_MS;
  await practice.add(again.plans);
  await assert.rejects(acted(theft - 1), { code: 'not-entitled' });
  assert.equal((await acted(leaving + HOUR_MS - 1)).evidence.exposed, leaving + HOUR_MS);
  assert.throws(() => planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: theft + 2 * HOUR_MS }), { code: 'device-unknown' });
});

test('of what is declared long after it was given up, nothing that was made since is taken for known, or for made because of it', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPerson('anh');
  await practice.hold('anh', 'vp-vt');
  await practice.addOfficeKey('vp', 'storage');
  const end = (what: 'device' | 'office-key' | 'person', code: string, other: string | undefined, reason: 'left' | 'superseded' | 'stolen') => practice.add([{ kind: 'end', body: { what, code, other, reason } }]);
  practice.now = NOW + 2 * DAY_MS;
  await end('device', 'anh-may', undefined, 'left');
  const { title, rights } = practice.state.position('vp-vt')!;
  practice.now = NOW + 3 * DAY_MS;
  await practice.add([{ kind: 'position', body: { position: 'vp-vt', office: 'vp', title, rights: [...rights], seal: (await practice.identity('office-seal', title)).certificates } }]);
  await practice.addOfficeKey('vp', 'storage', 2);
  const now = NOW + 30 * DAY_MS;
  const declared = (): string[][] => {
    const { devices, seals, offices } = planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now });
    return [[...devices], [...seals], [...offices]];
  };
  assert.deepEqual(declared(), [['anh-may'], [], ['vp']], 'storage-1 goes on, which it had');
  const sealsEnded = planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now }).plans.filter(({ body }) => (body as { what?: string }).what === 'seal');
  assert.deepEqual(sealsEnded.map(({ body }) => (body as { other?: string }).other), ['seal-1'], 'not the seal that was certified since');
  practice.now = NOW + 4 * DAY_MS;
  await end('office-key', 'vp', 'storage-1', 'superseded');
  assert.deepEqual(declared(), [['anh-may'], [], []]);
  practice.now = now;
  await end('office-key', 'vp', 'storage-1', 'stolen');
  assert.deepEqual(exposedKeys(practice.state, 'vp').map(({ number }) => number), [1]);
  assert.deepEqual(madeAfterExposure(practice.state, 'vp', now), [], 'storage-2 is older than the declaration');
  await end('person', 'anh', undefined, 'stolen');
  assert.equal(practice.state.device('anh-may')!.endReason, 'left', 'it was given up long before');
});

test('a seal is dated as its machine is, but the one that is in use while the person has another machine', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPerson('anh');
  await practice.hold('anh', 'vp-vt');
  const [since, now] = [NOW + HOUR_MS, NOW + 3 * HOUR_MS];
  const dated = (view: DirectoryView) => planDeviceExposed(view, 'anh-may', { reason: 'lost', now, since }).plans.map(({ body, created }) => [(body as { what: string }).what, created]);
  assert.deepEqual(dated(practice.state), [['device', since], ['seal', since]]);
  const { certificates } = await practice.identity('device', 'anh-2');
  await practice.add([{ kind: 'device', body: { device: 'anh-2', person: 'anh', certificates, kem: practice.state.device('anh-may')!.kem } }]);
  assert.deepEqual(dated(practice.state), [['device', since], ['seal', undefined]]);
});
