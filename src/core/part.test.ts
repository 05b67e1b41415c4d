/** Parts as streams: any pieces, any size, and nothing given out that was not verified. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { concat } from './bytes.ts';
import { root } from './merkle.ts';
import {
  type ByteSource,
  openPart,
  type PartFacts,
  type PartProvider,
  sealPart,
} from './part.ts';
import type { Refusal } from './refusals.ts';
import { CHUNK_BYTES, chunkLeaf, CHUNKS_MAX, keyCommitment, sealChunk, sealedSize } from './stream.ts';

interface Sealed {
  readonly facts: PartFacts;
  readonly leaves: Uint8Array[];
  readonly bytes: Uint8Array;
}

const key = nodeRandom.bytes(32);

async function seal(source: ByteSource, provider: PartProvider = nodeCrypto): Promise<Sealed> {
  const sealing = sealPart(provider, key, source);
  const [leaves, chunks]: Uint8Array[][] = [[], []];
  for (;;) {
    const { done, value } = await sealing.next();
    if (done === true) return { facts: value, leaves: leaves ?? [], bytes: concat(...(chunks ?? [])) };
    leaves?.push(value.leaf);
    chunks?.push(value.sealed);
  }
}

/** What a reader was given before the end or the refusal, and the refusal's code. */
async function open(
  { facts, leaves }: Sealed,
  source: ByteSource,
  using = key,
): Promise<{ plaintext: Uint8Array; code: string | null }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of openPart(nodeCrypto, using, facts, leaves, source)) pieces.push(piece);
    return { plaintext: concat(...pieces), code: null };
  } catch (error) {
    return { plaintext: concat(...pieces), code: (error as Refusal).code };
  }
}

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

const EDGES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES];

test('a part seals and opens byte by byte as in one piece, at every edge', async () => {
  for (const length of EDGES) {
    const plaintext = bytesOf(length);
    const [whole, single] = [await seal([plaintext]), await seal(inPieces(plaintext, 1))];
    assert.deepEqual(single, whole);
    assert.equal(whole.bytes.length, sealedSize(length));
    assert.equal(whole.facts.plainBytes, length);
    assert.deepEqual(whole.facts.plainDigest, nodeCrypto.hash.sha256(plaintext));
    assert.deepEqual(whole.facts.root, root(nodeCrypto.hash, whole.leaves));
    assert.deepEqual(await open(whole, [whole.bytes]), { plaintext, code: null });
    assert.deepEqual(await open(whole, inPieces(whole.bytes, 1)), { plaintext, code: null });
  }
});

test('pieces of any size make no difference', async () => {
  const plaintext = bytesOf(3 * CHUNK_BYTES + 77);
  const whole = await seal([plaintext]);
  const pieceSizes = fc.integer({ min: 100, max: 5 * CHUNK_BYTES });
  await fc.assert(
    fc.asyncProperty(pieceSizes, pieceSizes, async (sealing, opening) => {
      assert.deepEqual((await seal(inPieces(plaintext, sealing))).facts, whole.facts);
      const opened = await open(whole, inPieces(whole.bytes, opening));
      assert.deepEqual(opened, { plaintext, code: null });
    }),
    { numRuns: 20 },
  );
});

test('a flipped bit stops the stream before its chunk', async () => {
  const plaintext = bytesOf(2 * CHUNK_BYTES + 10);
  const sealed = await seal([plaintext]);
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.bytes.length - 1), async (at) => {
      const bad = Uint8Array.from(sealed.bytes);
      bad[at] = (bad[at] ?? 0) ^ 1;
      const given = Math.floor(at / (CHUNK_BYTES + 16)) * CHUNK_BYTES;
      const expected = { plaintext: plaintext.subarray(0, given), code: 'part-forged' };
      assert.deepEqual(await open(sealed, [bad]), expected);
    }),
    { numRuns: 20 },
  );
});

test('a part cut short is incomplete, one that goes on is forged', async () => {
  const sealed = await seal([bytesOf(2 * CHUNK_BYTES)]);
  const half = sealed.bytes.length / 2;
  for (const end of [0, 15, half - 1, half, half + 1, sealed.bytes.length - 1]) {
    const { code, plaintext } = await open(sealed, [sealed.bytes.subarray(0, end)]);
    assert.equal(code, 'part-incomplete', `cut at ${end}`);
    assert.equal(plaintext.length, end > half ? CHUNK_BYTES : 0);
  }
  const longer = await open(sealed, [sealed.bytes, Uint8Array.of(0)]);
  assert.equal(longer.code, 'part-forged');
  assert.equal(longer.plaintext.length, CHUNK_BYTES);
});

test('another key, leaf list, root, size or digest is forged, and gives nothing out', async () => {
  const sealed = await seal([bytesOf(100)]);
  const { facts, leaves, bytes } = sealed;
  const wrong = new Uint8Array(32);
  const spoilt: Sealed[] = [
    { ...sealed, leaves: [] },
    { ...sealed, leaves: [...leaves, wrong] },
    { ...sealed, facts: { ...facts, root: wrong } },
    { ...sealed, facts: { ...facts, plainDigest: wrong } },
    { ...sealed, facts: { ...facts, keyCommitment: wrong } },
    { ...sealed, facts: { ...facts, plainBytes: 99 } },
    { ...sealed, facts: { ...facts, plainBytes: CHUNK_BYTES + 1 } },
  ];
  const forged = { plaintext: new Uint8Array(0), code: 'part-forged' };
  for (const one of spoilt) assert.deepEqual(await open(one, [bytes]), forged);
  assert.deepEqual(await open(sealed, [bytes], wrong), forged);
});

test('leaves that agree do not stand for a tag that fails', async () => {
  const sealed = await seal([bytesOf(50)]);
  const other = await sealChunk(nodeCrypto.aead, nodeRandom.bytes(32), 0, true, bytesOf(50));
  const leaves = [await chunkLeaf(nodeCrypto.hash, 0, other)];
  const facts = { ...sealed.facts, root: root(nodeCrypto.hash, leaves) };
  assert.deepEqual(facts.keyCommitment, keyCommitment(nodeCrypto.hash, key));
  const opened = await open({ facts, leaves, bytes: other }, [other]);
  assert.deepEqual(opened, { plaintext: new Uint8Array(0), code: 'part-forged' });
});

test('a tag that verifies does not stand for leaves that differ', async () => {
  const sealed = await seal([bytesOf(50)]);
  const leaves = [nodeCrypto.hash.sha256(bytesOf(1))];
  const facts = { ...sealed.facts, root: root(nodeCrypto.hash, leaves) };
  const opened = await open({ ...sealed, facts, leaves }, [sealed.bytes]);
  assert.deepEqual(opened, { plaintext: new Uint8Array(0), code: 'part-forged' });
});

test('a part beyond 4 GiB is refused at the limit, not after it', async () => {
  const chunk = new Uint8Array(CHUNK_BYTES);
  const leaf = new Uint8Array(32);
  const stub: PartProvider = {
    hash: {
      ...nodeCrypto.hash,
      sha256Bulk: async () => leaf,
      sha256Stream: () => ({ update: () => undefined, soFar: () => leaf, digest: () => leaf }),
    },
    aead: { seal: async () => leaf, open: async () => null },
  };
  let produced = 0;
  function* tooMuch(): Generator<Uint8Array> {
    for (; produced <= CHUNKS_MAX + 1; produced++) yield chunk;
  }
  const sealing = seal(tooMuch(), stub);
  await assert.rejects(sealing, (error: Refusal) => error.code === 'file-too-large');
  assert.ok(produced <= CHUNKS_MAX + 1);
});
