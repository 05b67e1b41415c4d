/** Copies of keyrings, the card and log-in by OPAQUE behind their routes, with the wrong person at each door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url, equal, fromBase64url, hex, utf8 } from '#core/bytes.ts';
import type { SigningKey } from '#core/crypto.ts';
import { hkdf } from '#core/hkdf.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { gateStatement, opaqueServerName, ringCopyStatement } from '#wire/gate.ts';
import { keyringFile, type Slot } from '#wire/keyring.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import { ringCopy } from '../../../test/fixtures/ring-copy.ts';
import { filled, province, refused, type Served, serve } from './testing.test.ts';

const practice = await province();
const { organisation } = practice.founded;
const opaque = await loadOpaque();
const PASSPHRASE = 'Đồn Sốp Cộp mùa mưa';
const { signatures, hash } = nodeCrypto;
const NOTHING = new Uint8Array(0);

interface Kept { hub: Served; token: string; gate: SigningKey; card: SigningKey; locator: string; file: Uint8Array; upload: Json }
type Json = Record<string, unknown>;

async function newKey(): Promise<SigningKey> {
  return signatures.signingKey('ed25519', await signatures.generateSecret('ed25519'));
}

/** A ring with a card, without OPAQUE, as a device leaves it. */
function fileOf(revision: number, card: SigningKey, locator: Uint8Array, record?: Uint8Array): Uint8Array {
  const { bytes } = ringCopy('anh-may', organisation, revision);
  const file = keyringFile.decode(bytes);
  const openings = file.openings!.flatMap((slot): Slot[] => {
    if (slot.kind === 'card') return [{ ...slot, locator, gate: card.publicKey }];
    return record === undefined || slot.kind !== 'opaque' ? [] : [{ ...slot, record: hash.sha256(record) }];
  });
  return keyringFile.encode({ ...file, openings });
}

/** Leaves a copy, signed by a device. */
async function leave(hub: Served, token: string, body: Json, device = practice.devices.get('anh-may')!) {
  const { revision, file, gate } = body as { revision: number; file: string; gate: string };
  const statement = ringCopyStatement(device.device, revision, hash.sha256(fromBase64url(file)!), fromBase64url(gate)!);
  const signature = base64url(signatureCodec.encode(await signOne(nodeCrypto, device.signer, 'session', statement, nodeRandom)));
  return hub.call('PUT', '/keyring', { token, body: { ...body, signature } });
}

async function kept(): Promise<Kept> {
  const hub = await serve(await filled(practice));
  const { json: { token } } = await hub.logIn(practice.devices.get('anh-may')!);
  const [gate, card, locator] = [await newKey(), await newKey(), nodeRandom.bytes(16)];
  const file = fileOf(3, card, locator);
  const upload = { revision: 3, file: base64url(file), gate: base64url(gate.publicKey) };
  assert.deepEqual((await leave(hub, token, upload)).json, { revision: 3, opaque: false });
  return { hub, token, gate, card, locator: hex(locator), file, upload };
}

async function proved(hub: Served, key: SigningKey, purpose: 'card' | 'opaque', id: string, request: Uint8Array = NOTHING): Promise<Json> {
  const { json: { challenge } } = await hub.call('GET', '/session/challenge');
  return { challenge, proof: base64url(await key.sign(gateStatement(purpose, 'tram-tinh', id, fromBase64url(challenge)!, request))) };
}

async function registered(passphrase = PASSPHRASE): Promise<Kept & { record: Uint8Array; exportKey: Uint8Array }> {
  const all = await kept();
  const { state, request } = await opaque.client.startRegistration(passphrase);
  const { json } = await all.hub.call('POST', '/keyring/opaque', { token: all.token, body: { request: base64url(request) } }) as unknown as { json: Json };
  const names = { client: 'anh-may', server: opaqueServerName(organisation, 'tram-tinh') };
  const { record, exportKey } = await opaque.client.finishRegistration(passphrase, state, fromBase64url(json['response'] as string)!, names);
  const file = fileOf(4, all.card, nodeRandom.bytes(16), record);
  const body = { ...all.upload, revision: 4, file: base64url(file), record: base64url(record) };
  assert.deepEqual((await leave(all.hub, all.token, body)).json, { revision: 4, opaque: true });
  return { ...all, file, record, exportKey };
}

