/** Calls that are under way when whoever made them is ended: nothing more is taken from them, and nothing more given. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { HttpServer } from './http.ts';
import { routesFor } from './http-routes.ts';
import { silentLog } from './log.ts';
import { countingRandom } from './testing.test.ts';

const route = routesFor<{ readonly person: string }>();
const CALL = 'Host: 127.0.0.1\r\nAuthorization: Bearer a-token-of-session\r\n';
/** What does not come within this does not come. */
const PATIENCE_MS = 10_000;
let isInForce = true;
/** What handlers were given. */
let taken: string[] = [];
/** Lets the next chunk go out, once it is waited for. */
let next: (() => void) | null = null;
let calls = 0;

async function* three(): AsyncGenerator<Uint8Array> {
  for (const one of ['một', 'hai', 'ba']) {
    await new Promise<void>((resolve) => (next = resolve));
    yield utf8(one);
  }
}

const routes = [
  route({
    method: 'POST', path: '/numbers', access: 'session', body: z.strictObject({ count: z.int() }),
    handler: async ({ body }) => {
      taken.push(String(body.count));
      return { json: body };
    },
  }),
  route({
    method: 'PUT', path: '/part', access: 'session', streamBytesMax: 100,
    handler: async ({ stream }) => {
      for await (const piece of stream) taken.push(Buffer.from(piece).toString());
      taken.push('whole');
      return {};
    },
  }),
  route({ method: 'GET', path: '/part', access: 'session', handler: async () => ({ chunks: three(), headers: { 'content-length': String(utf8('mộthaiba').length) } }) }),
  route({ method: 'GET', path: '/events', access: 'session', handler: async () => ({ chunks: three(), endsWithSession: true }) }),
];
const server = new HttpServer({
  routes, authenticate: async () => ({ person: `Lan ${++calls}` }), mayGoOn: () => isInForce, callerOf: ({ person }) => person, clock: nodeClock, random: countingRandom(), log: silentLog,
});
let port = 0;
before(async () => ({ port } = await server.listen('127.0.0.1', 0)));
after(() => server.stop());
afterEach(() => {
  isInForce = true;
  taken = [];
  calls = 0;
});

class Line {
  heard = '';
  isClosed = false;
  readonly #socket: Socket = connect(port, '127.0.0.1');

  constructor(text: string) {
    this.#socket.on('data', (bytes: Buffer) => (this.heard += bytes.toString())).on('error', () => {}).once('close', () => (this.isClosed = true));
    this.say(text);
  }

  say(text: string): void {
    this.#socket.write(text);
  }

  end(): void {
    this.#socket.destroy();
  }
}

async function goOn(): Promise<void> {
  await until(() => next !== null);
  next!();
  next = null;
}

async function until(is: () => boolean): Promise<void> {
  for (const startedMs = nodeClock.monotonicMs(); !is(); await new Promise((resolve) => setImmediate(resolve))) {
    assert.ok(nodeClock.monotonicMs() - startedMs < PATIENCE_MS, `has not come: ${is}`);
  }
}

test('a body that comes after the end does nothing', async () => {
  const line = new Line(`POST /numbers HTTP/1.1\r\n${CALL}Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{"cou`);
  await until(() => calls === 1);
  isInForce = false;
  line.say('nt":3}');
  await until(() => line.heard.includes('\r\n\r\n'));
  assert.match(line.heard, /^HTTP\/1\.1 401 [^]*"session-expired"/);
  assert.deepEqual(taken, []);
  line.end();
});

test('of what is uploaded no piece counts that comes after the end, nor is it whole', async () => {
  const line = new Line(`PUT /part HTTP/1.1\r\n${CALL}Content-Length: 6\r\n\r\nmot`);
  await until(() => taken.length === 1);
  isInForce = false;
  line.say('hai');
  await until(() => line.heard.includes('\r\n\r\n'));
  assert.match(line.heard, /^HTTP\/1\.1 401 /);
  assert.deepEqual(taken, ['mot']);
  line.end();
  isInForce = true;
  const open = new Line(`PUT /part HTTP/1.1\r\n${CALL}Transfer-Encoding: chunked\r\n\r\n3\r\nmot\r\n`);
  await until(() => taken.length === 2);
  isInForce = false;
  open.say('0\r\n\r\n');
  await until(() => open.heard.includes('\r\n\r\n'));
  assert.deepEqual(taken, ['mot', 'mot'], 'whose last byte had come before');
  open.end();
});

test('of what is downloaded nothing goes out after the end', async () => {
  const line = new Line(`GET /part HTTP/1.1\r\n${CALL}\r\n`);
  await goOn();
  await until(() => line.heard.endsWith('một'));
  isInForce = false;
  await goOn();
  await until(() => line.isClosed);
  assert.match(line.heard, /một$/);
});

test('what ends by itself, with a word, is left to do so', async () => {
  const line = new Line(`GET /events HTTP/1.1\r\n${CALL}\r\n`);
  await until(() => next !== null);
  isInForce = false;
  for (const word of ['một', 'hai', 'ba']) {
    await goOn();
    await until(() => line.heard.includes(word));
  }
  await until(() => line.heard.endsWith('0\r\n\r\n'));
  line.end();
});
