/**
 * A station's own pages: on this machine beside its API, for other machines by HTTPS under the organisation's root, and
 * in plain HTTP nothing but the page that explains.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { get as getPlain, type IncomingHttpHeaders } from 'node:http';
import { get as getSecurely } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { listenSecurely, readServerCertificate } from '../../src/app/pages/secure-listener.ts';
import { Refusal } from '../../src/core/refusals.ts';
import { tram, tramJson } from './command-line.ts';
import { closeOffice, freePort, smallOffice, type SmallOffice } from './small-office.ts';

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function got(url: string, options: { ca?: string; headers?: Record<string, string>; servername?: string; path?: string } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const get = url.startsWith('https:') ? getSecurely : getPlain;
    get(url, { agent: false, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece)).once('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text })).once('error', reject);
    }).once('error', reject);
  });
}

/** Merges keys into station.json. */
function configure(data: string, keys: object): void {
  const file = path.join(data, 'station.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, ...keys }));
}

describe('a station serves its own pages', () => {
  let office: SmallOffice;
  let port: number;
  let ca: string;
  before(async () => {
    office = await smallOffice();
    port = await freePort();
    await tramJson(['directory', ...office.as('anh'), '--certificates', path.join(office.folder, 'certificates')]);
    ca = readFileSync(path.join(office.folder, 'certificates/root.p256.pem'), 'utf8');
  });
  after(() => closeOffice(office));

  it('beside its interface, to this machine alone', async () => {
    const here = `http://127.0.0.1:${office.port}`;
    assert.deepEqual(JSON.parse((await got(`${here}/here`)).text), { kind: 'station', station: 'hub', site: 'Sở chỉ huy', organisation: 'Tỉnh thực hành', elsewhere: null, data: office.data });
    const page = await got(`${here}/desk`);
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>Trạm<\/title>/);
    assert.match(String(page.headers['content-security-policy']), /require-trusted-types-for 'script'/);
    assert.equal(JSON.parse((await got(`${here}/at/hub/api/1/station`)).text).station, 'hub');
    assert.equal((await got(`${here}/at/don/api/1/station`)).status, 404);
    assert.equal(JSON.parse((await got(`${here}/health/live`)).text).live, true);
    assert.equal((await got(`${here}/api/1/nothing`)).status, 404);
    for (const headers of [{ host: `tram.example:${office.port}` }, { 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
      assert.equal((await got(`${here}/here`, { headers })).status, 403, JSON.stringify(headers));
    }
  });

  it('to other machines only with a certificate, which the registrar makes for the names people type', async () => {
    await office.stop();
    configure(office.data, { pagesAddress: '127.0.0.1', pagesPort: port });
    await assert.rejects(() => office.start(), (error) => error instanceof Refusal && error.code === 'pages-certificate' && error.detail['reason'] === 'missing');
    configure(office.data, { pagesAddress: '' });
    await office.start();
    configure(office.data, { pagesPort: 7_443 });
    const configured = (): string => readFileSync(path.join(office.data, 'station.json'), 'utf8');
    const had = configured();
    const open = (person: string, ...words: string[]): string[] => ['pages', 'open', ...office.as(person), '--data', office.data, '--address', '127.0.0.1', '--port', String(port), ...words];
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const refusals = [[open('anh', '--host', 'tram.example'), 'port-in-use'], [open('anh', '--port', String(office.port)), 'port-twice'], [open('anh', '--address', '192.0.2.1'), 'address-unusable']] as const;
    for (const [words, code] of refusals) assert.match((await tram([...words])).error, new RegExp(`^${code}`));
    await new Promise((resolve) => taken.close(resolve));
    assert.match((await tram(open('anh'))).error, /^pages-certificate.*bị thiếu/);
    assert.match((await tram(open('khue', '--host', 'tram.example'))).error, /^registrar-required/);
    assert.equal(configured(), had, 'what a start would refuse is not written');
    const made = await tramJson<{ url: string; process: number; rootFingerprint: string }>(open('anh', '--host', 'tram.example', '--host', '127.0.0.1'));
    assert.deepEqual([made.url, made.process, made.rootFingerprint], [`https://tram.example:${port}/`, process.pid, new X509Certificate(ca).fingerprint256]);
    assert.deepEqual(JSON.parse(configured()), { ...JSON.parse(had) as object, pagesAddress: '127.0.0.1', pagesPort: port });
    for (const name of ['pages.key', 'station.json']) assert.equal(statSync(path.join(office.data, name)).mode & 0o777, 0o600);
    await office.stop();
    assert.equal((await office.start()).pages, made.url);
    const again = await tram(['pages', 'open', '--data', office.data]);
    assert.match(again.out, new RegExp(`${process.pid}[^]*tram station start --data ${office.data}[^]*tram pages close --data ${office.data}`), 'its own port is not another\'s');
  });

  it('over TLS 1.3 under the organisation\'s root, with its interface, and tells browsers to come no other way', async () => {
    const secure = `https://127.0.0.1:${port}`;
    const page = await got(`${secure}/`, { ca });
    assert.equal(page.status, 200);
    assert.equal(page.headers['strict-transport-security'], 'max-age=31536000');
    for (const call of ['/at/hub/api/1/station', '/api/1/station']) assert.equal(JSON.parse((await got(secure + call, { ca })).text).station, 'hub', call);
    const told = await got(`${secure}/here`, { ca, servername: 'tram.example', headers: { host: 'tram.example' } });
    assert.deepEqual([told.status, Object.hasOwn(JSON.parse(told.text) as object, 'data')], [200, false], 'the folder is said on its own machine alone');
    assert.equal((await got(`${secure}/here`, { ca, servername: 'tram.example', headers: { host: 'elsewhere.example' } })).status, 403);
    await assert.rejects(() => got(`${secure}/`), /certificate|issuer/);
    const health = await got(`${secure}/metrics`, { ca });
    assert.doesNotMatch(health.text, /tram_/, 'figures stay on this machine');
    for (const dots of ['/api/1/../../metrics', '/at/hub/api/1/%2e%2e/%2e%2e/metrics', '/api/1/..\\..\\health/ready']) {
      assert.equal((await got(`${secure}/`, { ca, path: dots })).status, 404, dots);
    }
  });

  it('says on this machine where others open it, and a recovery card says so too', async () => {
    const address = `https://tram.example:${port}`;
    assert.equal(JSON.parse((await got(`http://127.0.0.1:${office.port}/here`)).text).elsewhere, `${address}/`);
    const { out } = await tram(['card', 'make', ...office.as('khue')]);
    assert.match(out, new RegExp(`tram recover --station ${address} --root-certificate`));
    assert.doesNotMatch(out, /127\.0\.0\.1|Địa chỉ trạm: _/);
  });

  it('gives a device back to another machine at that address, believing the root that is named', async () => {
    const { code } = await tramJson<{ code: string }>(['card', 'make', ...office.as('khue')]);
    await tramJson(['slots', ...office.as('khue')]);
    await tramJson(['draft', 'list', ...office.as('khue')]);
    const secure = `https://127.0.0.1:${port}`;
    const recover = ['recover', '--station', secure, '--home', path.join(office.folder, 'khue-2'), '--card-file', office.file('the', code), '--passphrase-file', office.file('moi', 'Đồn Sốp Cộp mùa mưa\n')];
    assert.match((await tram(recover)).error, /^station-unreachable.*--root-certificate/, 'no authority of the system speaks for it, which is said');
    assert.match((await tram([...recover, '--root-certificate', office.file('trang', '<html>')])).error, /^root-certificate-malformed/);
    // As the page hands it out that plain HTTP shows.
    const handedOut = path.join(office.folder, 'tram-root.crt');
    writeFileSync(handedOut, new X509Certificate(ca).raw);
    const recovered = await tramJson<{ device: string }>([...recover, '--root-certificate', handedOut]);
    assert.equal(recovered.device, 'khue-may');
    const request = ['device', 'request', '--station', secure, '--home', path.join(office.folder, 'pao'), '--person', 'pao', '--name', 'Giàng A Páo', '--out', path.join(office.folder, 'pao.xin'), '--passphrase-file', office.file('moi', 'Đồn Sốp Cộp mùa mưa\n')];
    const { fingerprint } = await tramJson<{ fingerprint: string }>([...request, '--root-certificate', path.join(office.folder, 'certificates/root.p256.pem')]);
    await tramJson(['person', 'add', ...office.as('anh'), '--position', 'pct', '--request', path.join(office.folder, 'pao.xin'), '--fingerprint', fingerprint]);
    await tramJson(['inbox', '--office', 'vp', '--home', path.join(office.folder, 'pao'), '--passphrase-file', office.file('moi', 'Đồn Sốp Cộp mùa mưa\n')]);
  });

  it('makes a person\'s device for that address, where the registrar\'s has it', async () => {
    const file = path.join(office.folder, 'anh', 'device.json');
    const loopback = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(loopback) as object, station: `https://127.0.0.1:${port}` }));
    await tramJson(['person', 'add', ...office.as('anh'), '--person', 'cuc', '--name', 'Lê Thị Cúc', '--position', 'pct', '--device', path.join(office.folder, 'cuc'), '--device-passphrase-file', path.join(office.folder, 'passphrase')]);
    assert.equal((await tram(['inbox', '--office', 'vp', ...office.as('cuc')])).error, '');
    writeFileSync(file, loopback);
  });

  it('has its certificate in the backup, without which a restored station would open to nobody', async () => {
    const at = (...parts: string[]): string => path.join(office.folder, ...parts);
    const key = at('usb', 'sao-luu.cbor');
    await tramJson(['backup', 'key', '--out', key, '--key-passphrase-file', at('passphrase')]);
    await tramJson(['backup', '--data', office.data, '--folder', at('sao-luu'), '--recipient', `${key}.pub`]);
    assert.match((await tram(['backup', 'verify', '--folder', at('sao-luu'), '--key', key, '--key-passphrase-file', office.file('sai', 'không phải mật khẩu ấy')])).error, /^key-passphrase-wrong/);
    await tramJson(['restore', '--folder', at('sao-luu'), '--key', key, '--key-passphrase-file', at('passphrase'), '--data', at('moi-dung')]);
    for (const name of ['pages.key', 'pages.pem']) {
      assert.deepEqual(readFileSync(at('moi-dung', name)), readFileSync(path.join(office.data, name)), name);
      assert.equal(statSync(at('moi-dung', name)).mode & 0o777, 0o600);
    }
    assert.equal((await tramJson<{ ok: boolean }>(['audit', '--data', at('moi-dung')])).ok, true);
  });

  it('closes whoever holds a connection without a request', async () => {
    const certificate = readServerCertificate(path.join(office.data, 'pages.pem'), path.join(office.data, 'pages.key'));
    const listener = await listenSecurely({ address: '127.0.0.1', port: 0, certificate, answer: (_, response) => void response.end('ok'), root: new Uint8Array(1), organisation: () => '', headersMs: 200 });
    const held = [['G', false], ['\u0016', false], ['', true], ['GET / HTTP/1.1\r\nhost: ', true]] as const;
    await Promise.all(held.map(([first, isSecure]) => new Promise<void>((resolve) => {
      const socket: Socket = isSecure ? connectSecurely({ host: '127.0.0.1', port: listener.port, rejectUnauthorized: false }) : connect(listener.port, '127.0.0.1');
      socket.on('error', () => undefined).once('close', () => resolve()).resume();
      if (first !== '') socket.write(first);
    })));
    await listener.close();
  });

  it('in plain HTTP there is one page that explains, in both languages, and the root to compare', async () => {
    const plain = `http://127.0.0.1:${port}`;
    for (const where of ['/', '/desk', '/api/1/station', '/at/hub/api/1/station', '/here']) {
      const { status, text, headers } = await got(plain + where);
      assert.equal(status, 403);
      assert.match(text, /chỉ mở qua HTTPS[\s\S]*opens by HTTPS only/);
      assert.match(text, new RegExp(`<a href="https://127\\.0\\.0\\.1:${port}/">`));
      assert.match(String(headers['content-security-policy']), /^default-src 'none'/);
      assert.doesNotMatch(text, /<script|[0-9A-F]{2}:[0-9A-F]{2}:/);
    }
    const strange = await got(plain, { headers: { host: 'elsewhere.example' } });
    assert.match(strange.text, /<a href="https:\/\/tram\.example\/">/, 'leads nowhere that a stranger names');
    const root = await got(`${plain}/tram-root.crt`);
    assert.equal(root.headers['content-type'], 'application/x-x509-ca-cert');
  });

  it('with a key that never leaves the station\'s machine, where the registrar sits elsewhere', async () => {
    const [asks, made] = [path.join(office.folder, 'khóa trang.pub'), path.join(office.folder, 'made.pem')];
    const { fingerprint } = await tramJson<{ fingerprint: string }>(['pages', 'key', '--data', office.data, '--out', asks]);
    assert.ok((await tram(['pages', 'key', '--data', office.data, '--out', asks])).out.includes(`--request '${asks}' `));
    assert.doesNotMatch(readFileSync(asks, 'utf8'), /PRIVATE/);
    const certify = ['pages', 'certificate', ...office.as('anh'), '--request', asks, '--host', '10.1.0.5', '--out', made, '--fingerprint'];
    assert.match((await tram([...certify, '0000 0000'])).error, /fingerprint-differs/);
    await tramJson([...certify, fingerprint]);
    const certificate = new X509Certificate(readFileSync(made));
    assert.equal(certificate.subjectAltName, 'IP Address:10.1.0.5');
    assert.ok(certificate.verify(new X509Certificate(readFileSync(path.join(office.folder, 'certificates/issuer.p256.pem'))).publicKey));
    assert.match((await tram([...certify.with(certify.indexOf('10.1.0.5'), '10.1.0.999'), fingerprint])).error, /text-malformed/);
    const brought = ['pages', 'open', '--data', office.data, '--certificate', made];
    assert.match((await tram([...brought, '--key', path.join(office.folder, 'certificates/root.p256.pem')])).error, /^pages-certificate/);
    assert.equal((await tramJson<{ url: string }>(brought)).url, `https://10.1.0.5:${port}/`);
    assert.deepEqual(readFileSync(path.join(office.data, 'pages.pem')), readFileSync(made), 'taken in, beside its key');
    const elsewhere = office.file('khoa.pem', readFileSync(path.join(office.data, 'pages.key')));
    await tramJson([...brought, '--key', elsewhere]);
    const keys = JSON.parse(readFileSync(path.join(office.data, 'station.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([keys['pagesCertificate'], keys['pagesKey']], [made, elsewhere], 'another authority\'s stay where they are renewed');
  });

  it('not at all where the configuration says so', async () => {
    assert.match((await tram(['pages', 'close', '--data', office.data])).out, /tram station start/);
    assert.equal((await tramJson<{ wereOpen: boolean }>(['pages', 'close', '--data', office.data])).wereOpen, false);
    await office.stop();
    assert.equal((await office.start()).pages, `http://localhost:${office.port}/`, 'by name, on this machine alone');
    await office.stop();
    configure(office.data, { pagesAddress: '127.0.0.1', pagesEnabled: false });
    assert.equal((await office.start()).pages, null);
    assert.equal((await got(`http://127.0.0.1:${office.port}/here`)).status, 404);
    await assert.rejects(() => got(`https://127.0.0.1:${port}/here`, { ca }), /ECONNREFUSED/);
  });
});
