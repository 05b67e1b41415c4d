/** The life of office keys at the station: what is lacking is told, and a period is destroyed only when nothing needs it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { officeKeyWrap } from '#wire/keyring.ts';
import type { PeopleTables } from './store.ts';
import { filled, NOW, province, refused, serve } from './testing.test.ts';

const practice = await province();

async function fix(purpose: 'transport' | 'storage', number: number, from: number, until?: number): Promise<void> {
  const publicKey = await nodeCrypto.kem.publicKey(await nodeCrypto.kem.generateSecret());
  await practice.add([{ kind: 'office-key', body: { office: 'van-phong', purpose, number, from, until, kem: nodeCrypto.kem.id, publicKey } }]);
}

await fix('storage', 1, NOW);
for (let number = 1; number <= 3; number++) await fix('transport', number, NOW + (number - 1) * 7 * DAY_MS, NOW + number * 7 * DAY_MS);

function wrap(device: string, number: number, purpose: 'transport' | 'storage' = 'transport'): string {
  const sealed = { encapsulation: new Uint8Array(1_120), ciphertext: nodeRandom.bytes(48) };
  return base64url(officeKeyWrap.encode({ office: 'van-phong', purpose, number, device, ...sealed }));
}

async function room() {
  const hub = await serve(await filled(practice));
  const token = new Map<string, string>();
  for (const person of ['anh', 'khue', 'la']) token.set(person, (await hub.logIn(practice.devices.get(`${person}-may`)!)).json.token);
  const ask = (person: string, method: 'GET' | 'POST', path: string, body?: unknown) =>
    hub.call(method, `/offices/van-phong/${path}`, { token: token.get(person)!, ...(body === undefined ? {} : { body }) });
  const state = async () => (await ask('anh', 'GET', 'keys')).json as unknown as { lacking: { device: string; purpose: string; number: number }[]; destroyed: { number: number }[] };
  return { hub, ask, state };
}

test('a device is told which other devices lack which keys, and only who may hold them is told', async () => {
  const { ask, state } = await room();
  refused('not-entitled', await ask('la', 'GET', 'keys'));
  const lacking = (await state()).lacking.map(({ device, purpose, number }) => `${device} ${purpose}-${number}`);
  assert.deepEqual(lacking.toSorted(), ['anh', 'khue'].flatMap((one) => ['storage-1', 'transport-1', 'transport-2', 'transport-3'].map((key) => `${one}-may ${key}`)));
  await ask('anh', 'POST', 'wraps', { wraps: [wrap('khue-may', 2), wrap('khue-may', 1, 'storage')] });
  assert.deepEqual((await state()).lacking.filter(({ device }) => device === 'khue-may').map(({ number }) => number).toSorted(), [1, 3]);
});

test('a period is destroyed by who makes keys, past its grace, when nothing waits for it, and does not come back', async () => {
  const { hub, ask } = await room();
  const destroy = (number: number, person = 'anh') => ask(person, 'POST', 'keys/destroyed', { number });
  await ask('anh', 'POST', 'wraps', { wraps: [wrap('khue-may', 1), wrap('khue-may', 2)] });
  refused('not-entitled', await destroy(2, 'khue'));
  refused('not-entitled', await destroy(2, 'la'));
  refused('key-missing', await destroy(9));
  refused('key-in-use', await destroy(2));
  hub.clock.advance(27 * DAY_MS);
  refused('session-expired', await destroy(2));
  const again = async () => (await hub.logIn(practice.devices.get('anh-may')!)).json.token;
  const retry = async (number: number) => hub.call('POST', '/offices/van-phong/keys/destroyed', { token: await again(), body: { number } });
  refused('key-in-use', await retry(2));
  hub.clock.advance(DAY_MS);
  // What came and only period 1 opens: the double of the dispatch room says three.
  refused('key-in-use', await retry(1));
  assert.equal((await retry(2)).status, 204);
  assert.equal((await retry(2)).status, 204, 'once');
  assert.deepEqual(hub.events.filter((kind) => kind === 'key-destroyed'), ['key-destroyed']);
  refused('key-in-use', await retry(3));
  refused('key-destroyed', await hub.call('POST', '/offices/van-phong/wraps', { token: await again(), body: { wraps: [wrap('khue-may', 2)] } }));
  const khue = (await hub.logIn(practice.devices.get('khue-may')!)).json.token;
  const { wraps } = (await hub.call('GET', '/offices/van-phong/wraps', { token: khue })).json as unknown as { wraps: string[] };
  assert.equal(wraps.length, 1);
});

test('wraps of whoever may hold the keys no longer are erased when the directory says so', async () => {
  const { hub, ask } = await room();
  await ask('anh', 'POST', 'wraps', { wraps: [wrap('khue-may', 1), wrap('anh-may', 1)] });
  const leaves: EntryPlan = { kind: 'end', body: { what: 'holder', code: 'khue', other: 'chi-doc', reason: 'left' } };
  await hub.people.propose(await practice.sign([leaves]));
  assert.deepEqual(await wrapped(hub), ['anh-may']);
});

test('a holding that ends by its day has no entry that says so: the hourly sweep erases its wraps', async () => {
  const { hub, ask } = await room();
  await ask('anh', 'POST', 'wraps', { wraps: [wrap('khue-may', 1), wrap('anh-may', 1)] });
  await hub.people.propose(await practice.sign([
    { kind: 'end', body: { what: 'holder', code: 'khue', other: 'chi-doc', reason: 'superseded' } },
    { kind: 'holder', body: { person: 'khue', position: 'chi-doc', from: NOW, until: NOW + DAY_MS } },
  ]));
  await hub.people.sweep();
  assert.deepEqual(await wrapped(hub), ['anh-may', 'khue-may'], 'while it lasts');
  hub.clock.advance(DAY_MS);
  await hub.people.sweep();
  assert.deepEqual(await wrapped(hub), ['anh-may']);
});

async function wrapped({ store }: Awaited<ReturnType<typeof room>>['hub']): Promise<string[]> {
  const rows = await store.of<PeopleTables>().read((db) => db.selectFrom('key_wrap').select('device').execute());
  return rows.map(({ device }) => device).toSorted();
}
