import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { test } from 'node:test';
import { concat, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { decodePem, encodePem } from './pem.ts';
import { decodePrivateKey, encodePrivateKey } from './private-key.ts';
import { HALF_ALGORITHMS, HALVES } from './twin.ts';

const { signatures } = nodeCrypto;

test('ML-DSA-65 is the 54 bytes of RFC 9881, seed alone', () => {
  const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
  const der = encodePrivateKey({ algorithm: 'ml-dsa-65', secret }, new Uint8Array(1952));
  const head = '3034020100300b060960864801650304031204228020';
  assert.equal(hex(der), head + hex(secret));
});

test('Node loads both, with the public key that the secret has', async () => {
  for (const half of HALVES) {
    const algorithm = HALF_ALGORITHMS[half];
    const secret = await signatures.generateSecret(algorithm);
    const { publicKey } = await signatures.signingKey(algorithm, secret);
    const der = encodePrivateKey({ algorithm, secret }, publicKey);
    assert.deepEqual(decodePrivateKey(der), { algorithm, secret });
    const loaded = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
    const message = utf8('Mường Lèo');
    assert.equal(loaded.asymmetricKeyType, half === 'p256' ? 'ec' : 'ml-dsa-65');
    if (half === 'mldsa') {
      const signature = sign(null, message, loaded);
      assert.ok(await signatures.verify(algorithm, publicKey, message, signature));
    } else {
      // OpenSSL writes P-256 keys in the same 138 bytes.
      assert.equal(loaded.export({ format: 'pem', type: 'pkcs8' }), encodePem('PRIVATE KEY', der));
    }
  }
});

test('a private key cut short, lengthened or of another version is malformed', async () => {
  const secret = await signatures.generateSecret('ecdsa-p256');
  const { publicKey } = await signatures.signingKey('ecdsa-p256', secret);
  const der = encodePrivateKey({ algorithm: 'ecdsa-p256', secret }, publicKey);
  for (let length = 0; length < der.length; length++) {
    assert.throws(() => decodePrivateKey(der.subarray(0, length)), DecodeError);
  }
  assert.throws(() => decodePrivateKey(concat(der, Uint8Array.of(0))), DecodeError);
  const version = der.slice();
  version[5] = 1;
  assert.throws(() => decodePrivateKey(version), { name: 'DecodeError', field: 'version' });
});

test('PEM has 64 columns and a final newline, and comes back', () => {
  const der = Uint8Array.from({ length: 100 }, (_, index) => index);
  const pem = encodePem('CERTIFICATE', der);
  const lines = pem.split('\n');
  assert.deepEqual(lines.map((line) => line.length), [27, 64, 64, 8, 25, 0]);
  assert.deepEqual(decodePem('CERTIFICATE', pem), [der]);
  assert.deepEqual(decodePem('CERTIFICATE', `chứng thư\n${pem}${pem.trimEnd()}`), [der, der]);
  assert.deepEqual(decodePem('CERTIFICATE', pem.replaceAll('\n', '\r\n')), [der]);
  assert.deepEqual(decodePem('X509 CRL', pem), []);
});

test('damaged PEM is refused', () => {
  const pem = encodePem('CERTIFICATE', new Uint8Array(100));
  const damaged = [
    pem.replace('-----END CERTIFICATE-----', ''),
    pem.replace('AAAA\n', 'AAAA \n'),
    pem.replace('AAAA\n', 'AA\n'),
    pem.replace('AAAA', 'A*AA'),
    encodePem('CERTIFICATE', new Uint8Array()),
    encodePem('CERTIFICATE', new Uint8Array(48)).replace('\n-----END', '\n\n-----END'),
  ];
  for (const text of damaged) assert.throws(() => decodePem('CERTIFICATE', text), DecodeError);
});
