import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fromHex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { escrowRelease, escrowShare } from '#wire/escrow.ts';
import { recoverKeys, releaseShares, splitAmongCustodians } from './escrow.ts';
import { choices, combineShares, splitSecret } from './secret-sharing.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const CUSTODIANS = ['anh', 'khue', 'minh', 'on'];
const to = { office: 'van-phong', device: 'thao-may', use: 'recovery' } as const;

let practice: PracticeOrganisation;
let secret: Uint8Array;
let shares: Uint8Array[];

const holder = (device: string) => ({ device, kem: practice.devices.get(device)!.kemSecret });
const give = (person: string, more: Partial<{ device: string; use: 'recovery' | 'rehearsal'; shares: Uint8Array[] }> = {}) =>
  releaseShares(nodeCrypto, practice.state, holder(`${person}-may`), more.shares ?? shares, { ...to, ...more }, NOW);
const recover = (releases: Uint8Array[], use: 'recovery' | 'rehearsal' = 'recovery') =>
  recoverKeys(nodeCrypto, practice.state, holder('thao-may'), releases, { office: 'van-phong', use });
const refuses = (code: string, attempt: Promise<unknown>) => assert.rejects(attempt, (error) => error instanceof Refusal && error.code === code);

before(async () => {
  practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
  secret = await practice.addOfficeKey('van-phong', 'storage', 1);
  await practice.addPosition('truc', 'van-phong', ['receive', 'keys']);
  for (const person of [...CUSTODIANS, 'thao', 'la']) await practice.addPerson(person, `Người ${person}`);
  await practice.hold('thao', 'truc');
  await practice.add([{ kind: 'escrow', body: { office: 'van-phong', number: 1, threshold: 3, custodians: CUSTODIANS } }]);
  shares = await splitAmongCustodians(nodeCrypto, practice.state, 'van-phong', [
    { office: 'van-phong', purpose: 'storage', number: 1, secret: secret.slice() },
    { office: 'van-phong', purpose: 'transport', number: 1, secret: nodeRandom.bytes(32) },
  ]);
});

test('only storage keys are split, one share to each device of each custodian', () => {
  assert.equal(shares.length, 4);
  assert.deepEqual(shares.map((bytes) => escrowShare.decode(bytes).custodian), CUSTODIANS);
});

test('any three of four bring the key back, two do not, and it is the one that the directory has', async () => {
  const given = await Promise.all(CUSTODIANS.map((person) => give(person)));
  for (const three of choices(given.flat(), 3)) {
    const { keys, lacking, wrong } = await recover(three);
    assert.deepEqual([keys.length, lacking, wrong], [1, [], []]);
    assert.deepEqual(keys[0]!.secret, secret);
  }
  const two = await recover(given.flat().slice(0, 2));
  assert.deepEqual([two.keys, two.lacking], [[], [{ number: 1, have: 2, need: 3 }]]);
});

test('a custodian who gives something else is named, and spoils nothing while enough are right', async () => {
  const given = await Promise.all(CUSTODIANS.map((person) => give(person)));
  const [bad] = await give('on', { shares: await liesOf('on') });
  const { keys, wrong } = await recover([...given.slice(0, 3).flat(), bad!]);
  assert.deepEqual([keys.length, wrong], [1, ['on']]);
  const short = await recover([...given.slice(0, 2).flat(), bad!]);
  assert.equal(short.keys.length, 0);
});

/** A share of another secret, under the right name. */
async function liesOf(custodian: string): Promise<Uint8Array[]> {
  const others = await splitAmongCustodians(nodeCrypto, practice.state, 'van-phong', [{ office: 'van-phong', purpose: 'storage', number: 1, secret: nodeRandom.bytes(32) }]);
  return others.filter((bytes) => escrowShare.decode(bytes).custodian === custodian);
}

test('a share is given only to a device that may have the key, and opens nowhere else', async () => {
  await refuses('not-entitled', give('anh', { device: 'la-may' }));
  await refuses('device-unknown', give('anh', { device: 'khong-co' }));
  const given = (await Promise.all(CUSTODIANS.map((person) => give(person)))).flat();
  const stolen = await recoverKeys(nodeCrypto, practice.state, { device: 'thao-may', kem: practice.devices.get('la-may')!.kemSecret }, given, { office: 'van-phong', use: 'recovery' });
  assert.deepEqual([stolen.keys, stolen.wrong], [[], CUSTODIANS.toSorted()]);
});

test('what was given for a rehearsal recovers nothing, nor under a changed name', async () => {
  const given = (await Promise.all(CUSTODIANS.map((person) => give(person, { use: 'rehearsal' })))).flat();
  assert.equal((await recover(given, 'rehearsal')).keys.length, 1);
  assert.equal((await recover(given)).keys.length, 0);
  const renamed = given.map((bytes) => escrowRelease.encode({ ...escrowRelease.decode(bytes), use: 'recovery' }));
  assert.deepEqual((await recover(renamed)).wrong, CUSTODIANS.toSorted());
});

test('shares of an earlier set of custodians count no more', async () => {
  const earlier = practice.state;
  await practice.add([{ kind: 'escrow', body: { office: 'van-phong', number: 2, threshold: 2, custodians: CUSTODIANS } }]);
  assert.deepEqual(await give('anh'), []);
  practice.state = earlier;
});

test('a set of custodians that is none is refused by the directory', async () => {
  const entry = (body: Partial<{ number: number; threshold: number; custodians: string[]; office: string }>) =>
    practice.add([{ kind: 'escrow', body: { office: 'van-phong', number: 2, threshold: 2, custodians: ['anh', 'khue'], ...body } }]);
  await refuses('directory-entry-refused', entry({ threshold: 3 }));
  await refuses('directory-entry-refused', entry({ custodians: ['anh', 'anh'] }));
  await refuses('directory-entry-refused', entry({ custodians: ['anh', 'khong-co'] }));
  await refuses('directory-entry-refused', entry({ number: 4 }));
  await refuses('directory-entry-refused', entry({ office: 'khong-co' }));
});

test('the library gives what another implementation of the same field gives', async () => {
  // Computed apart, over GF(2^8) with 0x11b: f(x) = s + 7x + 3x² at x = 1, 2, 3 for s = 0x2a, 32 times over.
  const at = (value: number, x: number) => Uint8Array.from([...Array.from({ length: 32 }, () => value), x]);
  const value = (x: number) => 0x2a ^ multiply(7, x) ^ multiply(3, multiply(x, x));
  const combined = await combineShares([1, 2, 3].map((x) => at(value(x), x)));
  assert.deepEqual(combined, fromHex('2a'.repeat(32)));
  assert.equal(await combineShares([at(1, 1), at(2, 1)]), null, 'two in one place');
  assert.equal((await splitSecret(nodeRandom.bytes(32), 5, 2)).length, 5);
});

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0, shifted = a; bit < 8; bit++, shifted = shifted & 0x80 ? (shifted << 1) ^ 0x11b : shifted << 1) if ((b >> bit) & 1) product ^= shifted;
  return product;
}
