import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { giversOf } from './key-givers.ts';

const NOW = Date.UTC(2026, 10, 23, 8);

test('whoever is alone with the right makes the keys themself, the first or new ones; others give them', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('don', 'tram-tinh');
  await practice.addPosition('don-khoa', 'don', ['keys']);
  await practice.addPosition('don-soan', 'don', ['draft']);
  for (const person of ['anh', 'khue', 'minh']) await practice.addPerson(person, person);
  const givers = (person: string): unknown => {
    const found = giversOf(practice.state, 'don', NOW, person);
    return typeof found === 'string' ? found : found.map((one) => one.person);
  };
  await practice.hold('minh', 'don-soan');
  assert.deepEqual(givers('minh'), [], 'who may not make keys waits for somebody who may');
  await practice.hold('anh', 'don-khoa');
  assert.equal(givers('anh'), 'first');
  assert.deepEqual(givers('minh'), ['anh']);
  await practice.addOfficeKey('don', 'storage');
  assert.deepEqual(givers('anh'), ['minh'], 'whoever has them gives them');
  await practice.hold('khue', 'don-khoa');
  assert.deepEqual(givers('anh'), ['khue'], 'before all who makes them');
});

test('who is alone with keys that were makes new ones', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('don', 'tram-tinh');
  await practice.addPosition('don-khoa', 'don', ['keys']);
  await practice.addPerson('anh', 'anh');
  await practice.hold('anh', 'don-khoa');
  await practice.addOfficeKey('don', 'storage');
  assert.equal(giversOf(practice.state, 'don', NOW, 'anh'), 'anew');
});