async function start(hub: Served, gate: SigningKey, device = 'anh-may', passphrase = PASSPHRASE) {
  const { state, request } = await opaque.client.startLogIn(passphrase);
  const body = { device, request: base64url(request), ...(await proved(hub, gate, 'opaque', device, request)) };
  const answer = await hub.call('POST', '/session/opaque', { body }) as unknown as { status: number; json: Json & { log: string; response: string } };
  return { ...answer, state };
}

async function logIn(hub: Served, gate: SigningKey, passphrase = PASSPHRASE) {
  const { json, state } = await start(hub, gate, 'anh-may', passphrase);
  const names = { client: 'anh-may', server: opaqueServerName(organisation, 'tram-tinh') };
  const done = await opaque.client.finishLogIn(passphrase, state, fromBase64url(json.response)!, names);
  if (done === null) return null;
  const answer = await hub.call('POST', '/session/opaque/finish', { body: { log: json.log, finish: base64url(done.finish) } }) as unknown as { json: Json };
  return { ...answer.json, exportKey: done.exportKey };
}

test('a copy is kept per device, newer only, and nobody leaves or fetches another\'s', async () => {
  const { hub, token, upload, card, locator, file } = await kept();
  refused('session-missing', await hub.call('PUT', '/keyring', { body: upload }));
  refused('session-missing', await hub.call('POST', '/keyring/opaque', { body: { request: '' } }));
  assert.equal((await leave(hub, token, upload)).status, 200, 'the same again changes nothing');
  refused('keyring-rolled-back', await leave(hub, token, { ...upload, file: base64url(fileOf(3, card, nodeRandom.bytes(16))) }));
  refused('keyring-rolled-back', await leave(hub, token, { ...upload, revision: 2, file: base64url(fileOf(2, card, nodeRandom.bytes(16))) }));
  refused('keyring-malformed', await leave(hub, token, { ...upload, revision: 9 }));
  refused('keyring-malformed', await leave(hub, token, { ...upload, file: 'AAAA' }));
  // What a passphrase alone would open is never kept here.
  const step1 = { kind: 'passphrase' as const, salt: new Uint8Array(16), memoryKiB: 8, passes: 1, lanes: 1, nonce: new Uint8Array(12), wrapped: new Uint8Array(48) };
  const first = keyringFile.encode({ ...keyringFile.decode(file), revision: 5, openings: undefined, slots: [step1] });
  refused('keyring-malformed', await leave(hub, token, { ...upload, revision: 5, file: base64url(first) }));
  const { json: { token: khue } } = await hub.logIn(practice.devices.get('khue-may')!);
  const other = { ...upload, revision: 1, file: base64url(fileOf(1, await newKey(), nodeRandom.bytes(16))) };
  assert.equal((await leave(hub, khue, other, practice.devices.get('khue-may')!)).status, 200, 'each device has its own');
  const found = await hub.call('POST', '/keyring/card', { body: { card: locator, ...(await proved(hub, card, 'card', locator)) } }) as unknown as { json: Json };
  assert.deepEqual(found.json, { device: 'anh-may', person: 'anh', file: base64url(file), leastRevision: 3 });
});

