/** What a browser says it has is believed only when it does it rightly. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { webCrypto, webRandom } from './crypto.ts';
import { detectNativeSupport, NO_NATIVE_SUPPORT } from './native-support.ts';
import { modernSubtle, ownBytes } from './subtle.ts';

test('Node has every algorithm', async () => {
  const support = await detectNativeSupport();
  assert.deepEqual(Object.values(support), [true, true, true, true, true]);
  assert.deepEqual(Object.keys(support), Object.keys(NO_NATIVE_SUPPORT));
});

test('a browser with an earlier draft of an algorithm is found out', async (t: TestContext) => {
  t.mock.method(modernSubtle(), 'exportKey', async () => new ArrayBuffer(1952));
  const expected = { ...NO_NATIVE_SUPPORT, x25519: true, ed25519: true };
  assert.deepEqual(await detectNativeSupport(), expected);
});

test('a browser that knows none of the names is served by noble', async (t: TestContext) => {
  const fail = async (): Promise<never> => {
    throw new DOMException('unrecognized name', 'NotSupportedError');
  };
  t.mock.method(crypto.subtle, 'generateKey', fail);
  t.mock.method(modernSubtle(), 'getPublicKey', fail);
  assert.deepEqual(await detectNativeSupport(), NO_NATIVE_SUPPORT);
  const { kem } = await webCrypto();
  const secret = await kem.generateSecret();
  const { sharedSecret, encapsulation } = await kem.encapsulate(await kem.publicKey(secret));
  assert.deepEqual(await kem.decapsulate(secret, encapsulation), sharedSecret);
});

test('a fault of the browser is not taken for a wrong tag', async (t: TestContext) => {
  const { aead } = await webCrypto();
  const [key, nonce, none] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(0)];
  assert.equal(await aead.open(key, nonce, none, new Uint8Array(16)), null);
  t.mock.method(crypto.subtle, 'decrypt', async () => {
    throw new DOMException('out of memory', 'UnknownError');
  });
  await assert.rejects(aead.open(key, nonce, none, new Uint8Array(16)), /out of memory/);
});

test('a stream of SHA-256 says what it has so far, beside another', async () => {
  const { hash } = await webCrypto(NO_NATIVE_SUPPORT);
  const [one, other] = [hash.sha256Stream(), hash.sha256Stream()];
  one.update(Uint8Array.of(1));
  other.update(Uint8Array.of(9));
  assert.deepEqual(one.soFar(), hash.sha256(Uint8Array.of(1)));
  other.update(Uint8Array.of(8));
  one.update(Uint8Array.of(2));
  assert.deepEqual(one.digest(), hash.sha256(Uint8Array.of(1, 2)));
  assert.deepEqual(other.digest(), hash.sha256(Uint8Array.of(9, 8)));
});

test('a stream of SHA-256 has one end', async () => {
  const { hash } = await webCrypto(NO_NATIVE_SUPPORT);
  const stream = hash.sha256Stream();
  stream.digest();
  assert.throws(() => stream.update(new Uint8Array(1)), /one digest/);
});

test('shared memory is copied, own memory is not', () => {
  const [own, shared] = [new Uint8Array(3), new Uint8Array(new SharedArrayBuffer(3)).fill(1)];
  assert.equal(ownBytes(own), own);
  assert.notEqual(ownBytes(shared), shared);
  assert.deepEqual(ownBytes(shared), Uint8Array.of(1, 1, 1));
});

test('random bytes come up to the limit', () => {
  assert.equal(webRandom.bytes(65_536).length, 65_536);
  assert.throws(() => webRandom.bytes(65_537));
});
