import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { escrowRelease, escrowShare, type EscrowUse } from '#wire/escrow.ts';
import type { PeopleTables } from './store.ts';
import { filled, province, refused, serve, type Served } from './testing.test.ts';

const sealed = () => ({ encapsulation: nodeRandom.bytes(1_120), ciphertext: nodeRandom.bytes(49) });
const share = (custodian: string, more: Partial<{ office: string; escrow: number; number: number; device: string }> = {}) =>
  base64url(escrowShare.encode({ office: 'van-phong', number: 1, escrow: 1, custodian, device: `${custodian}-may`, ...more, ...sealed() }));
const released = (custodian: string, device: string, use: EscrowUse = 'recovery', escrow = 1) =>
  base64url(escrowRelease.encode({ office: 'van-phong', number: 1, escrow, custodian, device, use, ...sealed() }));

let practice: PracticeOrganisation;
let hub: Served;
let tokens: Map<string, string>;

before(async () => {
  practice = await province();
  await practice.addOfficeKey('van-phong', 'storage', 1);
  await practice.addPerson('minh', 'Lò Văn Minh');
  await practice.add([{ kind: 'escrow', body: { office: 'van-phong', number: 1, threshold: 2, custodians: ['khue', 'minh'] } }]);
  hub = await serve(await filled(practice));
  tokens = new Map();
  for (const person of ['anh', 'khue', 'minh', 'la']) tokens.set(person, (await hub.logIn(practice.devices.get(`${person}-may`)!)).json.token);
});

const call = (person: string | null, method: string, tail = '', body?: unknown, office = 'van-phong') =>
  hub.call(method, `/offices/${office}/escrow${tail}`, { ...(person === null ? {} : { token: tokens.get(person)! }), ...(body === undefined ? {} : { body }) });

test('the wrong person is refused at every door', async () => {
  for (const [method, tail, body] of [
    ['GET', '', undefined], ['POST', '/shares', { shares: [share('khue')] }], ['POST', '/releases', { releases: [released('la', 'anh-may')] }],
    ['POST', '/outcomes', { use: 'recovery', numbers: [1] }],
  ] as const) {
    refused('session-missing', await call(null, method, tail, body));
    refused('not-entitled', await call('la', method, tail, body));
    refused('office-unknown', await call('anh', method, tail, body, 'don-bien-phong'));
  }
  refused('not-entitled', await call('khue', 'POST', '/shares', { shares: [share('khue')] }));
  refused('not-entitled', await call('minh', 'POST', '/outcomes', { use: 'recovery', numbers: [1] }));
});

test('shares go in by who makes the keys, and out to their custodian only', async () => {
  const shares = [share('khue'), share('minh')];
  assert.equal((await call('anh', 'POST', '/shares', { shares })).status, 204);
  const seen = async (person: string) => (await call(person, 'GET')).json as unknown as { shares: string[]; releases: string[]; deposited: unknown; rehearsed: number | null };
  assert.deepEqual((await seen('khue')).shares, [shares[0]]);
  assert.deepEqual((await seen('minh')).shares, [shares[1]]);
  assert.deepEqual((await seen('anh')).shares, []);
  assert.deepEqual((await seen('anh')).deposited, [{ number: 1, custodians: ['khue', 'minh'] }]);
  assert.ok(hub.events.includes('escrow-deposited'));
});

test('however many shares lie here for others, a device gets its own, the newest first', async () => {
  const table = hub.store.of<PeopleTables>();
  const row = (custodian: string, number: number) => ({ office: 'van-phong', number, escrow: 1, custodian, device: `${custodian}-may`, bytes: Uint8Array.of(number >> 8, number & 255) });
  const others = Array.from({ length: 5_000 }, (_, index) => row('khue', 10 + index));
  await table.commit(async (tx) => {
    for (let at = 0; at < others.length; at += 500) await tx.insertInto('escrow_share').values(others.slice(at, at + 500)).execute();
    await tx.insertInto('escrow_share').values([row('minh', 6_000), row('minh', 6_001)]).execute();
  });
  const seen = async (person: string) => (await call(person, 'GET')).json as unknown as { shares: string[]; deposited: { number: number }[] };
  assert.deepEqual((await seen('minh')).shares.slice(0, 2), [row('minh', 6_001), row('minh', 6_000)].map(({ bytes }) => base64url(bytes)));
  const { shares, deposited } = await seen('khue');
  assert.deepEqual([shares.length, shares[0], deposited[0]?.number], [4_096, base64url(row('khue', 5_009).bytes), 6_001]);
  await table.commit((tx) => tx.deleteFrom('escrow_share').where('number', '>=', 10).execute());
});

