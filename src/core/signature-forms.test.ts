import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from './bytes.ts';
import { isPublicKeyForm, isSecret, isSignatureForm, secretFrom } from './signature-forms.ts';

const ORDER = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

test('a P-256 secret is from 1 to the order less one; a seed is any 32 bytes', () => {
  assert.ok(ORDER !== null);
  const largest = Uint8Array.from(ORDER, (byte, i) => (i === 31 ? byte - 1 : byte));
  assert.ok(isSecret('ecdsa-p256', largest));
  assert.ok(!isSecret('ecdsa-p256', ORDER));
  assert.ok(!isSecret('ecdsa-p256', new Uint8Array(32)));
  assert.ok(!isSecret('ecdsa-p256', new Uint8Array(31).fill(1)));
  for (const algorithm of ['ed25519', 'ml-dsa-44', 'ml-dsa-65'] as const) {
    assert.ok(isSecret(algorithm, new Uint8Array(32)));
    assert.ok(!isSecret(algorithm, new Uint8Array(33)));
  }
});

test('a P-256 public key is uncompressed', () => {
  assert.ok(isPublicKeyForm('ecdsa-p256', new Uint8Array(65).fill(4)));
  assert.ok(!isPublicKeyForm('ecdsa-p256', new Uint8Array(65).fill(6)));
  assert.ok(!isPublicKeyForm('ecdsa-p256', new Uint8Array(33).fill(2)));
  assert.ok(!isPublicKeyForm('ecdsa-p256', new Uint8Array(66).fill(4)));
});

test('an Ed25519 public key is canonical and not of small order, whatever the sign of x', () => {
  const fill = (first: string, middle: string, last: string): string =>
    first + middle.repeat(30) + last;
  const unsound = [
    fill('00', '00', '00'),
    fill('01', '00', '00'),
    fill('ec', 'ff', '7f'),
    fill('ed', 'ff', '7f'),
    fill('ee', 'ff', '7f'),
    fill('f5', 'ff', '7f'),
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ];
  for (const text of unsound) {
    const key = fromHex(text);
    assert.ok(key !== null);
    const negative = Uint8Array.from(key, (byte, i) => (i === 31 ? byte | 0x80 : byte));
    assert.ok(!isPublicKeyForm('ed25519', key), text);
    assert.ok(!isPublicKeyForm('ed25519', negative), text);
  }
  const sound = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  assert.ok(sound !== null && isPublicKeyForm('ed25519', sound));
});

test('signatures have one length', () => {
  assert.ok(isSignatureForm('ml-dsa-65', new Uint8Array(3309)));
  assert.ok(!isSignatureForm('ml-dsa-65', new Uint8Array(3310)));
  assert.ok(!isSignatureForm('ecdsa-p256', new Uint8Array(63)));
});

test('random bytes that are no scalar are drawn again', () => {
  const drawn = [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(32).fill(9)];
  const secret = secretFrom('ecdsa-p256', () => drawn.shift() ?? new Uint8Array(32).fill(1));
  assert.deepEqual(secret, new Uint8Array(32).fill(9));
});
