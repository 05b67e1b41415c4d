/**
 * Why pages may be trusted: `tram desk` brings its own before a distant station and refuses changed ones, `tram pages
 * verify` names what a server changed, and TLS to the station is believed by the organisation's root alone.
 */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assetOf, type Assets, readAssets } from '../../src/app/pages/assets.ts';
import { buildPages } from '../../src/app/pages/build.ts';
import { deskPort, distantPages } from '../../src/app/pages/distant.ts';
import { PAPER, policiesOf } from '../../src/app/pages/headers.ts';
import { MANIFEST_PATH, ownPages } from '../../src/app/pages/pages.ts';
import { writeRelease } from '../../src/app/pages/release.ts';
import { PagesServer } from '../../src/app/pages/server.ts';
import { version } from '../../src/app/version.ts';
import { fromBase64 } from '../../src/core/bytes.ts';
import { type RefusalCode, Refusal } from '../../src/core/refusals.ts';
import { openTwinKeys } from '../../src/model/certificate-maker.ts';
import { signPages } from '../../src/model/pages-release.ts';
import { nodeCrypto, nodeRandom } from '../../src/platform/node/crypto.ts';
import { twinSecret } from '../../src/wire/keyring.ts';
import { makeReleaseKey } from '../../tools/release-key.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, freePort, smallOffice, type SmallOffice } from './small-office.ts';

const SCRIPT = /^\/assets\/tram-[\w-]+\.js$/;

function refusal(code: RefusalCode, detail: Record<string, unknown> = {}): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code && Object.entries(detail).every(([key, value]) => error.detail[key] === value);
}

