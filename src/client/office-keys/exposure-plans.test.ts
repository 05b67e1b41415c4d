/** What is declared of a machine in others' hands: its device, the seals and keys it may have had, and nothing that came after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { demandActed } from '#model/acting.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { exposedKeys, madeAfterExposure } from '#model/exposure.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { signOne } from '#wire/sign.ts';
import { NOW } from '../../../test/client/practice-office.ts';
import { planLeave } from '../directory/members.ts';
import { planDeviceExposed, planPersonExposed } from './exposure-plans.ts';

/** An office with one clerk, who alone has its key. */
async function oneClerk(): Promise<PracticeOrganisation> {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPerson('anh');
  await practice.hold('anh', 'vp-vt');
  await practice.addOfficeKey('vp', 'storage');
  return practice;
}

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
  const practice = await oneClerk();
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
  const { certificates } = await practice.identity('person', 'anh');
  await practice.add([{ kind: 'device', body: { device: 'anh-2', person: 'anh', certificates, kem: practice.state.device('anh-may')!.kem } }]);
  assert.deepEqual(dated(practice.state), [['device', since], ['seal', undefined]]);
});

/** An office with one key of each purpose, whose clerk and deputy have them. */
async function keyedOffice() {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  for (const office of ['vp', 'xb']) await practice.addOffice(office, 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['draft', 'dispatch', 'receive', 'keys']);
  await practice.addPosition('vp-pvt', 'vp', ['keys']);
  await practice.addPosition('xb-vt', 'xb', ['draft']);
  await practice.addPerson('anh');
  const hoa = await practice.addPerson('hoa');
  await practice.hold('anh', 'vp-vt');
  await practice.hold('hoa', 'vp-pvt');
  for (const purpose of ['storage', 'transport'] as const) await practice.addOfficeKey('vp', purpose);
  practice.now = NOW + DAY_MS;
  const declared = () => {
    const { offices, keys, seals } = planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: practice.now });
    return { offices, keys: keys?.get('vp'), seals };
  };
  const end = (body: object, signers?: typeof hoa.signer[]) => practice.add([{ kind: 'end', body: body as never }], signers);
  return { practice, hoa, declared, end };
}

test('of who has left, or has moved, the keys of the offices that the machine worked for are named: whatever was not made anew since', async () => {
  const left = await keyedOffice();
  assert.deepEqual(left.declared(), { offices: ['vp'], keys: undefined, seals: ['vp-vt'] }, 'in force: all');
  await left.practice.add(planLeave(left.practice.state, 'anh', 'left', left.practice.now).plans);
  left.practice.now += HOUR_MS;
  assert.deepEqual(left.declared(), { offices: ['vp'], keys: ['transport-1', 'storage-1'], seals: [] });
  await left.practice.addOfficeKey('vp', 'storage', 2);
  await left.end({ what: 'office-key', code: 'vp', other: 'transport-1', reason: 'superseded' });
  assert.deepEqual(left.declared().keys, ['storage-1'], 'what was filed under it is read with it');
  await left.end({ what: 'office-key', code: 'vp', other: 'storage-1', reason: 'superseded' });
  assert.deepEqual(left.declared().offices, []);

  const moved = await keyedOffice();
  await moved.end({ what: 'holder', code: 'anh', other: 'vp-vt', reason: 'superseded' });
  await moved.practice.hold('anh', 'xb-vt');
  moved.practice.now += HOUR_MS;
  assert.deepEqual(moved.declared().offices, ['vp']);
  await moved.practice.addOfficeKey('vp', 'storage', 2);
  assert.ok(!moved.practice.state.keysHad('anh-may', 'vp', moved.practice.now).some(({ number }) => number === 2), 'made when they were gone');
});

test('a machine worked until the log ended it, whatever day its end was given', async () => {
  const { practice, declared, end } = await keyedOffice();
  practice.now = NOW + 10 * DAY_MS;
  await practice.addOfficeKey('vp', 'storage', 2);
  await end({ what: 'office-key', code: 'vp', other: 'storage-1', reason: 'superseded' });
  practice.now = NOW + 5 * DAY_MS;
  await end({ what: 'device', code: 'anh-may', reason: 'left' });
  practice.now = NOW + 21 * DAY_MS;
  await practice.addOfficeKey('vp', 'storage', 3);
  assert.deepEqual(declared().keys, ['transport-1', 'storage-2']);
});

test('a first declaration that is dated back spares no key that stood when it was written', async () => {
  const { practice, hoa, end } = await keyedOffice();
  practice.now = NOW + 20 * DAY_MS;
  await practice.addOfficeKey('vp', 'storage', 2);
  practice.now = NOW + DAY_MS;
  await end({ what: 'office-key', code: 'vp', other: 'storage-1', reason: 'stolen' }, [hoa.signer]);
  assert.deepEqual(madeAfterExposure(practice.state, 'vp', NOW + 30 * DAY_MS), []);
});

/** What is declared of seals, and how each is dated. */
const sealsOf = (view: DirectoryView, device: string, now: number, since?: number) => planDeviceExposed(view, device, { reason: 'stolen', now, since }).plans
  .flatMap(({ body, created }) => ((body as { what?: string }).what === 'seal' ? [[(body as { other?: string }).other, created]] : []));

