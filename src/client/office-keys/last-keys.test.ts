/** Who is left with an office's keys, of an office at another station: by the directory alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { NOW } from '../../../test/client/practice-office.ts';
import { lastKeys } from './last-keys.ts';
import { planLeave } from '../directory/members.ts';

test('who was there when the key was made has it, though the key counts from an hour before; who came after may have none', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addStation('tram-don');
  await practice.addOffice('don', 'tram-don');
  await practice.addPosition('don-vt', 'don');
  const come = async (person: string): Promise<void> => {
    await practice.addPerson(person, person);
    await practice.hold(person, 'don-vt');
  };
  for (const person of ['lan', 'son']) await come(person);
  await practice.addOfficeKey('don', 'storage', 1, NOW - HOUR_MS);
  const api = { call: async (route: string) => route === 'pending' ? { proposals: [], withdrawn: [] } : assert.fail('the station of another office is not asked') };
  const leaving = async (person: string) => {
    const { state: view } = practice;
    return lastKeys({ api, view, now: () => NOW, station: 'tram-tinh' } as never, planLeave(view, person, 'left', NOW).plans);
  };
  assert.deepEqual(await leaving('lan'), []);
  await come('hoa');
  await practice.add([{ kind: 'end', body: { what: 'holder', code: 'son', other: 'don-vt', reason: 'left' } }]);
  assert.deepEqual(await leaving('lan'), [{ office: 'don', persons: ['lan'], others: ['hoa'], joiners: [], areDevices: false }]);
});
