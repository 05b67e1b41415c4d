import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerPartOf, measurePart, resealPart } from '#client/parts/parts.ts';
import { concat } from '#core/bytes.ts';
import { openPart } from '#core/part.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { memoryFile } from '../../../test/client/practice-office.ts';

const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const SEALED_CHUNK = 65_552;

function measured(bytes: Uint8Array) {
  const file = memoryFile('a.bin', bytes);
  return measurePart(nodeCrypto, nodeRandom, { file, name: 'a.bin', mediaType: 'application/octet-stream' });
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concat(...(await Array.fromAsync(source)));
}

test('what is sent after any interruption is what was measured, and opens', async () => {
  const sizes = fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 131_072, 200_000);
  await fc.assert(fc.asyncProperty(sizes, fc.nat(3), async (size, resumed) => {
    const plain = nodeRandom.bytes(Math.min(size, 65_536));
    const bytes = concat(...Array.from({ length: 4 }, () => plain)).subarray(0, size);
    const one = await measured(bytes);
    const whole = await gather(resealPart(nodeCrypto, one, 0));
    const from = Math.min(resumed * SEALED_CHUNK, whole.length);
    const rest = await gather(resealPart(nodeCrypto, one, from));
    assert.deepEqual(rest, whole.subarray(from));
    assert.equal(headerPartOf(one.part).size, whole.length);
    const leaves = Array.from({ length: one.part.chunks }, (_, i) => one.leaves.subarray(32 * i, 32 * i + 32));
    const { size: plainBytes, root, digest: plainDigest, keyCommitment } = one.part;
    const opened = await gather(openPart(nodeCrypto, one.key, { plainBytes, root, plainDigest, keyCommitment }, leaves, [whole]));
    assert.deepEqual(opened, bytes);
  }), { numRuns: 20 });
});

test('a file that changed between the passes gives away nothing', async () => {
  const one = await measured(new Uint8Array(150_000));
  const changed = { ...one, file: memoryFile('a.bin', new Uint8Array(150_000).fill(1, 70_000, 70_001)) };
  const sent: Uint8Array[] = [];
  await assert.rejects(async () => {
    for await (const chunk of resealPart(nodeCrypto, changed, 0)) sent.push(chunk);
  }, refused('file-changed'));
  assert.equal(sent.length, 1, 'only the chunk before the change');
  for (const bytes of [new Uint8Array(149_999), new Uint8Array(150_001), new Uint8Array(65_536), new Uint8Array(0)]) {
    await assert.rejects(gather(resealPart(nodeCrypto, { ...one, file: memoryFile('a.bin', bytes) }, 0)), refused('file-changed'));
  }
});

test('a file that is read shorter than it was opened is refused', async () => {
  const file = { ...memoryFile('a', new Uint8Array(10)), sizeBytes: 11 };
  await assert.rejects(measurePart(nodeCrypto, nodeRandom, { file, name: 'a', mediaType: 'a/b' }), refused('file-changed'));
});

test('cancelling stops between chunks', async () => {
  const stop = new AbortController();
  const one = await measured(new Uint8Array(200_000));
  await assert.rejects(async () => {
    for await (const _ of resealPart(nodeCrypto, one, 0, { signal: stop.signal })) stop.abort();
  }, refused('cancelled'));
});
