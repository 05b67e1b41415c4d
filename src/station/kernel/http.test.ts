/** The API's server over real sockets on loopback. */
import assert from 'node:assert/strict';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { HttpServer } from './http.ts';
import { routesFor } from './http-routes.ts';
import { createLog } from './log.ts';
import { countingRandom, manualClock } from './testing.test.ts';

interface Session {
  readonly person: string;
}

const route = routesFor<Session>();
const lines: string[] = [];
const clock = manualClock();
let release = () => {};
let entered = () => {};
let begun = () => {};

const routes = [
  route({
    method: 'GET',
    path: '/api/v1/offices/:office/drafts/:draft',
    access: 'session',
    query: z.strictObject({ page: z.coerce.number().int().optional() }),
    handler: async ({ params, query, session }) => ({
      json: { office: params.office, draft: params.draft, page: query.page ?? 0, person: session.person },
    }),
  }),
  route({ method: 'GET', path: '/api/v1/offices/:office/drafts/new', access: 'public', handler: async () => ({ json: 'new' }) }),
  route({
    method: 'POST',
    path: '/api/v1/echo',
    access: 'public',
    body: z.strictObject({ text: z.string() }),
    handler: async ({ body }) => ({ json: body }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/parts/:part',
    access: 'public',
    streamBytesMax: 100_000,
    handler: async ({ stream }) => {
      let size = 0;
      for await (const piece of stream) size += piece.length;
      return { json: { size } };
    },
  }),
  route({ method: 'GET', path: '/files/*rest', access: 'public', handler: async ({ params }) => ({ bytes: utf8(params.rest) }) }),
  route({ method: 'DELETE', path: '/api/v1/nothing', access: 'public', handler: async () => ({}) }),
  route({
    method: 'GET',
    path: '/api/v1/fault',
    access: 'public',
    handler: async () => {
      throw new TypeError('the secret word is mận');
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/refused',
    access: 'public',
    handler: async () => {
      throw new Refusal('offset-differs', { expected: 5 });
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/slow',
    access: 'public',
    handler: async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
        entered();
      });
      return { json: 'done' };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/events',
    access: 'public',
    handler: async ({ signal }) => ({ contentType: 'text/event-stream', chunks: until(signal) }),
  }),
];

async function* until(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield utf8('data: begun\n\n');
  await new Promise<void>((resolve) => {
    begun();
    signal.addEventListener('abort', () => resolve());
  });
}

function newServer(): HttpServer<Session> {
  return new HttpServer({
    routes,
    authenticate: async (token) => (token === 'a-token-of-session' ? { person: 'Lan' } : null),
    mayGoOn: () => true,
    callerOf: ({ person }) => person,
    clock,
    random: countingRandom(),
    log: createLog({ clock, write: (line) => lines.push(line) }),
  });
}

const server = newServer();
let port = 0;
before(async () => ({ port } = await server.listen('127.0.0.1', 0)));
after(() => server.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

function ask(method: string, path: string, given: { headers?: Record<string, string>; body?: Uint8Array | string; to?: number } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port: given.to ?? port, method, path, headers: given.headers ?? {}, agent: false };
    const outgoing = send(options, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      resolve({ status: response.statusCode!, text: Buffer.concat(pieces).toString(), headers: response.headers });
    });
    outgoing.once('error', reject);
    outgoing.end(given.body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const TOKEN = { authorization: 'Bearer a-token-of-session' };

async function code(answer: Promise<Answer>): Promise<string> {
  const { status, text } = await answer;
  return `${status} ${(JSON.parse(text) as { code: string }).code}`;
}

describe('what is answered', () => {
  test('parameters, query and session reach the handler; a literal part wins', async () => {
    const { status, text } = await ask('GET', '/api/v1/offices/ubnd-m%C6%B0%E1%BB%9Dng/drafts/7?page=3', { headers: TOKEN });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), { office: 'ubnd-mường', draft: '7', page: 3, person: 'Lan' });
    assert.equal((await ask('GET', '/api/v1/offices/x/drafts/new')).text, '"new"');
  });

  test('JSON, raw streams, bytes, nothing', async () => {
    assert.equal((await ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: '{"text":"chào"}' })).text, '{"text":"chào"}');
    assert.equal((await ask('PUT', '/api/v1/parts/1', { body: new Uint8Array(100_000) })).text, '{"size":100000}');
    assert.equal((await ask('GET', '/files/a/b%20c.js')).text, 'a/b c.js');
    assert.equal((await ask('DELETE', '/api/v1/nothing')).status, 204);
  });

  test('every answer has the security headers, and none opens to other origins', async () => {
    for (const path of ['/api/v1/refused', '/files/a', '/none']) {
      const { headers } = await ask('GET', path, { headers: { origin: 'https://elsewhere.example' } });
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(String(headers['content-security-policy']), /default-src 'none'/);
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(headers['set-cookie'], undefined);
    }
  });

  test('all routes can be listed with their access', () => {
    assert.equal(server.routes.length, routes.length);
    assert.deepEqual(server.routes.filter(({ access }) => access === 'session').map(({ path }) => path), [
      '/api/v1/offices/:office/drafts/:draft',
    ]);
  });
});

