/** `localhost` leads to 127.0.0.1 and ::1: pages are at both, and a port is free where both are. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { listenAt } from '#station/kernel/loopback.ts';
import { want } from '../../../test/wants.ts';
import { freePorts, isFree } from '../free-ports.ts';
import { PagesServer } from './server.ts';

const six = await want('ipv6', 'pages at both addresses of localhost');

function other(context: TestContext): Server {
  const server = createServer((socket) => socket.destroy());
  context.after(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

const pagesServer = (): PagesServer => new PagesServer({
  assets: () => Promise.resolve(new Map([['/index.html', { contentType: 'text/html', bytes: Buffer.from('trang'), brotli: null }]])),
  here: () => ({ kind: 'setup', station: null, organisation: '' }), station: () => null,
});

test('pages are at both, and leave both when they close', async (context) => {
  const pages = pagesServer();
  const { hostname, port } = new URL(await pages.listen());
  assert.equal(hostname, 'localhost');
  const hosts = ['127.0.0.1', ...(six === null ? [] : [`[${six}]`])];
  for (const host of hosts) assert.equal(await (await fetch(`http://${host}:${port}/`)).text(), 'trang', host);
  await pages.close();
  for (const at of ['127.0.0.1', ...(six === null ? [] : [six])]) await listenAt(other(context), Number(port), at);
});

if (six !== null) {
  test('where somebody else has the port at ::1, no pages are opened: a desk, the setting up of a station', async (context) => {
    const [port] = await freePorts(1);
    await listenAt(other(context), port!, six);
    await assert.rejects(pagesServer().listen(port), (error: unknown) => error instanceof Refusal && error.code === 'port-in-use');
    assert.equal(await isFree(port!), false);
    await listenAt(other(context), port!, '127.0.0.1');
  });
}
