/** The rest of a part behind its mark: sealed again only as it was sealed before, whatever becomes of the copy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CopyMark } from '#client/parts/part-copy.ts';
import { blobFile } from '#client/parts/part-messages.ts';
import { measurePart } from '#client/parts/parts.ts';
import { concat } from '#core/bytes.ts';
import type { OpenCopy } from '#core/outside.ts';
import { CHUNK_BYTES, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';

const key = nodeRandom.bytes(32);
const plain = concat(...Array.from({ length: 40 }, () => nodeRandom.bytes(CHUNK_BYTES))).subarray(7);

/** @param roomBytes from there on it can be written no more */
function copyWith(start: Uint8Array, roomBytes = Number.MAX_SAFE_INTEGER): OpenCopy & { bytes: Uint8Array } {
  return {
    bytes: start,
    get sizeBytes() {
      return this.bytes.length;
    },
    async read(from, to) {
      return this.bytes.slice(from, to);
    },
    async write(bytes, at) {
      if (at + bytes.length > roomBytes) throw new Error('no room');
      const grown = new Uint8Array(Math.max(this.bytes.length, at + bytes.length));
      grown.set(this.bytes);
      grown.set(bytes, at);
      this.bytes = grown;
    },
    async flush(size) {
      this.bytes = this.bytes.slice(0, size);
    },
    async close() {},
  };
}

function measure(bytes: Uint8Array, copy: OpenCopy, mark: CopyMark | null) {
  const file = blobFile(new Blob([bytes as Uint8Array<ArrayBuffer>]), 'tệp');
  return measurePart(nodeCrypto, nodeRandom, { file, name: 'tệp', mediaType: '' }, {}, { key, copy, mark, marked: () => undefined });
}

const first = copyWith(new Uint8Array(0));
const whole = await measure(plain, first, null);
const mark: CopyMark = { digest: nodeCrypto.hash.sha256(plain.subarray(0, 2 * CHUNK_BYTES)), leaves: whole.leaves.slice(0, 64) };
/** As a crash left it: behind the mark, up to the middle of a chunk. */
const left = (): Uint8Array => first.bytes.slice(0, 20 * SEALED_CHUNK_BYTES + 5_000);
const edited = (at: number): Uint8Array => plain.with(at, plain[at]! ^ 1);

test('the same file gives the same part and the same copy', async () => {
  const copy = copyWith(left());
  const again = await measure(plain, copy, mark);
  assert.deepEqual([again.part, again.isCopied, copy.bytes], [whole.part, true, first.bytes]);
});

test('another chunk where one was written is refused, and nothing of it is written, with room and without', async () => {
  for (const roomBytes of [Number.MAX_SAFE_INTEGER, 0]) {
    for (const chunk of [2, 17, 19, 20]) {
      const copy = copyWith(left(), roomBytes);
      await assert.rejects(measure(edited(chunk * CHUNK_BYTES), copy, mark), { code: 'file-changed', detail: { chunk } });
      assert.deepEqual(copy.bytes, left());
    }
  }
});

test('what was never written may be another: nobody has it', async () => {
  const other = edited(20 * CHUNK_BYTES + 9_000);
  const copy = copyWith(left().subarray(0, 20 * SEALED_CHUNK_BYTES));
  assert.equal((await measure(other, copy, mark)).isCopied, true);
  await assert.rejects(measure(edited(3), copyWith(concat(left())), mark), { code: 'file-changed', detail: {} });
});
