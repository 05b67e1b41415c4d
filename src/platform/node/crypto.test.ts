/** What vectors do not see of suite 1 on Node: malformed keys, limits, the forms of what comes out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from './crypto.ts';

const { signatures, kem, aead, hash } = nodeCrypto;
const ALGORITHMS = ['ecdsa-p256', 'ed25519', 'ml-dsa-44', 'ml-dsa-65'] as const;
const SIZES = { 'ecdsa-p256': [65, 64], 'ed25519': [32, 64], 'ml-dsa-44': [1312, 2420], 'ml-dsa-65': [1952, 3309] };
const message = nodeRandom.bytes(100);

function malformed(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'key-malformed';
}

for (const algorithm of ALGORITHMS) {
  test(`${algorithm} signs in the documented form, and bad input is false, not thrown`, async () => {
    const secret = await signatures.generateSecret(algorithm);
    const key = await signatures.signingKey(algorithm, secret);
    const signature = await key.sign(message);
    assert.deepEqual([key.publicKey.length, signature.length], SIZES[algorithm]);
    const { publicKey } = key;
    const bytes = (length: number): Uint8Array => nodeRandom.bytes(length);
    const verify = (k: Uint8Array, m: Uint8Array, s: Uint8Array): Promise<boolean> =>
      signatures.verify(algorithm, k, m, s);
    assert.ok(await verify(publicKey, message, signature));
    assert.ok(!(await verify(publicKey, message.subarray(1), signature)));
    for (const length of [0, 63, 64, 65, signature.length + 1, signature.length]) {
      assert.ok(!(await verify(publicKey, message, bytes(length))));
      assert.ok(!(await verify(bytes(length), message, signature)));
    }
    assert.ok(!(await verify(new Uint8Array(publicKey.length).fill(4), message, signature)));
    await assert.rejects(signatures.signingKey(algorithm, secret.subarray(1)), malformed);
  });
}

test('a P-256 scalar of zero or beyond the order is malformed, though OpenSSL would take it', async () => {
  for (const fill of [0, 255]) {
    const secret = new Uint8Array(32).fill(fill);
    await assert.rejects(signatures.signingKey('ecdsa-p256', secret), malformed);
  }
});

test('public keys of a KEM with a wrong length, modulus or curve point are malformed', async () => {
  const publicKey = await kem.publicKey(await kem.generateSecret());
  const overflowing = Uint8Array.from(publicKey).fill(255, 0, 3);
  const zeroPoint = Uint8Array.from(publicKey).fill(0, 1184);
  for (const bad of [publicKey.subarray(1), overflowing, zeroPoint, new Uint8Array(0)]) {
    await assert.rejects(kem.encapsulate(bad), malformed);
  }
});

test('an encapsulation with an all-zero X25519 output gives no secret', async () => {
  const secret = await kem.generateSecret();
  const { encapsulation } = await kem.encapsulate(await kem.publicKey(secret));
  assert.equal(await kem.decapsulate(secret, encapsulation.fill(0, 1088)), null);
});

test('more secrets than are remembered all still open', async () => {
  const secrets = await Promise.all(Array.from({ length: 40 }, () => kem.generateSecret()));
  const publicKeys = await Promise.all(secrets.map((secret) => kem.publicKey(secret)));
  for (const [i, secret] of secrets.entries()) {
    const made = await kem.encapsulate(publicKeys[i] ?? new Uint8Array(0));
    assert.deepEqual(await kem.decapsulate(secret, made.encapsulation), made.sharedSecret);
  }
});

test('a secret overwritten after use is not mistaken for the one before', async () => {
  const secret = await kem.generateSecret();
  const before = await kem.publicKey(secret);
  secret.fill(1);
  assert.notDeepEqual(await kem.publicKey(secret), before);
});

test('what comes out is a plain array, never a Buffer', async () => {
  const [key, nonce, none] = [nodeRandom.bytes(32), nodeRandom.bytes(12), new Uint8Array(0)];
  const sealed = await aead.seal(key, nonce, none, message);
  const opened = await aead.open(key, nonce, none, sealed);
  const made = [key, sealed, opened, hash.sha256(key), hash.hmacSha256(key, key)];
  for (const one of made) assert.equal(one?.constructor, Uint8Array);
});

test('a key or nonce of a wrong length is our own mistake', async () => {
  const [key, nonce, none] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(0)];
  await assert.rejects(aead.seal(key.subarray(1), nonce, none, none));
  await assert.rejects(aead.open(key, nonce.subarray(1), none, new Uint8Array(16)));
  assert.equal(await aead.open(key, nonce, none, new Uint8Array(15)), null);
});

test('random bytes come in any length up to the limit', () => {
  assert.equal(nodeRandom.bytes(0).length, 0);
  assert.equal(nodeRandom.bytes(65_536).length, 65_536);
  assert.throws(() => nodeRandom.bytes(65_537));
  assert.notDeepEqual(nodeRandom.bytes(32), nodeRandom.bytes(32));
});
