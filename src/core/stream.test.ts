/** Sizes of sealed parts, and chunks that open only in their own place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { concat, hex, utf8 } from './bytes.ts';
import {
  CHUNK_BYTES,
  CHUNKS_MAX,
  chunkCount,
  chunkLeaf,
  keyCommitment,
  openChunk,
  plainSize,
  PLAIN_BYTES_MAX,
  sealChunk,
  sealedChunkSize,
  SEALED_CHUNK_BYTES,
  sealedOffset,
  sealedSize,
  TAG_BYTES,
} from './stream.ts';

const { aead, hash } = nodeCrypto;
const key = new Uint8Array(32).fill(7);
const full = nodeRandom.bytes(CHUNK_BYTES);
const plainSizes = fc.integer({ min: 0, max: PLAIN_BYTES_MAX });

test('sizes at the edges', () => {
  const rows: [plain: number, chunks: number, sealed: number][] = [
    [0, 1, 16],
    [1, 1, 17],
    [CHUNK_BYTES, 1, 65_552],
    [CHUNK_BYTES + 1, 2, 65_569],
    [2 * CHUNK_BYTES, 2, 131_104],
    [PLAIN_BYTES_MAX, CHUNKS_MAX, 4_296_015_872],
  ];
  for (const [plain, chunks, sealed] of rows) {
    assert.equal(chunkCount(plain), chunks);
    assert.equal(sealedSize(plain), sealed);
    assert.equal(plainSize(sealed), plain);
  }
  assert.throws(() => chunkCount(PLAIN_BYTES_MAX + 1));
  assert.throws(() => sealedSize(-1));
  assert.throws(() => sealedOffset(CHUNKS_MAX));
});

test('sealing sizes and back is the identity, and the chunks add up', () => {
  fc.assert(
    fc.property(plainSizes, (plain) => {
      assert.equal(plainSize(sealedSize(plain)), plain);
      const last = chunkCount(plain) - 1;
      assert.equal(sealedOffset(last) + sealedChunkSize(plain, last), sealedSize(plain));
      if (last > 0) assert.equal(sealedChunkSize(plain, 0), SEALED_CHUNK_BYTES);
    }),
  );
});

test('a size that no part has is none', () => {
  const impossible = [-1, 0, 15, 0.5, Number.NaN, SEALED_CHUNK_BYTES + 1, SEALED_CHUNK_BYTES + 16];
  for (const sealed of impossible) assert.equal(plainSize(sealed), null, String(sealed));
  assert.equal(plainSize(sealedSize(PLAIN_BYTES_MAX) + 17), null);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 33 }), (sealed) => {
      const plain = plainSize(sealed);
      assert.ok(plain === null || sealedSize(plain) === sealed);
    }),
  );
});

test('nonce and associated data are the documented bytes', async () => {
  const nothing = new Uint8Array(0);
  const nonce = concat(new Uint8Array(9), Uint8Array.of(2, 3, 1));
  const sealed = await sealChunk(aead, key, 0x02_03, true, utf8('x'));
  assert.deepEqual(sealed, await aead.seal(key, nonce, nothing, utf8('x')));
});

test('a chunk opens with its own key, index and flag only', async () => {
  const sealed = await sealChunk(aead, key, 3, false, full);
  assert.deepEqual(await openChunk(aead, key, 3, false, sealed), full);
  assert.equal(await openChunk(aead, key, 4, false, sealed), null);
  assert.equal(await openChunk(aead, key, 3, true, sealed), null);
  assert.equal(await openChunk(aead, new Uint8Array(32), 3, false, sealed), null);
  const last = await sealChunk(aead, key, 3, true, full);
  assert.equal(await openChunk(aead, key, 3, false, last), null);
  assert.deepEqual(await openChunk(aead, key, 3, true, last), full);
});

test('any flipped bit and any other length fail', async () => {
  const sealed = await sealChunk(aead, key, 0, true, utf8('Kính gửi'));
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
      const bad = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ (1 << bit) : byte));
      assert.equal(await openChunk(aead, key, 0, true, bad), null);
      assert.equal(await openChunk(aead, key, 0, true, sealed.subarray(0, at)), null);
    }),
  );
});

test('impossible chunks are neither sealed nor opened', async () => {
  const empty = new Uint8Array(0);
  await assert.rejects(sealChunk(aead, key, 1, true, empty));
  await assert.rejects(sealChunk(aead, key, 0, false, full.subarray(1)));
  await assert.rejects(sealChunk(aead, key, CHUNKS_MAX, true, full));
  await assert.rejects(sealChunk(aead, key, CHUNKS_MAX - 1, false, full));
  const nonce = new Uint8Array(12);
  nonce[10] = 1;
  nonce[11] = 1;
  const emptyLast = await aead.seal(key, nonce, empty, empty);
  assert.equal(emptyLast.length, TAG_BYTES);
  assert.equal(await openChunk(aead, key, 1, true, emptyLast), null);
  const alone = await sealChunk(aead, key, 0, true, empty);
  assert.deepEqual(await openChunk(aead, key, 0, true, alone), empty);
});

test('leaf and key commitment are the documented bytes', async () => {
  const leaf = await chunkLeaf(hash, 258, utf8('c'));
  assert.deepEqual(leaf, hash.sha256(Uint8Array.of(0, 0, 0, 1, 2, 0x63)));
  const commitment = keyCommitment(hash, key);
  assert.deepEqual(commitment, hash.sha256(concat(utf8('tram/v1/part-key\0'), key)));
  assert.equal(hex(commitment).length, 64);
});
