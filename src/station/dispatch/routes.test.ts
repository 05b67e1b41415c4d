/** What this room's routes carry, over a real socket. Who is refused at them stands in test/rights. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base64url, hex, utf8 } from '#core/bytes.ts';
import type { RouteName } from '#wire/api/routes.ts';
import { envelope } from '#wire/envelope.ts';
import { arrived as arrivedAt, rewrapped } from '../../../test/rights/attempts.ts';
import { type Asked, type Answered, doorWorld, type DoorWorld, jsonOf } from '../../../test/rights/world.ts';
import { CLERK, DRAFTER } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, requestOf, seal, SERIES, type TestPart } from '../../../test/fixtures/submissions.ts';

let world: DoorWorld;
before(async () => {
  world = await doorWorld();
});
after(() => world.close());

const as = (person: string): Promise<string> => world.hub.token(person);
const ask = async (name: RouteName, asked: Asked, token: Promise<string>): Promise<Answered> => world.hub.ask(name, asked, await token);
const arrived = (): Promise<Uint8Array> => arrivedAt(world);

async function uploaded(): Promise<TestPart> {
  const part = await makePart(2);
  await world.hub.dispatch.parts.declare({ person: DRAFTER }, part.declaration);
  await world.hub.dispatch.parts.append({ person: DRAFTER }, part.declaration.root, 0, inPieces(part.sealed));
  return part;
}

function resultCodes(answer: Answered): (string | undefined)[] {
  return (jsonOf(answer)['results'] as { code?: string }[]).map(({ code }) => code);
}

test('envelopes come many at once, each refused by itself', async () => {
  const dispatches = [hex(await arrived()), 'ff'.repeat(32), hex(await arrived())];
  const { envelopes } = jsonOf(await ask('envelopes', { body: { office: 'van-phong', dispatches } }, as(CLERK))) as unknown as { envelopes: (string | { code: string })[] };
  const single = await ask('envelope', { params: { dispatch: dispatches[2]! }, query: { office: 'van-phong' } }, as(CLERK));
  assert.deepEqual(envelopes.map((one) => (typeof one === 'string' ? 'envelope' : one.code)), ['envelope', 'dispatch-unknown', 'envelope']);
  assert.equal(envelopes[2], base64url(single.bytes));
});

test('bytes come back as they were: parts from an offset, envelopes with one stanza', async () => {
  const part = await uploaded();
  const { bytes } = await ask('partBytes', { params: { root: part.declaration.root }, query: { offset: '66000' } }, as(DRAFTER));
  assert.deepEqual(bytes, part.sealed.subarray(66_000));
  const dispatch = hex(await arrived());
  const read = await ask('envelope', { params: { dispatch }, query: { office: 'van-phong' } }, as(CLERK));
  assert.deepEqual(envelope.decode(read.bytes).stanzas.map(({ index }) => index), [1]);
  const other = await ask('envelope', { params: { dispatch }, query: { office: 'phong-mot' } }, as(CLERK));
  assert.equal(jsonOf(other).code, 'not-entitled');
});

test('what came is listed until it is sealed to a storage key of this office, and to nothing else', async () => {
  const dispatch = hex(await arrived());
  const path = { params: { office: 'van-phong' } };
  const put = (bytes: Uint8Array, id = dispatch) => ask('rewrap', { ...path, body: { stanzas: [{ dispatch: id, stanza: base64url(bytes) }] } }, as(CLERK));
  const waits = async () => (jsonOf(await ask('arrivals', path, as(CLERK)))['arrivals'] as { dispatch: string }[]).some((one) => one.dispatch === dispatch);
  const wrong = [[rewrapped(world, 'transport'), 'header-forged'], [rewrapped(world, 'storage', 99), 'key-missing'], [rewrapped(world, 'storage', 1, 9), 'suite-refused']] as const;
  for (const [bytes, code] of wrong) assert.equal(jsonOf(await put(bytes)).code, code);
  assert.equal(jsonOf(await put(rewrapped(world), '00'.repeat(32))).code, 'dispatch-unknown');
  assert.ok(await waits());
  const first = rewrapped(world);
  assert.equal((await put(first)).status, 204);
  assert.ok(!(await waits()));
  await put(rewrapped(world));
  const { kept } = envelope.decode((await ask('envelope', { params: { dispatch }, query: { office: 'van-phong' } }, as(CLERK))).bytes);
  assert.deepEqual(kept, first, 'who does not make keys replaces none');
});

test('malformed requests are refused as such', async () => {
  const dispatch = hex(await arrived());
  const wrong: readonly (readonly [RouteName, Asked, string])[] = [
    ['trace', { params: { dispatch: 'ab' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'up' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'in' }, query: { limit: '-1' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'in' }, query: { page: '1' } }, 'request-malformed'],
    ['draft', { params: { draft: '../etc' } }, 'request-malformed'],
    ['incomingNumber', { params: { dispatch }, body: { office: 'van-phong', series: 'x' } }, 'request-malformed'],
    ['numbers', { body: { office: 'van-phong', series: SERIES, count: 300 } }, 'request-malformed'],
    ['submit', { body: { ...(await requestOf(world.hub, seal(world.org))), submission: base64url(utf8('no cbor')) } }, 'cbor-malformed'],
    ['putReceipts', { body: { receipts: ['AAAA'] } }, 'cbor-malformed'],
  ];
  for (const [name, asked, code] of wrong) assert.equal(jsonOf(await ask(name, asked, as(CLERK))).code, code, name);
});

test('one bad submission of many changes nothing of the others', async () => {
  const [good, bad] = [await requestOf(world.hub, seal(world.org)), await requestOf(world.hub, seal(world.org, { to: ['khong-co'] }))];
  const answer = await ask('submitMany', { body: { submissions: [good, bad, { ...good, submission: 'AAAA' }] } }, as(CLERK));
  assert.deepEqual(resultCodes(answer), [undefined, 'office-unknown', 'cbor-malformed']);
});