test('a borrowed session leaves no copy: the device\'s own keys sign it', async () => {
  const { hub, token, card, locator, upload, file } = await kept();
  const junk = { ...upload, revision: Number.MAX_SAFE_INTEGER, file: base64url(fileOf(Number.MAX_SAFE_INTEGER, await newKey(), nodeRandom.bytes(16))) };
  const before = fileOf(4, card, nodeRandom.bytes(16));
  const { json: { code } } = await leave(hub, token, junk, practice.devices.get('khue-may')!);
  assert.equal(code, 'proof-wrong', 'another device\'s signature');
  refused('proof-wrong', await hub.call('PUT', '/keyring', { token, body: { ...junk, signature: 'AAAA' } }));
  refused('request-malformed', await hub.call('PUT', '/keyring', { token, body: junk }));
  const statement = ringCopyStatement('anh-may', 4, hash.sha256(before), fromBase64url(upload['gate'] as string)!);
  const signature = base64url(signatureCodec.encode(await signOne(nodeCrypto, practice.devices.get('anh-may')!.signer, 'session', statement, nodeRandom)));
  const other = base64url((await newKey()).publicKey);
  refused('proof-wrong', await hub.call('PUT', '/keyring', { token, body: { ...upload, revision: 4, file: base64url(before), gate: other, signature } }));
  assert.equal((await hub.logIn(practice.devices.get('anh-may')!, { keyringRevision: 3 })).status, 200, 'the device is not shut out');
  const found = await hub.call('POST', '/keyring/card', { body: { card: locator, ...(await proved(hub, card, 'card', locator)) } }) as unknown as { json: Json };
  assert.equal(found.json['file'], base64url(file), 'and its copy stands');
});

test('the revision of a copy counts as shown: an older ring logs in no more', async () => {
  const { hub } = await kept();
  refused('keyring-rolled-back', await hub.logIn(practice.devices.get('anh-may')!, { keyringRevision: 2 }));
  const { json } = await hub.logIn(practice.devices.get('anh-may')!, { keyringRevision: 3 }) as unknown as { json: Json };
  assert.equal(json['copyRevision'], 3);
});

test('a card is proved with a fresh challenge, once; an unknown card and a wrong proof are one answer', async () => {
  const { hub, card, locator } = await kept();
  const proof = await proved(hub, card, 'card', locator);
  assert.equal((await hub.call('POST', '/keyring/card', { body: { card: locator, ...proof } })).status, 200);
  const again = await hub.call('POST', '/keyring/card', { body: { card: locator, ...proof } });
  const unknown = await hub.call('POST', '/keyring/card', { body: { card: '00'.repeat(16), ...(await proved(hub, card, 'card', '00'.repeat(16))) } });
  const wrong = await hub.call('POST', '/keyring/card', { body: { card: locator, ...(await proved(hub, await newKey(), 'card', locator)) } });
  const otherPurpose = await hub.call('POST', '/keyring/card', { body: { card: locator, ...(await proved(hub, card, 'opaque', locator)) } });
  for (const answer of [again, unknown, wrong, otherPurpose]) assert.deepEqual(answer, { status: 401, json: { code: 'proof-wrong', detail: {} } });
});

test('whoever copies another\'s card locator into their own ring does not stand in its way', async () => {
  const { hub, card, locator, upload } = await kept();
  const { json: { token } } = await hub.logIn(practice.devices.get('khue-may')!);
  const posing = fileOf(1, await newKey(), Uint8Array.from(Buffer.from(locator, 'hex')));
  assert.equal((await leave(hub, token, { ...upload, revision: 1, file: base64url(posing) }, practice.devices.get('khue-may')!)).status, 200);
  const found = await hub.call('POST', '/keyring/card', { body: { card: locator, ...(await proved(hub, card, 'card', locator)) } }) as unknown as { json: Json };
  assert.equal(found.json['device'], 'anh-may');
});

test('whoever copies locator and gate, which stand in the clear in a sealed ring, is only one of those that are asked for in turn', async () => {
  const hub = await serve(await filled(practice));
  const [gate, card, locator] = [await newKey(), await newKey(), nodeRandom.bytes(16)];
  for (const device of ['anh-may', 'khue-may']) {
    const { json: { token } } = await hub.logIn(practice.devices.get(device)!);
    const upload = { revision: 3, file: base64url(fileOf(3, card, locator)), gate: base64url(gate.publicKey) };
    assert.equal((await leave(hub, token, upload, practice.devices.get(device)!)).status, 200);
  }
  const ask = async (after?: string) => {
    const body = { card: hex(locator), ...(await proved(hub, card, 'card', hex(locator))), ...(after !== undefined && { after }) };
    const { json } = await hub.call('POST', '/keyring/card', { body }) as unknown as { json: Json };
    return json['device'] ?? json['code'];
  };
  assert.deepEqual([await ask(), await ask('anh-may'), await ask('khue-may')], ['anh-may', 'khue-may', 'proof-wrong']);
  const stranger = { card: hex(locator), ...(await proved(hub, await newKey(), 'card', hex(locator))), after: 'anh-may' };
  refused('proof-wrong', await hub.call('POST', '/keyring/card', { body: stranger }));
});

