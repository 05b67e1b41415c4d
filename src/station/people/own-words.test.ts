/** One clerk's device that puts into the log whatever it may, without end. Source: docs/protocol/directory.md §Proposing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { OWN_KEYS_MAX, OWN_WORDS_MAX } from './own-words.ts';
import { filled, NOW, open, province, type Room } from './testing.test.ts';

const practice = await province();
for (let i = 0; i < 4; i++) {
  await practice.addOffice(`to-${i}`, 'tram-tinh', `Tổ ${i}`);
  await practice.addPosition(`giu-khoa-${i}`, `to-${i}`);
  await practice.hold('anh', `giu-khoa-${i}`);
}
await practice.addPosition('truong-phong', 'van-phong', ['approve', 'sign', 'dispatch']);
await practice.hold('anh', 'truong-phong');
await practice.add([{ kind: 'alternate', body: { position: 'truong-phong', persons: ['khue'] } }]);
const { signer } = practice.devices.get('anh-may')!;

const key = (number: number, purpose: 'storage' | 'transport' = 'storage', office = 'van-phong'): EntryPlan =>
  ({ kind: 'office-key', body: { office, purpose, number, from: NOW, kem: 0x647a, publicKey: new Uint8Array(1_216).fill(number) } });
const endOf = (number: number, reason: 'compromised' | 'mistake' = 'compromised'): EntryPlan =>
  ({ kind: 'end', body: { what: 'office-key', code: 'van-phong', other: `storage-${number}`, reason } });
const own = async (room: Room, ...plans: EntryPlan[]) => room.people.propose(await practice.sign(plans, [signer]));
const FIRST = 10;
const many = (count: number, purpose: 'storage' | 'transport' = 'storage', office = 'van-phong') =>
  Array.from({ length: count }, (_, i) => key(FIRST + i, purpose, office));

async function refusedFor(minutes: number, most: number, attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.deepEqual([error.code, error.detail], ['own-entries-full', { most, minutes }]);
    return true;
  });
}

test('a device fixes so many keys of an office a day, also over a restart; a registrar and the next day go on', async () => {
  const disk = newDisk();
  const hub = await filled(practice, 'tram-tinh', disk);
  for (const plan of many(OWN_KEYS_MAX)) await own(hub, plan);
  const { size } = hub.people.view().point;
  await refusedFor(24 * 60, OWN_KEYS_MAX, own(hub, key(FIRST + OWN_KEYS_MAX)));
  await own(hub, key(FIRST, 'transport'));
  assert.equal(hub.people.view().point.size, size + 1, 'what was refused is not in the log; another purpose is counted by itself');
  await hub.store.close();
  const again = await open(practice, 'tram-tinh', disk);
  again.clock.advance(HOUR_MS);
  await refusedFor(23 * 60, OWN_KEYS_MAX, own(again, key(FIRST + OWN_KEYS_MAX)));
  await again.people.propose(await practice.sign([key(FIRST + OWN_KEYS_MAX)]));
  again.clock.advance(DAY_MS - HOUR_MS);
  await own(again, key(FIRST + OWN_KEYS_MAX + 1));
});

test('a device says so much by itself a day, whatever it is; that a key is exposed it may say always, and once', async () => {
  const hub = await filled(practice);
  for (const office of ['van-phong', 'to-0', 'to-1', 'to-2']) await own(hub, ...many(OWN_KEYS_MAX, 'storage', office));
  const most = OWN_WORDS_MAX;
  await refusedFor(24 * 60, most, own(hub, key(FIRST, 'storage', 'to-3')));
  const delegation: EntryPlan = {
    kind: 'delegation',
    body: { delegation: 'thay', position: 'truong-phong', by: 'anh', to: 'khue', rights: ['sign'], from: NOW, until: NOW + DAY_MS, reason: 'Nghỉ phép' },
  };
  await refusedFor(24 * 60, most, own(hub, delegation));
  await own(hub, ...many(OWN_KEYS_MAX).map((_, i) => endOf(FIRST + i)));
  assert.equal(hub.people.view().officeKeys('van-phong', 'storage').filter(({ endedBy }) => endedBy !== null).length, OWN_KEYS_MAX);
});

test('who held a position until a day makes and ends no keys afterwards, whatever time they give it, though the log heard of nothing since', async () => {
  const other = await province();
  await other.hold('la', 'van-thu', NOW, NOW + DAY_MS);
  const la = other.devices.get('la-may')!.signer;
  const hub = await filled(other);
  const says = async (plan: EntryPlan) => hub.people.propose(await other.sign([plan], [la]));
  await says(key(FIRST));
  hub.clock.advance(DAY_MS);
  for (const plan of [key(FIRST + 1), endOf(FIRST)]) {
    await assert.rejects(says(plan), (error) => error instanceof Refusal && error.code === 'directory-entry-refused' && error.detail['reason'] === 'signer-not-entitled');
  }
  assert.equal(hub.people.view().currentKey('van-phong', 'storage', hub.clock.now())?.number, FIRST);
});

test('delegations and their ends are counted, in one proposal too', async () => {
  const hub = await filled(practice);
  const pairs = Array.from({ length: OWN_WORDS_MAX / 2 + 1 }, (_, i): EntryPlan[] => [
    {
      kind: 'delegation',
      body: { delegation: `thay-${i}`, position: 'truong-phong', by: 'anh', to: 'khue', rights: ['sign'], from: NOW, until: NOW + DAY_MS, reason: 'Nghỉ phép' },
    },
    { kind: 'end', body: { what: 'delegation', code: `thay-${i}`, reason: 'mistake' } },
  ]);
  await assert.rejects(own(hub, ...pairs.flat()), (error) => error instanceof Refusal && error.code === 'own-entries-full');
  await own(hub, ...pairs.slice(1).flat());
  await refusedFor(24 * 60, OWN_WORDS_MAX, own(hub, ...pairs[0]!));
});
