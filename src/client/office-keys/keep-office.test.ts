/** What one step of keeping an office's keys meets ends neither the others nor the session, and is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { NOW, practiceOffices, ringOf } from '../../../test/client/practice-office.ts';
import { keepOffice } from './keep-office.ts';
import type { KeyDesk } from './key-desk.ts';

async function deskThat(fails: Error): Promise<KeyDesk> {
  const practice = await practiceOffices();
  const person = practice.state.entitled('keys', 'van-phong', NOW)[0]!.person;
  const ring = await ringOf(practice, person, []);
  return { crypto: nodeCrypto, random: nodeRandom, ring, view: practice.state, now: () => NOW, api: { call: async () => { throw fails; } } } as unknown as KeyDesk;
}

test('a fault of ours in one step is said as one, and the others are tried', async () => {
  const { undone, given } = await keepOffice(await deskThat(new Error('assertion failed: a key has a number that fits')), 'van-phong');
  assert.equal(given, 0);
  assert.ok(undone.some(({ step, code }) => step === 'give' && code === 'internal'), JSON.stringify(undone));
  assert.ok(undone.length > 1);
});

test('a refusal is said by its code; one with which nothing can go on ends the errand', async () => {
  const { undone } = await keepOffice(await deskThat(new Refusal('disk-full')), 'van-phong');
  assert.ok(undone.every(({ code }) => code === 'disk-full'));
  await assert.rejects(keepOffice(await deskThat(new Refusal('station-unreachable')), 'van-phong'), (error) => error instanceof Refusal && error.code === 'station-unreachable');
});
