/** `localhost` leads to 127.0.0.1 and ::1, and browsers try ::1 first: nobody else may answer at either. */
import assert from 'node:assert/strict';
import { createServer as createHttpServer, get } from 'node:http';
import { connect, createServer, Server, type Socket } from 'node:net';
import { mock, type TestContext, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { want } from '../../../test/wants.ts';
import { isLocalhost, listenAt, listenHere } from './loopback.ts';

const SIX = '::1';
/** A machine without IPv6 has nobody there, and then there is nobody to keep out. */
const HAS_SIX = (await want('ipv6', 'who listens at both addresses of localhost')) !== null;
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

if (HAS_SIX) {
  test('where somebody else has the port at ::1, nothing is opened and nothing is left open', async (context) => {
    const { port } = await listenAt(other(context), 0, SIX);
    await assert.rejects(listenHere(createServer(), port), isTaken);
    await listenAt(other(context), port, '127.0.0.1');
  });

  test('a port that is lent at one address and taken at the other is not the one', async (context) => {
    const { port: thieves } = await listenAt(other(context), 0, '127.0.0.1');
    let lent = 0;
    answerListening(context, (_, port, address) => (address === SIX && port === 0 && lent++ === 0 ? thieves : port));
    const { port, close } = await listenHere(createServer(), 0);
    context.after(close);
    assert.equal(lent, 2);
    assert.notEqual(port, thieves);
  });

  test('as many connections as there may be are of both together, and one that ends makes room at either', async (context) => {
    // As node:http does, whose connections stay open behind the other side's end.
    const server = createServer((socket) => socket.on('end', () => socket.end()).resume().write('x'));
    server.maxConnections = 3;
    const { port, close } = await listenHere(server, 0);
    const lines: Socket[] = [];
    context.after(async () => {
      for (const line of lines) line.destroy();
      await close();
    });
    /** Whether it was taken. */
    const come = (address: string): Promise<boolean> => new Promise((resolve) => {
      const line = connect(port, address);
      lines.push(line);
      line.once('data', () => resolve(true)).once('close', () => resolve(false)).on('error', () => {});
    });
    const leave = (line: Socket): Promise<void> => new Promise((resolve) => {
      server.once('left', resolve);
      line.destroy();
    });
    server.on('connection', (socket: Socket) => socket.once('close', () => server.emit('left')));
    assert.deepEqual([await come(SIX), await come('127.0.0.1'), await come(SIX)], [true, true, true]);
    assert.deepEqual([await come(SIX), await come('127.0.0.1')], [false, false]);
    await leave(lines[1]!);
    assert.deepEqual([await come(SIX), await come('127.0.0.1')], [true, false]);
    await leave(lines[0]!);
    assert.deepEqual([await come('127.0.0.1'), await come(SIX)], [true, false]);
  });
}

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
