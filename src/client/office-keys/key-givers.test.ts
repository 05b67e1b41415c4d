import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { base64url } from '#core/bytes.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { proposalId } from '#model/proposals.ts';
import { directoryEntry } from '#wire/directory.ts';
import { giversNow, giversOf } from './key-givers.ts';

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

test('whoever goes by what waits is named only where nobody stays, and that is said', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
  await practice.addOffice('don', 'tram-tinh');
  for (const [code, right] of [['don-khoa', 'keys'], ['don-nhan', 'receive']] as const) await practice.addPosition(code, 'don', [right]);
  for (const person of ['anh', 'khue', 'minh', 'hoa']) await practice.addPerson(person, person);
  await practice.hold('anh', 'don-khoa');
  await practice.hold('hoa', 'don-nhan');
  await practice.addOfficeKey('don', 'storage');
  const second = await practice.identity('registrar', 'Phó');
  await practice.add([{ kind: 'registrar', body: { person: 'pho', name: 'Phó', certificates: second.certificates } }], [practice.founded.root.signer]);
  const entries: Uint8Array[][] = [];
  const waits = async (...plans: EntryPlan[]): Promise<void> => void entries.push(await practice.sign(plans));
  const givers = async () => {
    const proposals = entries.map((one) => ({ proposal: proposalId(nodeCrypto, one.map((bytes) => directoryEntry.decode(bytes).statement)), entries: one.map(base64url) }));
    const { givers: found, areGoing } = await giversNow({ crypto: nodeCrypto, view: practice.state, now: () => NOW, clock: { now: () => NOW }, ring: { contents: {} }, api: { call: async () => ({ proposals, withdrawn: [] }) } } as never, 'don', 'minh');
    return [typeof found === 'string' ? found : found.map(({ person }) => person), areGoing];
  };
  assert.deepEqual(await givers(), [['anh'], false]);
  await waits({ kind: 'end', body: { what: 'person', code: 'anh', reason: 'left' } });
  assert.deepEqual(await givers(), [['hoa'], false], 'who stays has them too');
  await practice.add([{ kind: 'holder', body: { person: 'khue', position: 'don-khoa', from: NOW } }], [practice.founded.registrar.signer, second.signer]);
  assert.deepEqual(await givers(), [['khue'], false], 'before all who makes them');
  await waits({ kind: 'end', body: { what: 'holder', code: 'khue', other: 'don-khoa', reason: 'superseded' } });
  await waits({ kind: 'end', body: { what: 'device', code: 'hoa-may', reason: 'left' } });
  assert.deepEqual(await givers(), [['anh', 'khue'], true], 'each of them goes');
});
