/** What is said of the keys after somebody went: nothing where they were made anew before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { NOW } from '../../../test/client/practice-office.ts';
import type { Session } from '../session.ts';
import { keysAfter } from './keys-after.ts';
import { planLeave } from './members.ts';

test('keys that were made anew after a theft are nobody\'s to make when the person then leaves', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  for (const [person, position] of [['anh', 'vp-vt'], ['khue', 'vp-cv']] as const) {
    await practice.addPosition(position, 'vp', ['keys']);
    await practice.addPerson(person);
    await practice.hold(person, position);
  }
  await practice.addOfficeKey('vp', 'storage');
  const asked: string[] = [];
  const session = {
    get view() { return practice.state; }, now: () => practice.now, ring: { contents: { person: 'anh', device: 'anh-may' } },
    keepOffice: async (office: string) => { asked.push(office); return { rolled: false }; },
  } as unknown as Session;
  practice.now = NOW + HOUR_MS;
  await practice.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'stolen' } }]);
  assert.deepEqual(await keysAfter(session, ['vp'], { outcome: 'sequenced' }, 'khue'), { rolled: [], left: [{ office: 'vp', persons: ['anh'] }] });
  await practice.addOfficeKey('vp', 'storage', 2);
  await practice.add(planLeave(practice.state, 'khue', 'left', practice.now).plans);
  assert.deepEqual(await keysAfter(session, ['vp'], { outcome: 'sequenced' }, 'khue'), { rolled: [], left: [] });
  assert.deepEqual(asked, ['vp']);
});
