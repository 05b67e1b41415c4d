/** What one caller, and all of them, can make the server of the API hold in memory: what they send, and what they do not read. */
import assert from 'node:assert/strict';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { until } from '../../../test/fixtures/until.ts';
import { HttpServer } from './http.ts';
import { routesFor } from './http-routes.ts';
import { silentLog } from './log.ts';
import { countingRandom } from './testing.test.ts';

interface Session {
  readonly person: string;
}

const LARGE = 80 * 2 ** 20;
const PERSONS = new Map<string, Session>([
  ['a-token-of-session', { person: 'Lan' }], ['a-second-of-session', { person: 'Lan' }], ['a-token-of-another', { person: 'Lả' }],
]);
const route = routesFor<Session>();
const echoed = z.strictObject({ text: z.string() });
let [calls, enter, release] = [0, () => {}, () => {}];

const routes = [
  route({ method: 'POST', path: '/api/v1/echo', access: 'public', body: echoed, handler: async ({ body }) => ({ json: body }) }),
  {
    ...route({
      method: 'POST', path: '/api/v1/large', access: 'session', body: echoed,
      demand: ({ person }) => { if (person !== 'Lan') throw new Refusal('registrar-required'); },
      handler: async ({ body }) => ({ json: { length: body.text.length } }),
    }),
    jsonBytesMax: LARGE,
  },
  {
    ...route({
      method: 'POST', path: '/api/v1/list', access: 'session', body: z.strictObject({ list: z.array(z.string()).max(3) }),
      handler: async ({ body }) => ({ json: body }),
    }),
    jsonBytesMax: LARGE,
  },
  route({
    method: 'GET', path: '/api/v1/answer', access: 'session', query: z.strictObject({ bytes: z.coerce.number() }),
    handler: async ({ query }) => ({ bytes: new Uint8Array(query.bytes) }),
  }),
  route({
    method: 'GET', path: '/api/v1/slow', access: 'public',
    handler: async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
        enter();
      });
      return { json: 'done' };
    },
  }),
  route({
    method: 'GET', path: '/api/v1/quick', access: 'public',
    handler: async () => {
      calls += 1;
      return { json: 'done' };
    },
  }),
];

const server = new HttpServer<Session>({
  routes, authenticate: async (token) => PERSONS.get(token) ?? null, mayGoOn: () => true, callerOf: ({ person }) => person, clock: nodeClock, random: countingRandom(), log: silentLog,
});
let port = 0;
before(async () => ({ port } = await server.listen('127.0.0.1', 0)));
after(() => server.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(method: string, path: string, given: { headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send({ port, method, path, headers: given.headers ?? {}, agent: false }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      resolve({ status: response.statusCode!, text: Buffer.concat(pieces).toString() });
    });
    outgoing.once('error', reject);
    outgoing.end(given.body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const TOKEN = { authorization: 'Bearer a-token-of-session' };

describe('large bodies', () => {
  /** A body that does not end. @returns what ends the connection, once everything but its end was taken off our hands */
  function hold(token: string, bytes: number): Promise<{ cut: () => void; status: Promise<number> }> {
    return new Promise((resolve) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': bytes + 1_000 };
      const outgoing = send({ port, method: 'POST', path: '/api/v1/large', headers, agent: false });
      const status = new Promise<number>((answered) => outgoing.once('response', (response) => answered(response.resume().statusCode!)));
      outgoing.on('error', () => {}).write(Buffer.alloc(bytes, 0x20), () => resolve({ cut: () => outgoing.destroy(), status }));
    });
  }

  test('of whoever may not send one is not read', async () => {
    const { status, cut } = await hold('a-token-of-another', 5 * 2 ** 20);
    assert.equal(await status, 403);
    cut();
  });

  test('that do not end take so much memory and no more, and hold back no small one', async () => {
    const first = await hold('a-token-of-session', 70 * 2 ** 20);
    const second = await hold('a-token-of-session', 40 * 2 ** 20);
    assert.equal(await second.status, 429);
    // Of one caller, whatever sessions they come by.
    const third = await hold('a-second-of-session', 40 * 2 ** 20);
    assert.equal(await third.status, 429);
    assert.equal((await ask('POST', '/api/v1/large', { headers: { ...TOKEN, ...JSON_TYPE }, body: '{"text":"chào"}' })).text, '{"length":4}');
    for (const { cut } of [first, second, third]) cut();
  });

  test('of many small values are refused before these are made', async () => {
    const list = (count: number): Promise<Answer> =>
      ask('POST', '/api/v1/list', { headers: { ...TOKEN, ...JSON_TYPE }, body: `{"list":["a,[{\\"${'{},'.repeat(count)}","b",{}]}` });
    const usedBefore = process.memoryUsage().heapUsed;
    const many = await ask('POST', '/api/v1/list', { headers: { ...TOKEN, ...JSON_TYPE }, body: `{"list":[${'{},'.repeat(2 ** 21)}{}]}` });
    assert.match(many.text, /"too-many-values"/);
    assert.ok(process.memoryUsage().heapUsed - usedBefore < 64 * 2 ** 20);
    // What stands within a text is one value.
    assert.match((await list(2 ** 18)).text, /"body.list.2"/);
  });

  test('of whoever has not logged in are small', async () => {
    assert.equal((await ask('POST', '/api/v1/echo', { headers: JSON_TYPE, body: JSON.stringify({ text: 'x'.repeat(65_536) }) })).status, 413);
  });
});

describe('answers that are not read', () => {
  /** Asks, and reads nothing of what comes. @returns the status, and what ends the connection */
  function askDeaf(token: string, bytes: number): Promise<{ cut: () => void; status: number }> {
    return new Promise((resolve, reject) => {
      let heard = '';
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject).on('data', (piece: Buffer) => {
        heard += piece.toString('latin1', 0, 64);
        socket.pause();
        resolve({ cut: () => socket.destroy(), status: Number(heard.slice(9, 12)) });
      });
      socket.write(`GET /api/v1/answer?bytes=${bytes} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`);
    });
  }

  test('take so much memory and no more, and what was read or cut off takes none', async () => {
    const large = 40 * 2 ** 20;
    const held = [await askDeaf('a-token-of-session', large), await askDeaf('a-second-of-session', large)];
    assert.deepEqual(held.map(({ status }) => status), [200, 200]);
    const third = await askDeaf('a-token-of-session', large);
    assert.equal(third.status, 429);
    third.cut();
    assert.equal((await ask('GET', '/api/v1/answer?bytes=65536', { headers: TOKEN })).status, 200);
    for (const { cut } of held) cut();
    const again = async (): Promise<number> => (await ask('GET', `/api/v1/answer?bytes=${large}`, { headers: TOKEN })).status;
    await until(async () => (await again()) === 200);
    for (let turn = 0; turn < 4; turn++) assert.equal(await again(), 200);
  });

  test('are of one call at a time on a connection: who sends the next before is cut off, and nothing of it is done', async () => {
    const isIn = new Promise<void>((resolve) => (enter = resolve));
    calls = 0;
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    const call = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    socket.write(call('/api/v1/slow') + call('/api/v1/quick').repeat(500));
    await Promise.all([isIn, closed]);
    release();
    assert.equal((await ask('GET', '/api/v1/quick')).status, 200);
    assert.equal(calls, 1);
  });
});