async function sealedPosition(persons: readonly string[]) {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  for (const office of ['vp', 'xb']) await practice.addOffice(office, 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['receive']);
  await practice.addPosition('xb-vt', 'xb', ['draft']);
  for (const person of persons) {
    await practice.addPerson(person);
    await practice.hold(person, 'vp-vt');
  }
  const renew = async () => practice.add([{ kind: 'position', body: { position: 'vp-vt', office: 'vp', title: 'vp-vt', rights: ['receive'], seal: (await practice.identity('office-seal', 'vp-vt')).certificates } }]);
  return { practice, renew };
}

test('no seal is dated back that an honest machine may have used meanwhile: of another holder, or the person\'s own', async () => {
  const two = await sealedPosition(['anh', 'hoa']);
  const [since, now] = [NOW + 3 * DAY_MS, NOW + 30 * DAY_MS];
  assert.deepEqual(sealsOf(two.practice.state, 'anh-may', now, since), [['seal-1', undefined]]);

  const own = await sealedPosition(['anh']);
  await own.practice.addDevice('anh-2', 'anh');
  own.practice.now = now;
  await own.renew();
  assert.deepEqual(sealsOf(own.practice.state, 'anh-may', now, since), [['seal-1', undefined], ['seal-2', undefined]]);
  await own.practice.add(planDeviceExposed(own.practice.state, 'anh-may', { reason: 'stolen', now, since }).plans);
  assert.deepEqual(sealsOf(own.practice.state, 'anh-may', now + HOUR_MS, since - HOUR_MS), [], 'nor once more, when it is known better since when');
});

test('a seal is found on the machine that it was certified for, whatever waited meanwhile and whichever clock was ahead', async () => {
  const moved = await sealedPosition(['anh']);
  moved.practice.now = NOW + 2 * HOUR_MS;
  await moved.practice.add([{ kind: 'end', body: { what: 'holder', code: 'anh', other: 'vp-vt', reason: 'superseded' } }]);
  await moved.practice.hold('anh', 'xb-vt');
  moved.practice.now = NOW + HOUR_MS;
  await moved.renew();
  assert.deepEqual(sealsOf(moved.practice.state, 'anh-may', NOW + DAY_MS).map(([seal]) => seal), ['seal-1', 'seal-2'], 'signed before they moved, and countersigned afterwards');

  const ahead = await sealedPosition([]);
  await ahead.practice.addPerson('anh');
  ahead.practice.now = NOW + 3 * HOUR_MS;
  await ahead.practice.hold('anh', 'vp-vt');
  ahead.practice.now = NOW + HOUR_MS;
  await ahead.renew();
  assert.deepEqual(sealsOf(ahead.practice.state, 'anh-may', NOW + DAY_MS).map(([seal]) => seal), ['seal-2']);

  const coming = await sealedPosition(['anh']);
  coming.practice.now = NOW + 5 * HOUR_MS;
  await coming.practice.add([{ kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'left' } }]);
  coming.practice.now = NOW + 4 * HOUR_MS;
  await coming.renew();
  coming.practice.now = NOW + 6 * HOUR_MS;
  await coming.renew();
  assert.deepEqual(sealsOf(coming.practice.state, 'anh-may', NOW + DAY_MS).map(([seal]) => seal), ['seal-1', 'seal-2']);
});

test('what was certified while a declaration waited is declared once more, by the same command', async () => {
  const { practice, renew } = await sealedPosition(['anh']);
  practice.now = NOW + HOUR_MS;
  const waiting = planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: practice.now }).plans;
  await renew();
  await practice.add(waiting);
  const again = planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: NOW + 3 * HOUR_MS });
  assert.deepEqual([again.plans.map(({ body }) => (body as { other?: string }).other), again.seals], [['seal-2'], ['vp-vt']]);
  await practice.add(again.plans);
  assert.throws(() => planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: NOW + 3 * HOUR_MS }), { code: 'device-unknown' });
});

test('who lost the right while that waited for its second signature had the keys that were made meanwhile', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPerson('anh');
  await practice.addPosition('vp-vt', 'vp', ['keys']);
  await practice.hold('anh', 'vp-vt');
  practice.now = NOW + 2 * DAY_MS;
  await practice.addOfficeKey('vp', 'storage');
  practice.now = NOW + DAY_MS;
  await practice.add([{ kind: 'position', body: { position: 'vp-vt', office: 'vp', title: 'vp-vt', rights: [] } }]);
  const [key] = practice.state.officeKeys('vp', 'storage');
  assert.deepEqual(practice.state.departed('vp', key!, NOW + 5 * DAY_MS), ['anh-may']);
  assert.deepEqual(planDeviceExposed(practice.state, 'anh-may', { reason: 'stolen', now: NOW + 5 * DAY_MS }).offices, ['vp']);
});

test('whose end was dated ahead may be declared stolen until it comes: device, holding and person', async () => {
  const practice = await oneClerk();
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
  await practice.add([{ kind: 'end', body: { what: 'office-key', code: 'vp', other: 'storage-1', reason: 'stolen' } }]);
  const { state } = practice;
  for (const ended of [state.device('anh-may')!, state.holdings('anh')[0]!]) assert.deepEqual([ended.endedAt, ended.endReason], [now, 'stolen']);
  assert.throws(() => planDeviceExposed(state, 'anh-may', why), { code: 'device-unknown' });
  assert.throws(() => planPersonExposed(state, 'anh', true, { ...why, now: ahead }), { code: 'person-unknown' });
});