test('OPAQUE: the passphrase logs in, in NFD too; its session is one like any other', async () => {
  const { hub, gate, exportKey, file } = await registered();
  const done = await logIn(hub, gate, PASSPHRASE.normalize('NFD'));
  assert.ok(done !== null && equal(done.exportKey, exportKey));
  const { token, person, device, keyringRevision, copyRevision, file: fetched } = done as unknown as Json;
  assert.deepEqual([person, device, keyringRevision, copyRevision, fetched], ['anh', 'anh-may', 4, 4, base64url(file)]);
  assert.equal((await hub.call('GET', '/offices/van-phong/wraps', { token: token as string })).status, 200);
  assert.equal(await logIn(hub, gate, 'một mật khẩu khác'), null);
});

test('strangers, unknown devices and wrong keys get one answer; who has the gate but no record gets what any other gets', async () => {
  const { hub, gate, record } = await registered();
  const stranger = await newKey();
  for (const [key, device] of [[stranger, 'anh-may'], [stranger, 'khong-co'], [gate, 'khong-co'], [gate, 'khue-may'], [stranger, 'khue-may']] as const) {
    const { status, json } = await start(hub, key, device);
    assert.deepEqual({ status, json }, { status: 401, json: { code: 'proof-wrong', detail: {} } }, device);
  }
  const known = await start(hub, gate);
  const names = { client: 'x', server: 'y' };
  const fake = opaque.server.startLogIn(opaque.server.createSetup(), 'x', null, (await opaque.client.startLogIn('mật khẩu nào đó')).request, names);
  assert.deepEqual([Object.keys(known.json).toSorted(), fromBase64url(known.json.response)!.length], [['log', 'response'], fake.response.length]);
  assert.ok(record.length > 0);
  refused('proof-wrong', await hub.call('POST', '/session/opaque/finish', { body: { log: known.json.log, finish: base64url(new Uint8Array(64)) } }));
  refused('proof-wrong', await hub.call('POST', '/session/opaque/finish', { body: { log: known.json.log, finish: base64url(new Uint8Array(64)) } }));
  refused('request-malformed', await hub.call('POST', '/session/opaque', { body: { device: 'anh-may', request: base64url(new Uint8Array(5)), ...(await proved(hub, gate, 'opaque', 'anh-may', new Uint8Array(5))) } }));
});

test('ten thousand attempts of strangers delay nobody', async () => {
  const { hub, gate } = await registered();
  const { people } = hub;
  const startRoute = people.routes.find(({ path }) => path === '/api/1/session/opaque')!;
  const request = base64url((await opaque.client.startLogIn('đoán mò lần này')).request);
  const proof = base64url(new Uint8Array(64).fill(1));
  const { json: { challenge } } = await hub.call('GET', '/session/challenge');
  let answered = 0;
  for (let i = 0; i < 10_000; i++) {
    // Past HTTP, whose cost is the same for every route.
    await (startRoute as unknown as { handler(asked: Json): Promise<unknown> }).handler({ body: { device: 'anh-may', challenge, proof, request } })
      .catch(({ code }: { code: string }) => (answered += code === 'proof-wrong' ? 1 : 0));
  }
  assert.equal(answered, 10_000);
  const counted = await hub.store.of<{ opaque_attempt: { device: string } }>().read((db) => db.selectFrom('opaque_attempt').selectAll().execute());
  assert.deepEqual(counted, [], 'none was counted');
  assert.notEqual(await logIn(hub, gate), null, 'at once, on a clock that stands still');
});

