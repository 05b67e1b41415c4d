/** What the pages pass on to a station: one request for one request, and nothing that hides within it. */
import assert from 'node:assert/strict';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { localAddress, PagesServer } from './server.ts';

const HIDDEN = 'DELETE /api/1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ';

describe('what the pages pass on', () => {
  let station: Server;
  let pages: PagesServer;
  let port: number;
  /** What the station was asked, in order. */
  let asked: string[];

  before(async () => {
    station = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece)).once('end', () => {
        asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'} ${Buffer.concat(pieces).toString('latin1')}`.trim());
        response.end('{"ok":true}');
      });
    });
    await new Promise<void>((resolve) => station.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(station.address() as AddressInfo).port}`;
    pages = new PagesServer({
      assets: () => Promise.resolve(new Map([['/index.html', { contentType: 'text/html', bytes: new Uint8Array(1), brotli: null }]])), here: () => ({ kind: 'station', station: 'tram-tinh', organisation: 'Tỉnh thực hành' }),
      station: () => ({ base }),
    });
    port = Number(new URL(await pages.listen()).port);
  });
  after(async () => {
    await pages.close();
    station.close();
  });
  beforeEach(() => { asked = []; });

  /** Writes bytes as they are on a connection of their own. @returns the status of each answer, until the other side closes or falls silent */
  function write(sent: string): Promise<number[]> {
    return new Promise((resolve, reject) => {
      let heard = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(sent, 'latin1'));
      const done = (): void => {
        socket.destroy();
        resolve([...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)));
      };
      socket.setTimeout(300, done).on('data', (bytes) => (heard += bytes.toString('latin1'))).once('close', done).once('error', reject);
    });
  }

  it('show their page to whoever follows a link from elsewhere, and answer neither a call of elsewhere nor a frame', async () => {
    const from = (target: string, mode: string, dest: string): Promise<number[]> => write(
      [`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', 'Sec-Fetch-Site: cross-site', `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${dest}`, '', ''].join('\r\n'));
    assert.deepEqual(await from('/desk', 'navigate', 'document'), [200]);
    for (const [target, mode, dest] of [
      ['/', 'navigate', 'iframe'], ['/', 'no-cors', 'script'], ['/', 'cors', 'empty'], ['/here', 'cors', 'empty'], ['/api/1/station', 'no-cors', 'empty'], ['/assets/paper-1.html', 'navigate', 'document'],
    ] as const) assert.deepEqual(await from(target, mode, dest), [403], `${target} ${mode} ${dest}`);
    // Nor does a link call a station, or ask what only the page may.
    for (const target of ['/api/1/station', '/here']) assert.deepEqual(await from(target, 'navigate', 'document'), [200]);
    assert.deepEqual(asked, []);
  });

  it('say in words, to whoever typed an address that is none of theirs, that they do not open there', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    get({ port, host: '127.0.0.1', headers: { host: '192.0.2.2', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' } }, async (answer) => {
      assert.equal(answer.statusCode, 403);
      resolve(`${answer.headers['content-type']} ${await textOf(answer)}`);
    }).once('error', reject);
    assert.match(await promise, /^text\/plain; charset=utf-8 Trạm này không mở bằng địa chỉ/);
    assert.deepEqual(asked, []);
  });

  const request = (method: string, headers: readonly string[], body = ''): string =>
    [`${method} /api/1/station HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', 'Authorization: Bearer khach', ...headers, '', body].join('\r\n');
  const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  /** Somebody else, who comes by the same connection to the station. */
  const victim = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/api/1/station`, { headers: { authorization: 'Bearer nan-nhan' } });

  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    for (const [how, headers, body] of [
      ['in chunks', ['Transfer-Encoding: chunked'], chunked(HIDDEN)],
      ['of a declared length', [`Content-Length: ${HIDDEN.length}`], HIDDEN],
    ] as const) {
      it(`refuses a ${method} with a body ${how}, and nobody's call runs into it`, async () => {
        assert.deepEqual(await write(request(method, headers, body)), [method === 'OPTIONS' || method === 'TRACE' || method === 'PROPFIND' ? 404 : 400]);
        assert.equal((await victim()).status, 200);
        assert.deepEqual(asked, ['GET /api/1/station Bearer nan-nhan']);
      });
    }
  }

  it('passes bodies on as one request, however they are framed', async () => {
    const body = 'POST /api/1/other HTTP/1.1\r\n\r\n';
    assert.deepEqual(await write(request('POST', ['Transfer-Encoding: chunked'], chunked(body))), [200]);
    assert.deepEqual(await write(request('PUT', [`Content-Length: ${body.length}`], body)), [200]);
    assert.deepEqual(await write(request('POST', ['Content-Length: 0'])), [200]);
    assert.deepEqual(await write(request('DELETE', ['Content-Length: 0'])), [200]);
    assert.equal((await victim()).status, 200);
    assert.deepEqual(asked, [
      `POST /api/1/station Bearer khach ${body.trim()}`, `PUT /api/1/station Bearer khach ${body.trim()}`, 'POST /api/1/station Bearer khach', 'DELETE /api/1/station Bearer khach',
      'GET /api/1/station Bearer nan-nhan',
    ]);
  });

  it('passes nothing on that is no call of the interface', async () => {
    for (const target of ['/api/1/../../metrics', '/api/1/%2e%2e/%2e%2e/metrics', '/at/tram-tinh/api/1/../../health', '/metrics']) {
      await write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    }
    assert.deepEqual(asked, []);
  });

  it('passes on one call of a connection at a time, and none of whoever sends the next before it is answered', async () => {
    const call = 'GET /api/1/station HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    await write(call.repeat(100));
    assert.equal((await victim()).status, 200);
    assert.ok(asked.length <= 2, `${asked.length} calls reached the station`);
  });

  it('is opened by name, under which passkeys work and devices are kept', () => {
    assert.equal(localAddress('127.0.0.1', 7440), 'http://localhost:7440/');
    assert.equal(localAddress('::1', 7440), 'http://localhost:7440/');
    assert.equal(localAddress('127.0.0.2', 7440), 'http://127.0.0.2:7440/', 'where that name does not lead');
  });

  it('ends the call of a body that breaks off, which nobody finishes for it', async () => {
    await write(request('POST', ['Content-Length: 4000'], 'nửa chừng'));
    assert.equal((await victim()).status, 200);
    assert.deepEqual(asked, ['GET /api/1/station Bearer nan-nhan']);
  });
});
