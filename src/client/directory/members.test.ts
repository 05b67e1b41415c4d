/** A seal ends with whoever may have its key on a device, and not with who came to the position after it was certified. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { NOW } from '../../../test/client/practice-office.ts';
import { planDeviceExposed } from '../office-keys/exposure-plans.ts';
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
