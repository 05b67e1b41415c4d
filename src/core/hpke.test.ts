/** HPKE as a whole: what was sealed opens, and nothing else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { utf8 } from './bytes.ts';
import { hkdfExpand } from './hkdf.ts';
import { openWith, sealTo } from './hpke.ts';
import { Refusal } from './refusals.ts';

const secret = await nodeCrypto.kem.generateSecret();
const publicKey = await nodeCrypto.kem.publicKey(secret);
const [info, associated] = [utf8('tram/test'), utf8('header')];

test('any plaintext, info and associated data come back', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, bytes, async (about, bound, plaintext) => {
      const sealed = await sealTo(nodeCrypto, publicKey, about, bound, plaintext);
      assert.equal(sealed.encapsulation.length, 1120);
      assert.equal(sealed.ciphertext.length, plaintext.length + 16);
      const { encapsulation, ciphertext } = sealed;
      const opened = await openWith(nodeCrypto, secret, encapsulation, about, bound, ciphertext);
      assert.deepEqual(opened, plaintext);
    }),
  );
});

test('one bit anywhere and nothing opens', async () => {
  const sealed = await sealTo(nodeCrypto, publicKey, info, associated, utf8('bí mật'));
  const fields = [sealed.encapsulation, info, associated, sealed.ciphertext] as const;
  await fc.assert(
    fc.asyncProperty(fc.nat(fields.length - 1), fc.nat(2000), async (which, where) => {
      const [encapsulation, about, bound, ciphertext] = fields.map((field, i) => {
        const copy = Uint8Array.from(field);
        const at = where % copy.length;
        if (i === which) copy[at] = (copy[at] ?? 0) ^ 1;
        return copy;
      }) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      const opened = await openWith(nodeCrypto, secret, encapsulation, about, bound, ciphertext);
      assert.equal(opened, null);
    }),
  );
});

test('another secret opens nothing; a malformed key is refused', async () => {
  const { encapsulation, ciphertext } = await sealTo(nodeCrypto, publicKey, info, associated, info);
  const other = await nodeCrypto.kem.generateSecret();
  const open = (key: Uint8Array, enc: Uint8Array): Promise<Uint8Array | null> =>
    openWith(nodeCrypto, key, enc, info, associated, ciphertext);
  assert.equal(await open(other, encapsulation), null);
  assert.equal(await open(secret, encapsulation.subarray(1)), null);
  const malformed = (error: unknown): boolean =>
    error instanceof Refusal && error.code === 'key-malformed';
  await assert.rejects(open(secret.subarray(1), encapsulation), malformed);
  const short = publicKey.subarray(1);
  await assert.rejects(sealTo(nodeCrypto, short, info, associated, info), malformed);
});

test('the same message is never sealed twice alike', async () => {
  const one = await sealTo(nodeCrypto, publicKey, info, associated, info);
  const other = await sealTo(nodeCrypto, publicKey, info, associated, info);
  assert.notDeepEqual(one.encapsulation, other.encapsulation);
  assert.notDeepEqual(one.ciphertext, other.ciphertext);
});

test('HKDF expands up to 8,160 bytes and not beyond', () => {
  const { hash } = nodeCrypto;
  assert.equal(hkdfExpand(hash, secret, info, 8160).length, 8160);
  assert.deepEqual(hkdfExpand(hash, secret, info, 0), new Uint8Array(0));
  for (const length of [8161, -1, 1.5]) {
    assert.throws(() => hkdfExpand(hash, secret, info, length));
  }
});
