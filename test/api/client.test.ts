/** The generated client and its example against a real station: what it is told, and that it is what the document says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fromBase64url, hex, utf8 } from '#core/bytes.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type DeviceKey, follow, isPassing, logIn, type Outside } from '../../clients/typescript/example.ts';
import { type LiveEvent, type Send, Tram, TramRefusal } from '../../clients/typescript/tram.ts';
import { CLERK, foundTestOrganisation, HUB } from '../fixtures/organisation.ts';
import { send } from '../fixtures/submissions.ts';
import { ServedStation } from '../rights/world.ts';
import { operationAt, undocumented, undocumentedEvent } from './answers.ts';

let served: ServedStation;
const checked = new Set<string>();
/** Fetches, and looks at each whole answer as the document has it. */
const sending: Send = async (url, init) => {
  const answer = await fetch(url, init);
  const name = operationAt(init.method, new URL(url).pathname);
  checked.add(name);
  if (name === 'events' && answer.ok) return answer;
  assert.deepEqual(undocumented(name, answer.status, new Uint8Array(await answer.clone().arrayBuffer())), []);
  return answer;
};
const outside: Outside = { send: sending, sha256: async (bytes) => nodeCrypto.hash.sha256(bytes), random: (length) => nodeRandom.bytes(length) };

before(async () => (served = await ServedStation.open(await foundTestOrganisation(), HUB)));
after(() => served.close());

function keyOf(person: string): DeviceKey {
  const { device, signer } = served.deviceOf(person);
  const { p256Certificate, mldsaCertificate } = signer;
  return {
    device, station: HUB, keyringRevision: 1, p256Certificate, mldsaCertificate, p256: (message) => signer.p256.sign(message), mldsa: (message) => signer.mldsa.sign(message),
  };
}

test('what needs no session', async () => {
  const tram = new Tram({ origin: served.origin, send: sending });
  const station = await tram.station();
  assert.deepEqual([station.station, station.founding], [HUB, hex(served.org.founded.founding)]);
  const { size, entries } = await tram.directory({ from: 3 });
  assert.deepEqual(entries.map((entry) => hex(fromBase64url(entry)!)), served.org.entries.slice(3).map((entry) => hex(entry)));
  assert.equal(size, served.org.entries.length);
  const { challenge } = await tram.challenge();
  assert.equal(fromBase64url(challenge)!.length, 32);
  assert.equal((await tram.openapi()).openapi, '3.1.0');
  await assert.rejects(tram.links(), refused(401, 'session-missing'));
});

test('a device proves itself by the bytes that the page gives, and by no others', async () => {
  const key = keyOf(CLERK);
  const tram = await logIn(served.origin, key, outside);
  assert.deepEqual((await tram.links()).links.map(({ peer }) => peer), ['tram-huyen']);
  await tram.logOut();
  await assert.rejects(tram.links(), refused(401, 'session-expired'));
  await assert.rejects(logIn(served.origin, { ...key, station: 'tram-la' }, outside), /this is tram-tinh/);
  const wrong: DeviceKey[] = [
    { ...key, device: 'may-la' },
    { ...key, p256: (message) => key.p256(message.subarray(1)) },
    { ...key, mldsa: async (message) => (await key.mldsa(message)).fill(0, 0, 1) },
    { ...key, mldsaCertificate: key.p256Certificate },
  ];
  for (const [i, one] of wrong.entries()) {
    await assert.rejects(logIn(served.origin, one, outside), (error) => error instanceof TramRefusal && ['device-unknown', 'proof-wrong'].includes(error.code), String(i));
  }
});

/** Follows up to the first event of a kind. */
async function until(tram: Tram, from: number | undefined, kind: LiveEvent['kind']): Promise<{ events: LiveEvent[]; last: number | undefined }> {
  const events: LiveEvent[] = [];
  const last = await follow(tram, from, (event) => {
    assert.deepEqual(undocumentedEvent(event), []);
    events.push(event);
    return event.kind !== kind;
  });
  return { events, last };
}

test('events are followed, and gone on with after the last one', async () => {
  const tram = await logIn(served.origin, keyOf(CLERK), outside);
  const { last } = await until(tram, undefined, 'position');
  const { id } = await send(served.station as unknown as Parameters<typeof send>[0], served.org);
  const more = await until(tram, last, 'accepted');
  const accepted = more.events.flatMap((event) => (event.kind === 'accepted' ? [[event.dispatch, event.office]] : []));
  assert.deepEqual(accepted, [[hex(id), 'van-phong']]);
  assert.ok(more.last! > last!);
  const rest = await until(tram, more.last, 'position');
  assert.deepEqual(rest.events.filter((event) => event.kind === 'accepted'), [], 'nothing twice');
  await assert.rejects(until(tram, 9_999, 'position'), refused(409, 'offset-differs'));
  assert.notDeepEqual(undocumentedEvent({ kind: 'accepted' }), []);
});

test('a refusal is told by its code, and which of them may pass', async () => {
  const tram = await logIn(served.origin, keyOf(CLERK), outside);
  const error = await tram.trace({ dispatch: 'ab'.repeat(32) }).catch((one: unknown) => one);
  assert.ok(refused(404, 'dispatch-unknown')(error));
  assert.ok(!isPassing(error));
  assert.ok(isPassing(new TramRefusal(503, { code: 'stopping', detail: {} })) && isPassing(new TypeError('fetch failed')));
});

test('every plain route was among what was looked at, and a look sees what is not written', () => {
  for (const name of ['station', 'openapi', 'directory', 'challenge', 'links', 'logIn', 'logOut', 'trace', 'events']) assert.ok(checked.has(name), name);
  const json = (value: object): Uint8Array => utf8(JSON.stringify(value));
  assert.deepEqual(undocumented('links', 200, json({ links: [] })), []);
  assert.equal(undocumented('links', 200, json({ links: [], more: 1 })).length, 1);
  assert.equal(undocumented('links', 404, json({ code: 'office-unknown', detail: {} })).length, 1);
  assert.notEqual(undocumented('links', 401, json({ code: 'office-unknown', detail: {} })).length, 0);
  assert.equal(undocumented('logOut', 204, utf8('x')).length, 1);
});

test('what the page names of src/client is there', async () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/api/README.md'), 'utf8');
  const rows = [...page.matchAll(/((?:`[\w.]+`(?:, )?)+) \(([\w/-]+\.ts)\)/g)];
  assert.ok(rows.length >= 7);
  for (const [, names, file] of rows) {
    const module = await import(`#client/${file}`) as Record<string, { prototype?: object } | undefined>;
    for (const [, name, method] of names!.matchAll(/`(\w+)(?:\.(\w+))?`/g)) {
      assert.equal(typeof module[name!], 'function', `${name} of ${file}`);
      if (method !== undefined) assert.ok(method in module[name!]!.prototype!, `${name}.${method}`);
    }
  }
});

function refused(status: number, code: string) {
  return (error: unknown): boolean => error instanceof TramRefusal && error.status === status && error.code === code;
}