describe('trust in the pages', () => {
  let office: SmallOffice;
  let program: string;
  let script: string;
  let secure: string;
  let assets: Assets;
  before(async () => {
    [office, assets] = await Promise.all([smallOffice(), buildPages()]);
    program = path.join(office.folder, 'program');
    script = [...assets.keys()].find((name) => SCRIPT.test(name))!;
    await makeReleaseKey(path.join(office.folder, 'release.key'));
    await writeRelease(assets, program, version, path.join(office.folder, 'release.key'));
    const port = await freePort();
    await tramJson(['pages', 'certificate', ...office.as('anh'), '--data', office.data, '--host', '127.0.0.1']);
    await tramJson(['directory', ...office.as('anh'), '--certificates', path.join(office.folder, 'certificates')]);
    await office.stop();
    const file = path.join(office.data, 'station.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, pagesAddress: '127.0.0.1', pagesPort: port }));
    await office.start();
    secure = `https://127.0.0.1:${port}`;
  });
  after(() => closeOffice(office));

  /** A copy of the signed program with something changed. */
  function tampered(name: string, change: (copy: string) => void): string {
    const copy = path.join(office.folder, name);
    cpSync(program, copy, { recursive: true });
    change(copy);
    return copy;
  }

  const order = () => ({ url: `http://127.0.0.1:${office.port}`, certificate: null, founding: null, port: 0 });

  it('a desk serves the signed pages from this machine, and passes calls to the station and to no other', async () => {
    const desk = await distantPages(program).desk(order());
    try {
      assert.deepEqual([desk.station, desk.organisation, desk.isSigned], ['hub', 'Tỉnh thực hành', true]);
      const got = async (where: string) => (await fetch(new URL(where, desk.url))).text();
      assert.equal(await got(script), Buffer.from(assets.get(script)!.bytes).toString('utf8'));
      assert.deepEqual(JSON.parse(await got('/here')), { kind: 'desk', station: 'hub', site: 'Sở chỉ huy', organisation: 'Tỉnh thực hành', elsewhere: null });
      assert.equal(JSON.parse(await got('/at/hub/api/1/station')).station, 'hub');
      assert.equal(JSON.parse(await got('/at/don/api/1/station')).code, 'station-unknown');
    } finally {
      await desk.close();
    }
  });

  it('a desk stands at one port of its station, where the browser finds its device, and says so where another has it', async () => {
    const kept = { ...order(), port: null };
    const first = await distantPages(program).desk(kept);
    const at = Number(new URL(first.url).port);
    try {
      assert.ok(at >= 20_000 && at < 30_000, `${at}`);
      await assert.rejects(() => distantPages(program).desk(kept), refusal('port-in-use', { port: at, station: 'hub' }));
    } finally {
      await first.close();
    }
    const again = await distantPages(program).desk(kept);
    await again.close();
    assert.equal(again.url, first.url);
    const founding = 'ab'.repeat(32);
    assert.notEqual(deskPort({ founding, station: 'hub' }), deskPort({ founding, station: 'don' }));
  });

  for (const [what, code, change] of [
    ['one changed byte', 'pages-differ', (copy: string) => writeFileSync(path.join(copy, 'pages', script), `${readFileSync(path.join(copy, 'pages', script), 'utf8')} `)],
    ['a script more', 'pages-differ', (copy: string) => writeFileSync(path.join(copy, 'pages/assets/more.js'), 'fetch("/")')],
    ['a file less', 'pages-differ', (copy: string) => rmSync(path.join(copy, 'pages', script))],
    ['no signature', 'pages-unsigned', (copy: string) => rmSync(path.join(copy, 'release.manifest'))],
    ['a manifest cut short', 'pages-unsigned', (copy: string) => writeFileSync(path.join(copy, 'release.manifest'), readFileSync(path.join(copy, 'release.manifest')).subarray(0, -1))],
    ['no key to know it by', 'pages-unsigned', (copy: string) => rmSync(path.join(copy, 'release.pub'))],
  ] as const) {
    it(`a desk refuses its own bundle with ${what}`, async () => {
      const copy = tampered(`copy-${what}`, change);
      await assert.rejects(() => distantPages(copy).desk(order()), refusal(code));
    });
  }

  it('another key signs nothing for those who know this one', async () => {
    await makeReleaseKey(path.join(office.folder, 'other.key'));
    const other = path.join(office.folder, 'other');
    await writeRelease(assets, other, version, path.join(office.folder, 'other.key'));
    cpSync(path.join(program, 'release.pub'), path.join(other, 'release.pub'));
    await assert.rejects(() => ownPages(other), refusal('pages-unsigned'));
    await assert.rejects(() => makeReleaseKey(path.join(office.folder, 'other.key')), /EEXIST/);
  });

  it('a look at a server names each file that it changed, also where it brings a manifest of its own', async () => {
    const own = await ownPages(program);
    let served: Assets = own.assets;
    const server = new PagesServer({ assets: () => Promise.resolve(served), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh' }), station: () => null });
    const url = await server.listen();
    try {
      const look = () => distantPages(program).verify({ url, certificate: null });
      assert.deepEqual(await look(), { program: version, isSigned: true, files: own.digests.size, differences: [] });
      const evil = assetOf('text/javascript', Buffer.from('fetch("https://elsewhere.example")'));
      served = new Map([...own.assets, [script, evil]]);
      assert.deepEqual((await look()).differences, [{ path: script, what: 'changed' }]);
      served = new Map([...own.assets, ['/index.html', evil]]);
      assert.deepEqual((await look()).differences, [{ path: '/index.html', what: 'changed' }, { path: '/', what: 'changed' }]);
      served = new Map([...own.assets].filter(([name]) => name !== script));
      assert.deepEqual((await look()).differences, [{ path: script, what: 'missing' }]);
      const others = readFileSync(path.join(office.folder, 'other/release.manifest'));
      served = new Map([...own.assets, [MANIFEST_PATH, assetOf('application/octet-stream', others)]]);
      await assert.rejects(look, refusal('pages-unsigned'));
      // One that serves no manifest is held against the pages that this program brings.
      served = new Map([...readAssets(path.join(program, 'pages')), [script, evil]]);
      assert.deepEqual((await look()).differences, [{ path: script, what: 'changed' }]);
    } finally {
      await server.close();
    }
  });

  it('a look at a server names each header that it changed, left out or added, for every file and by the release that it shows', async () => {
    const own = await ownPages(program);
    // An older release, with looser words of its own for its papers, signed by the same key.
    const older = path.join(office.folder, 'older');
    cpSync(program, older, { recursive: true });
    const policies = policiesOf(own.digests.keys()).map((policy, at) => (at === 0 ? policy : { ...policy, headers: policy.headers.map((one) => (one.name === 'referrer-policy' ? { ...one, value: 'same-origin' } : one)) }));
    const keys = await openTwinKeys(nodeCrypto, twinSecret.decode(fromBase64(readFileSync(path.join(office.folder, 'release.key'), 'utf8').trim())!));
    writeFileSync(path.join(older, 'release.manifest'), await signPages(nodeCrypto, keys, { program: '0.0.9', digests: own.digests, policies }, nodeRandom));
    const paper = [...own.digests.keys()].find((name) => /^\/assets\/paper-.*html$/.test(name))!;
    const looser: { change: (target: string, headers: Record<string, string>) => Record<string, string> } = { change: (_, headers) => headers };
    let serving = own.assets;
    const behind = new PagesServer({ assets: () => Promise.resolve(serving), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh' }), station: () => null });
    const front = createServer((request, response) => {
      const writeHead = response.writeHead.bind(response) as (status: number, headers: Record<string, string>) => ServerResponse;
      response.writeHead = ((status: number, headers: Record<string, string>) => writeHead(status, looser.change(request.url!, headers))) as typeof response.writeHead;
      void behind.answer(request, response);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    try {
      const look = async () => {
        const { differences, program: of } = await distantPages(program).verify({ url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, certificate: null });
        return [of, differences.map((one) => `${one.path} ${one.what} ${one.what === 'policy' ? one.header : ''}`)] as const;
      };
      looser.change = (asked, { 'content-security-policy': csp, ...headers }) => ({
        ...headers, ...(asked === paper ? {} : { 'content-security-policy': asked === script ? 'default-src *' : csp! }), ...(asked === '/' ? { refresh: '0; url=https://elsewhere.example' } : {}),
      });
      assert.deepEqual(await look(), [version, [`${paper} policy content-security-policy`, `${script} policy content-security-policy`, '/ policy refresh']]);
      // The older release: what it signed is expected, not what this program would say.
      serving = new Map([...own.assets, [MANIFEST_PATH, assetOf('application/octet-stream', readFileSync(path.join(older, 'release.manifest')))]]);
      looser.change = (asked, headers) => ({ ...headers, ...(PAPER.test(asked) ? { 'referrer-policy': asked === paper ? 'unsafe-url' : 'same-origin' } : {}) });
      assert.deepEqual(await look(), ['0.0.9', [`${paper} policy referrer-policy`]]);
    } finally {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
    }
  });

  it('by command: a station by HTTPS is believed by the root that the device knows, or a file that is named', async () => {
    const verified = await tramJson<{ files: number; differences: unknown[] }>(['pages', 'verify', secure, '--home', path.join(office.folder, 'anh')]);
    assert.deepEqual(verified.differences, []);
    assert.equal(verified.files, assets.size);
    const stranger = ['--home', path.join(office.folder, 'nobody')];
    assert.match((await tram(['pages', 'verify', secure, ...stranger])).error, /station-unreachable/);
    const named = await tram(['pages', 'verify', secure, ...stranger, '--root-certificate', path.join(office.folder, 'certificates/root.p256.pem')]);
    assert.match(named.out, /^ĐÚNG: /);
    assert.match((await tram(['pages', 'verify', 'http://10.1.0.5:7440', ...stranger])).error, /address-not-loopback/);
  });

  it('by command: a desk before a distant station, and the command line itself, go through TLS under that root', async () => {
    const stop = new AbortController();
    const context = quietContext('vi', stop.signal);
    const running = tram(['desk', '--station', secure, '--home', path.join(office.folder, 'anh'), '--port', '0', '--json'], context);
    try {
      const ready = await readyOf(context.said, running);
      const here = await (await fetch(new URL('/here', ready.url))).json() as { kind: string };
      assert.equal(here.kind, 'desk');
      assert.equal((await (await fetch(new URL('/at/hub/api/1/station', ready.url))).json() as { station: string }).station, 'hub');
    } finally {
      stop.abort();
    }
    assert.equal((await running).code, 0);
    const file = path.join(office.folder, 'anh/device.json');
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(kept) as object, station: secure }));
    assert.ok((await tramJson<{ organisation: object }>(['directory', ...office.as('anh')])).organisation);
    writeFileSync(file, kept);
  });
});

/** The line with which a command says that it is ready. */
async function readyOf(said: readonly string[], running: Promise<{ error: string }>): Promise<{ url: string }> {
  let ended: { error: string } | null = null;
  void running.then((ran) => (ended = ran));
  for (;;) {
    const line = said.find((one) => one.startsWith('{"ready"'));
    if (line !== undefined) return (JSON.parse(line) as { ready: { url: string } }).ready;
    assert.equal(ended, null, 'it goes on');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
