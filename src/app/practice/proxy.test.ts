/** A link of the practice that is cut: what stood on it breaks, and who calls meanwhile is answered when it is back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Proxy } from './proxy.ts';

describe('a link of the practice', () => {
  let target: Server;
  let proxy: Proxy;
  const calls: Socket[] = [];
  before(async () => {
    target = createServer((socket) => socket.on('error', () => undefined).resume().write('trạm'));
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    proxy = await Proxy.listen((target.address() as AddressInfo).port);
  });
  after(async () => {
    for (const one of calls) one.destroy();
    await proxy.close();
    target.close();
  });

  async function call(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    calls.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  async function answerOf(socket: Socket): Promise<string> {
    const [bytes] = await once(socket, 'data') as [Buffer];
    return bytes.toString('utf8');
  }

  it('answers who called on a dead line as soon as it is back', async () => {
    assert.equal(await answerOf(await call()), 'trạm');
    proxy.cut();
    const [waiting, gaveUp] = [await call(), await call()];
    gaveUp.destroy();
    await once(gaveUp, 'close');
    assert.deepEqual([waiting.destroyed, waiting.bytesRead], [false, 0]);
    proxy.restore();
    assert.equal(await answerOf(waiting), 'trạm');
    assert.equal(await answerOf(await call()), 'trạm');
  });

  it('keeps nobody waiting when it ends', async () => {
    proxy.cut();
    const waiting = await call();
    const gone = new Promise<void>((resolve) => waiting.once('close', () => resolve()));
    await proxy.close();
    await gone;
    assert.equal(waiting.bytesRead, 0);
  });
});
