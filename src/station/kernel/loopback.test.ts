/** `localhost` leads to 127.0.0.1 and ::1, and browsers try ::1 first: nobody else may answer at either. */
import assert from 'node:assert/strict';
import { createServer as createHttpServer, get } from 'node:http';
import { createServer, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { mock, type TestContext, test } from 'node:test';
import { freePorts, isFree } from '#app/free-ports.ts';
import { PagesServer } from '#app/pages/server.ts';
import { Refusal } from '#core/refusals.ts';
import { isLocalhost, listenAt, listenHere } from './loopback.ts';

const SIX = '::1';
/** A machine without IPv6 has nobody there, and then there is nobody to keep out. */
const HAS_SIX = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === SIX));
const isTaken = (error: unknown): boolean => error instanceof Refusal && error.code === 'port-in-use';

function other(context: TestContext): Server {
  const server = createServer((socket) => socket.destroy());
  context.after(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

/** What answers at an address. */
function answerAt(address: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: address, port, agent: false }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
      resolve(Buffer.concat(pieces).toString());
    }).once('error', reject);
  });
}

const pagesServer = (): PagesServer => new PagesServer({
  assets: () => Promise.resolve(new Map([['/index.html', { contentType: 'text/html', bytes: Buffer.from('trang'), brotli: null }]])),
  here: () => ({ kind: 'setup', station: null, organisation: '' }), station: () => null,
});

for (const address of ['127.0.0.1', 'localhost', ...(HAS_SIX ? [SIX] : [])]) {
  test(`whoever listens at ${address} answers at both, and nobody else can`, async (context) => {
    const server = createHttpServer((_, response) => response.end('trạm'));
    const { port, close } = await listenHere(server, 0, address);
    context.after(close);
    for (const at of ['127.0.0.1', ...(HAS_SIX ? [SIX] : [])]) {
      assert.equal(await answerAt(at, port), 'trạm', at);
      await assert.rejects(listenAt(other(context), port, at), isTaken, at);
    }
  });
}

test('another address of loopback, to which localhost does not lead, is listened at alone', async (context) => {
  const { port, close } = await listenHere(createServer(), 0, '127.0.0.2');
  context.after(close);
  assert.equal(isLocalhost('127.0.0.2'), false);
  await listenAt(other(context), port, '127.0.0.1');
});

test('where somebody else has the port at ::1, nothing is opened and nothing is left open', async (context) => {
  if (!HAS_SIX) return;
  const [port] = await freePorts(1);
  const thief = other(context);
  await listenAt(thief, port!, SIX);
  await assert.rejects(listenHere(createServer(), port!), isTaken);
  await assert.rejects(pagesServer().listen(port), isTaken, 'pages, a desk and the setting up of a station');
  assert.equal(await isFree(port!), false);
  await listenAt(other(context), port!, '127.0.0.1');
});

test('pages are at both, and leave both when they close', async (context) => {
  const pages = pagesServer();
  const address = new URL(await pages.listen());
  const port = Number(address.port);
  assert.equal(address.hostname, 'localhost');
  for (const at of ['127.0.0.1', ...(HAS_SIX ? [SIX] : [])]) assert.equal(await answerAt(at, port), 'trang', at);
  await pages.close();
  for (const at of ['127.0.0.1', ...(HAS_SIX ? [SIX] : [])]) await listenAt(other(context), port, at);
});

for (const code of ['EADDRNOTAVAIL', 'EAFNOSUPPORT']) {
  test(`a machine without IPv6 (${code}) goes on with 127.0.0.1`, async (context) => {
    lackSix(context, code);
    const server = createHttpServer((_, response) => response.end('trạm'));
    const { address, port, close } = await listenHere(server, 0);
    context.after(close);
    assert.equal(address, '127.0.0.1');
    assert.equal(await answerAt(address, port), 'trạm');
  });
}

test('what is wrong at ::1 in any other way is told', async (context) => {
  lackSix(context, 'EACCES');
  await assert.rejects(listenHere(createServer(), 0), { code: 'EACCES' });
});

test('a port that is lent at one address and taken at the other is not the one', async (context) => {
  if (!HAS_SIX) return;
  const { port: thieves } = await listenAt(other(context), 0, '127.0.0.1');
  let lent = 0;
  answerListening(context, (_, port, address) => (address === SIX && port === 0 && lent++ === 0 ? thieves : port));
  const { port, close } = await listenHere(createServer(), 0);
  context.after(close);
  assert.equal(lent, 2);
  assert.notEqual(port, thieves);
});

/** As the system answers whoever listens at an address that it has not. */
function lackSix(context: TestContext, code: string): void {
  answerListening(context, (server, port, address) => {
    if (address === SIX) setImmediate(() => server.emit('error', Object.assign(new Error('lacking'), { code })));
    return address === SIX ? null : port;
  });
}

/** @param asked what is listened on instead, or null where nothing is */
function answerListening(context: TestContext, asked: (server: Server, port: number, address: string) => number | null): void {
  const listen: (this: Server, port: number, address: string, done: () => void) => Server = Server.prototype.listen;
  const mocked = mock.method(Server.prototype, 'listen', function (this: Server, port: number, address: string, done: () => void) {
    const answered = asked(this, port, address);
    return answered === null ? this : listen.call(this, answered, address, done);
  } as Server['listen']);
  context.after(() => mocked.mock.restore());
}