test('who stole the device folder is slowed down; the device\'s own keys are not', async () => {
  const { hub, gate } = await registered();
  let [guesses, refusals] = [0, 0];
  for (let hour = 0; hour < 24; hour++) {
    for (let i = 0; i < 10; i++) {
      const { status, json } = await start(hub, gate, 'anh-may', `đoán lần thứ ${hour}-${i}`);
      if (status === 200) guesses += 1;
      else refusals += json['code'] === 'too-many-attempts' && Number((json['detail'] as Json)['seconds']) <= 3_600 ? 1 : 0;
    }
    hub.clock.advance(3_600_000);
  }
  assert.deepEqual([guesses + refusals, guesses < 45], [240, true], `${guesses} guesses in a day`);
  assert.equal((await hub.logIn(practice.devices.get('anh-may')!, { keyringRevision: 9 })).status, 200, 'the ring on the device logs in at once');
  hub.clock.advance(3_600_000);
  assert.notEqual(await logIn(hub, gate), null);
  for (let i = 0; i < 4; i++) assert.equal((await start(hub, gate)).status, 200, 'a right one begins anew');
});

test('a clock that was far ahead keeps nobody out once it is right', async () => {
  const { hub, gate } = await registered();
  const ahead = 366 * 24 * 3_600_000;
  hub.clock.advance(ahead);
  for (let i = 0; i < 8; i++) await start(hub, gate, 'anh-may', `đoán lần ${i}`);
  assert.equal((await start(hub, gate)).json['code'], 'too-many-attempts');
  hub.clock.advance(-ahead);
  assert.equal((await start(hub, gate)).status, 200);
});

test('a new copy without the OPAQUE slot ends the record; a device that ends loses its copy', async () => {
  const own = await province();
  const room = await filled(own);
  const hub = await serve(room);
  const { json: { token } } = await hub.logIn(own.devices.get('anh-may')!);
  const [gate, card, locator] = [await newKey(), await newKey(), nodeRandom.bytes(16)];
  const record = nodeRandom.bytes(192);
  const put = async (revision: number, slot?: Uint8Array, sent?: Uint8Array) => {
    const file = keyringFile.encode({ ...keyringFile.decode(fileOf(revision, card, locator, slot)), organisation: own.founded.organisation });
    const body = { revision, file: base64url(file), gate: base64url(gate.publicKey), ...(sent === undefined ? {} : { record: base64url(sent) }) };
    return (await leave(hub, token, body, own.devices.get('anh-may')!)).json as unknown as Json;
  };
  assert.equal((await put(5, record, record))['opaque'], true);
  assert.equal((await put(6, record))['opaque'], true, 'kept with the slot');
  assert.equal((await put(7))['opaque'], false);
  assert.equal((await put(8, record))['opaque'], false, 'and erased with it');
  assert.equal((await put(9, nodeRandom.bytes(192), record))['opaque'], false, 'a record of another slot is none');
  const id = hex(locator);
  assert.equal((await hub.call('POST', '/keyring/card', { body: { card: id, ...(await proved(hub, card, 'card', id)) } })).status, 200);
  await room.people.propose(await own.sign([{ kind: 'end', body: { what: 'device', code: 'anh-may', reason: 'compromised' } }]));
  refused('proof-wrong', await hub.call('POST', '/keyring/card', { body: { card: id, ...(await proved(hub, card, 'card', id)) } }));
  const rows = () => room.store.of<{ ring_copy: { device: string } }>().read((db) => db.selectFrom('ring_copy').selectAll().execute());
  // On PostgreSQL the erasing takes more than a turn.
  for (let turn = 0; turn < 200 && (await rows()).length > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(await rows(), []);
});

test('a gate is a device secret\'s, of one organisation', async () => {
  const { deviceGate } = await import('#client/gates.ts');
  const secret = new Uint8Array(32).fill(1);
  const gate = await deviceGate(nodeCrypto, secret, organisation);
  const by = await signatures.signingKey('ed25519', hkdf(hash, secret, organisation, utf8('tram/v1/gate\0device\0'), 32));
  assert.deepEqual(gate.publicKey, by.publicKey);
  assert.notDeepEqual((await deviceGate(nodeCrypto, secret, new Uint8Array(16))).publicKey, gate.publicKey);
});
