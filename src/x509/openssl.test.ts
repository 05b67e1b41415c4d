/** What strangers' programs make of our certificates: OpenSSL's command, and the one in Node. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { want } from '../../test/wants.ts';
import { encodePem } from './pem.ts';
import { createPracticeAuthority, practiceName } from './practice.ts';
import { HALVES } from './twin.ts';

const SIXTY_LETTERS = 'Nguyễn Đặng Hoàng Phượng Thuỳ Dương Khuê Ánh Ngọc Minh Quyên';
const house = await createPracticeAuthority(nodeCrypto, nodeRandom);
const ends = {
  anh: await house.issueEnd('person', practiceName('Nguyễn Thị Ánh')),
  khue: await house.issueEnd('office-seal', practiceName('Đặng Ngọc Khuê')),
  long: await house.issueEnd('registrar', practiceName(SIXTY_LETTERS)),
  station: await house.issueEnd('station', practiceName('Trạm Mường Lèo'), [
    { kind: 'dns', name: 'muong-leo.tram.example' },
    { kind: 'ip', address: Uint8Array.of(10, 0, 0, 7) },
    { kind: 'uri', uri: 'tram:son-la/muong-leo' },
  ]),
};

const folder = mkdtempSync(path.join(tmpdir(), 'tram-x509-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, der: Uint8Array): string {
  const file = path.join(folder, `${name}.pem`);
  writeFileSync(file, encodePem('CERTIFICATE', der));
  return file;
}

const openssl = await want('openssl', 'certificates in OpenSSL');
if (openssl !== null) {
  const root = write('root', house.root.twin.p256);
  const issuer = write('issuer', house.issuer.twin.p256);
  const strictly = ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', root];

  test('openssl verify -x509_strict accepts every P-256 chain', () => {
    for (const [name, { twin }] of Object.entries(ends)) {
      const file = write(name, twin.p256);
      const command = [...strictly, '-untrusted', issuer, file];
      const said = execFileSync(openssl, command, { encoding: 'utf8' });
      assert.match(said, /: OK\n$/);
    }
  });

  test('openssl verify refuses an issuer below an end, so the check above can fail', () => {
    const end = write('end', ends.anh.twin.p256);
    const alone = spawnSync(openssl, [...strictly, end], { encoding: 'utf8' });
    assert.notEqual(alone.status, 0);
    assert.match(alone.stderr, /unable to get local issuer/);
  });

  test('openssl x509 shows names, usages and addresses as meant', () => {
    const file = write('station', ends.station.twin.p256);
    const command = ['x509', '-in', file, '-noout', '-text', '-nameopt', 'utf8'];
    const shown = execFileSync(openssl, command, { encoding: 'utf8' });
    assert.match(shown, /Subject: C=VN, O=Tỉnh thực hành, CN=Trạm Mường Lèo/);
    assert.match(shown, /Key Usage: critical\s+Digital Signature\n/);
    assert.match(shown, /DNS:muong-leo\.tram\.example, IP Address:10\.0\.0\.7, URI:tram:son-la/);
    assert.match(shown, /Basic Constraints: critical\s+CA:FALSE/);
  });

  test('openssl asn1parse walks through the ML-DSA twin', () => {
    const file = write('mldsa', ends.long.twin.mldsa);
    const said = execFileSync(openssl, ['asn1parse', '-in', file], { encoding: 'utf8' });
    const related = /OBJECT\s+:1\.3\.6\.1\.5\.5\.7\.1\.36\n.*OCTET STRING\s+\[HEX DUMP\]:302F300B/;
    assert.match(said, related);
    assert.match(said, /2\.16\.840\.1\.101\.3\.4\.3\.18/);
    assert.match(said, /d=1 {2}hl=4 l=3310 prim: BIT STRING/);
  });
}

test('Node verifies both chains and agrees on who issued whom', () => {
  const all = { ...ends, issuer: house.issuer };
  for (const half of HALVES) {
    const root = new X509Certificate(house.root.twin[half]);
    const issuer = new X509Certificate(house.issuer.twin[half]);
    assert.ok(root.verify(root.publicKey) && issuer.verify(root.publicKey));
    assert.ok(issuer.ca && root.ca && issuer.checkIssued(root));
    for (const { twin } of Object.values(ends)) {
      const end = new X509Certificate(twin[half]);
      assert.ok(end.verify(issuer.publicKey) && end.checkIssued(issuer) && !end.ca);
      assert.ok(!end.verify(root.publicKey));
    }
    const names = Object.values(all).map(({ twin }) => new X509Certificate(twin[half]).subject);
    assert.ok(names.includes('C=VN\nO=Tỉnh thực hành\nCN=Nguyễn Thị Ánh'));
    assert.ok(names.includes(`C=VN\nO=Tỉnh thực hành\nCN=${SIXTY_LETTERS}`));
  }
});

test('Node finds the addresses of a station', () => {
  const station = new X509Certificate(ends.station.twin.mldsa);
  assert.equal(station.checkHost('muong-leo.tram.example'), 'muong-leo.tram.example');
  assert.equal(station.checkIP('10.0.0.7'), '10.0.0.7');
  assert.equal(station.checkHost('son-la.tram.example'), undefined);
});