describe('what is refused', () => {
  const draft = '/api/v1/offices/a/drafts/1';
  const cases: Record<string, [string, () => Promise<Answer>]> = {
    'an unknown path': ['404 route-unknown', () => ask('GET', '/api/v1/none')],
    'an unknown method': ['404 route-unknown', () => ask('PUT', '/api/v1/echo')],
    'no token': ['401 session-missing', () => ask('GET', draft)],
    'a token in another scheme': ['401 session-missing', () => ask('GET', draft, { headers: { authorization: 'Basic YTpiYTpiYTpi' } })],
    'a token that has ended': ['401 session-expired', () => ask('GET', draft, { headers: { authorization: 'Bearer another-token-of-session' } })],
    'an unknown query': ['400 request-malformed', () => ask('GET', `${draft}?sort=x`, { headers: TOKEN })],
    'a repeated query': ['400 request-malformed', () => ask('GET', `${draft}?page=1&page=2`, { headers: TOKEN })],
    'a broken escape': ['400 request-malformed', () => ask('GET', '/files/%zz')],
    'a host of elsewhere': ['400 request-malformed', () => ask('GET', '/files/a', { headers: { host: 'evil.example' } })],
    'another content type': ['400 request-malformed', () => ask('POST', '/api/v1/echo', { headers: { 'content-type': 'text/plain' }, body: '{"text":"a"}' })],
    'broken JSON': ['400 request-malformed', () => ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: '{"text":' })],
    'broken UTF-8': ['400 request-malformed', () => ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: Buffer.from('{"text":"\xff"}', 'latin1') })],
    'an unknown field': ['400 request-malformed', () => ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: '{"text":"a","more":1}' })],
    'JSON of more than 1 MiB': ['413 body-too-large', () => ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: `{"text":"${'a'.repeat(1_048_576)}"}` })],
    'a part too large': ['413 body-too-large', () => ask('PUT', '/api/v1/parts/1', { body: new Uint8Array(100_001) })],
    'a part too large of undeclared length': ['413 body-too-large', () => ask('PUT', '/api/v1/parts/1', { headers: { 'transfer-encoding': 'chunked' }, body: new Uint8Array(100_001) })],
  };
  for (const [what, [expected, given]] of Object.entries(cases)) {
    test(what, async () => assert.equal(await code(given()), expected));
  }

  test('a refusal carries its detail', async () => {
    const { status, text } = await ask('GET', '/api/v1/refused');
    assert.deepEqual([status, JSON.parse(text)], [409, { code: 'offset-differs', detail: { expected: 5 } }]);
  });

  test('a fault shows a number; its place is in the log, its message nowhere', async () => {
    const { status, text } = await ask('GET', '/api/v1/fault');
    const { code: found, detail } = JSON.parse(text) as { code: string; detail: { id: string } };
    assert.deepEqual([status, found], [500, 'internal']);
    const logged = lines.filter((line) => line.includes(detail.id));
    assert.equal(logged.length, 1);
    assert.match(logged[0]!, /"error":"TypeError".*http\.test\.ts/);
    assert.ok(!lines.join('').includes('mận') && !text.includes('mận'));
  });

  test('an address beyond loopback, and a port that is taken', async () => {
    const refused = (wanted: string) => (error: unknown) => error instanceof Refusal && error.code === wanted;
    for (const address of ['0.0.0.0', '::', '192.168.1.2', 'station.example']) {
      await assert.rejects(newServer().listen(address, 0), refused('address-not-loopback'));
    }
    // Both that localhost leads to are this server's.
    for (const address of ['127.0.0.1', '::1', 'localhost']) await assert.rejects(newServer().listen(address, port), refused('port-in-use'));
  });

  test('a JSON body that does not arrive in time', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const head = 'POST /api/v1/echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';
    const logged = lines.length;
    socket.write(head);
    while (lines.length === logged) {
      clock.advance(31_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.destroy();
    await closed;
    assert.match(lines.at(-1)!, /"status":499/);
  });
});

describe('stopping', () => {
  test('requests in flight finish, streams end, new ones are not taken', async () => {
    const stopping = newServer();
    const { port: to } = await stopping.listen('127.0.0.1', 0);
    const isIn = new Promise<void>((resolve) => (entered = resolve));
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const slow = ask('GET', '/api/v1/slow', { to });
    const events = ask('GET', '/api/v1/events', { to });
    await isIn;
    await isBegun;
    const stopped = stopping.stop();
    release();
    assert.equal((await slow).text, '"done"');
    assert.equal((await events).text, 'data: begun\n\n');
    await stopped;
    await assert.rejects(ask('GET', '/files/a', { to }), { code: 'ECONNREFUSED' });
  });

  test('what takes too long is cut', async () => {
    const stopping = newServer();
    const { port: to } = await stopping.listen('127.0.0.1', 0);
    const isIn = new Promise<void>((resolve) => (entered = resolve));
    const slow = assert.rejects(ask('GET', '/api/v1/slow', { to }));
    await isIn;
    const stopped = stopping.stop();
    clock.advance(20_000);
    await Promise.all([slow, stopped]);
    release();
  });
});
