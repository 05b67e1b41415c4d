/** Files, keyring file and HTTP on Node. */
import assert from 'node:assert/strict';
import { link, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeFiles } from '#platform/node/files.ts';
import { nodeHttpTransport } from '#platform/node/http-transport.ts';
import { keyringFileStore } from '#platform/node/keyring-file.ts';

const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const NAME = 'Công điện số 12 – mưa lũ.docx';
let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tram-outside-'));
});
after(() => rm(folder, { recursive: true }));

test('a file is read from any place, its name in NFC', async () => {
  const bytes = new Uint8Array(1_500_000).map((_, i) => i % 251);
  const file = path.join(folder, NAME.normalize('NFD'));
  await writeFile(file, bytes);
  const source = await nodeFiles(folder).open(file);
  assert.deepEqual([source.name, source.sizeBytes], [NAME, bytes.length]);
  assert.deepEqual(concat(...(await Array.fromAsync(source.read(1_234_567)))), bytes.subarray(1_234_567));
  await assert.rejects(nodeFiles(folder).open(folder), refused('file-missing'));
  await assert.rejects(nodeFiles(folder).open(path.join(folder, 'khong-co')), refused('file-missing'));
});

test('a file that others put there is no link, has one name, and is the same at each reading', async () => {
  const [file, other] = [path.join(folder, 'alone.txt'), path.join(folder, 'other.txt')];
  await writeFile(file, 'của họ');
  await writeFile(other, 'của mình');
  const open = (name: string) => nodeFiles(folder).open(path.join(folder, name), 'alone');
  const source = await open('alone.txt');
  assert.deepEqual(concat(...(await Array.fromAsync(source.read(0)))), utf8('của họ'));
  await symlink(other, path.join(folder, 'link.txt'));
  await assert.rejects(open('link.txt'), refused('file-is-link'));
  assert.equal((await nodeFiles(folder).open(path.join(folder, 'link.txt'))).name, 'link.txt', 'a person may name a link');
  await rename(path.join(folder, 'link.txt'), file);
  await assert.rejects(Array.fromAsync(source.read(0)), refused('file-is-link'));
  await rename(other, file);
  await assert.rejects(Array.fromAsync(source.read(0)), refused('file-changed'));
  await link(file, path.join(folder, 'second.txt'));
  await assert.rejects(open('alone.txt'), refused('file-is-link'));
});

test('a received file has its name when it is whole, and replaces nothing', async () => {
  const inbox = path.join(folder, 'nhan');
  const files = nodeFiles(inbox);
  for (const expected of [NAME, NAME.replace('.docx', ' (2).docx')]) {
    const sink = await files.create(NAME);
    await sink.write(utf8('một'));
    assert.ok((await readdir(inbox)).every((name) => name !== expected));
    assert.equal(await sink.commit(), path.join(inbox, expected));
    await sink.abandon();
    assert.equal(await readFile(path.join(inbox, expected), 'utf8'), 'một');
  }
  const given = await files.create('bỏ.txt');
  await given.write(utf8('hai'));
  await given.abandon();
  assert.equal((await readdir(inbox)).length, 2);
  for (const name of ['../a', 'a/b', '..']) await assert.rejects(files.create(name), refused('path-in-file-name'));
});

test('a received file is in sight, and none that a shell reads by itself', async () => {
  const home = path.join(folder, 'nha');
  for (const expected of ['_.profile', '_ (2).profile']) {
    const sink = await nodeFiles(home).create('.profile');
    assert.equal(await sink.commit(), path.join(home, expected));
  }
});

test('a keyring file is written whole, for its owner only', async () => {
  const file = path.join(folder, 'thiet-bi', 'keyring.cbor');
  const store = keyringFileStore(file);
  assert.equal(await store.read(), null);
  await store.write(Uint8Array.of(1));
  await store.write(Uint8Array.of(2, 3));
  assert.deepEqual(await store.read(), Uint8Array.of(2, 3));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(path.dirname(file)), ['keyring.cbor']);
});

async function serve(listener: http.RequestListener, errand: (origin: string) => Promise<void>): Promise<void> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await errand(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const gather = async (body: AsyncIterable<Uint8Array>) => concat(...(await Array.fromAsync(body)));

test('bodies stream both ways', async () => {
  await serve((request, response) => request.pipe(response), async (origin) => {
    const transport = nodeHttpTransport(origin);
    const piece = new Uint8Array(300_000).fill(7);
    async function* body() {
      for (let i = 0; i < 5; i++) yield piece;
    }
    const answer = await transport.request({ method: 'POST', path: '/a?b=1', headers: {}, body: body() });
    assert.equal((await gather(answer.body)).length, 1_500_000);
    transport.close();
  });
});

test('an early answer is heard though the body is not read', async () => {
  await serve((_, response) => response.writeHead(413).end('nein'), async (origin) => {
    const transport = nodeHttpTransport(origin);
    async function* body() {
      for (let i = 0; i < 200; i++) yield new Uint8Array(65_552);
    }
    const answer = await transport.request({ method: 'PATCH', path: '/', headers: {}, body: body() }).catch((error: unknown) => error);
    // Where the socket was reset first, that it was is said.
    if (answer instanceof Refusal) assert.equal(answer.code, 'station-unreachable');
    else assert.equal((answer as { status: number }).status, 413);
    transport.close();
  });
});

test('no station, a lost one and a cancelled call are told apart', async () => {
  const nobody = nodeHttpTransport('http://127.0.0.1:1');
  await assert.rejects(nobody.request({ method: 'GET', path: '/', headers: {} }), refused('station-unreachable'));
  await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  }, async (origin) => {
    const transport = nodeHttpTransport(origin);
    const { body } = await transport.request({ method: 'GET', path: '/', headers: {} });
    await assert.rejects(gather(body), refused('station-unreachable'));
    transport.close();
  });
  await serve(() => {}, async (origin) => {
    const transport = nodeHttpTransport(origin);
    const stop = new AbortController();
    const call = transport.request({ method: 'GET', path: '/', headers: {}, signal: stop.signal });
    stop.abort();
    await assert.rejects(call, refused('cancelled'));
    transport.close();
  });
});

test('many that write one keyring file at once each write it whole, and leave nothing beside it', async () => {
  const here = await mkdtemp(path.join(folder, 'ring-'));
  const file = path.join(here, 'directory.cbor');
  const killed = `${file}.new-1-${'0'.repeat(16)}`;
  await writeFile(killed, 'của một lệnh bị giết');
  await utimes(killed, new Date(0), new Date(0));
  const written = Array.from({ length: 24 }, (_, index) => new Uint8Array(100_000).fill(index));
  await Promise.all(written.map((bytes) => keyringFileStore(file).write(bytes)));
  const kept = await readFile(file);
  assert.ok(written.some((bytes) => kept.equals(bytes)));
  assert.deepEqual(await readdir(here), ['directory.cbor']);
});