test('a share that is nobody\'s is refused', async () => {
  const put = (one: string) => call('anh', 'POST', '/shares', { shares: [one] });
  refused('request-malformed', await put(share('la')));
  refused('request-malformed', await put(share('khue', { office: 'don-bien-phong' })));
  refused('device-unknown', await put(share('khue', { device: 'minh-may' })));
  refused('escrow-changed', await put(share('khue', { escrow: 2 })));
  refused('key-missing', await put(share('khue', { number: 9 })));
  refused('cbor-malformed', await put('AAAA'));
});

test('a custodian gives out in their own name, to a device that may have the key; the outcome erases it', async () => {
  const give = (person: string, one: string) => call(person, 'POST', '/releases', { releases: [one] });
  refused('request-malformed', await give('khue', released('minh', 'anh-may')));
  refused('not-entitled', await give('khue', released('khue', 'la-may')));
  refused('device-unknown', await give('khue', released('khue', 'khong-co')));
  refused('escrow-changed', await give('khue', released('khue', 'anh-may', 'recovery', 2)));
  const one = released('khue', 'anh-may', 'rehearsal');
  assert.equal((await give('khue', one)).status, 204);
  const state = async () => (await call('anh', 'GET')).json as unknown as { releases: string[]; rehearsed: number | null };
  assert.deepEqual(await state().then(({ releases, rehearsed }) => [releases, rehearsed]), [[one], null]);
  assert.equal((await call('anh', 'POST', '/outcomes', { use: 'rehearsal', numbers: [1] })).status, 204);
  const after = await state();
  assert.deepEqual(after.releases, []);
  assert.equal(after.rehearsed, hub.clock.now());
  assert.ok(fromBase64url(one) !== null && hub.events.filter((kind) => kind === 'escrow-outcome').length === 1);
});

test('who may not hold the keys any more fetches nothing that was given out to them, custodian or not', async () => {
  const one = released('minh', 'khue-may');
  assert.equal((await call('minh', 'POST', '/releases', { releases: [one] })).status, 204);
  const seen = async () => (await call('khue', 'GET')).json as unknown as { shares: string[]; releases: string[] };
  assert.deepEqual((await seen()).releases, [one]);
  const rows = () => hub.store.of<PeopleTables>().read((db) => db.selectFrom('escrow_release').select('device').execute());
  assert.deepEqual(await rows(), [{ device: 'khue-may' }]);
  await hub.people.propose(await practice.sign([{ kind: 'end', body: { what: 'holder', code: 'khue', other: 'chi-doc', reason: 'left' } }]));
  assert.deepEqual(await rows(), []);
  // A holding that runs out by its date makes the directory grow by nothing.
  await hub.store.of<PeopleTables>().commit((tx) => tx.insertInto('escrow_release')
    .values({ office: 'van-phong', number: 1, escrow: 1, custodian: 'minh', device: 'khue-may', use: 'recovery', bytes: fromBase64url(one)! }).execute());
  assert.deepEqual((await seen()).releases, []);
  assert.equal((await seen()).shares.length, 1, 'their share as a custodian they have');
});

test('a new set of custodians and an ended device erase what was theirs', async () => {
  const held = async (person: string) => ((await call(person, 'GET')).json as unknown as { shares: string[] }).shares.length;
  assert.deepEqual([await held('khue'), await held('minh')], [1, 1]);
  await hub.people.propose(await practice.sign([{ kind: 'escrow', body: { office: 'van-phong', number: 2, threshold: 2, custodians: ['khue', 'minh'] } }]));
  assert.deepEqual([await held('khue'), await held('minh')], [0, 0]);
});
