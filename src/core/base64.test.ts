/** RFC 4648: exactly what encoding would write, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { base64, base64url, fromBase64, fromBase64url } from '#core/bytes.ts';

test('both alphabets agree with Node and come back', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert.equal(base64(bytes), Buffer.from(bytes).toString('base64'));
    assert.equal(base64url(bytes), Buffer.from(bytes).toString('base64url'));
    assert.deepEqual(fromBase64(base64(bytes)), bytes);
    assert.deepEqual(fromBase64url(base64url(bytes)), bytes);
  }));
});

test('nothing else is read', () => {
  for (const text of ['QQ', 'QR==', 'QQ= =', 'QQ==\n', ' QQ==', 'Q', 'QQ===', '=', '====', 'QQ==QQ==', '_-8=', 'QQ\u0000=', 'ắQQQ']) {
    assert.equal(fromBase64(text), null, JSON.stringify(text));
  }
  for (const text of ['QQ==', 'QR', 'Q', 'Q Q', '+/8', 'QQ\n', 'QQQQQ', 'ắ', 'QQ=']) {
    assert.equal(fromBase64url(text), null, JSON.stringify(text));
  }
  assert.deepEqual([fromBase64(''), fromBase64url('')], [new Uint8Array(0), new Uint8Array(0)]);
});
