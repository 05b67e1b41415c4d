/** Source: docs/protocol/bundles.md §A volume. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat, uint32be } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { type BundleStatement, bundleStatement, framed, framesOf, readVolumeStart, VOLUME_MAGIC, VOLUME_START_BYTES, volumeStart, volumeStartBytes } from '#wire/bundle.ts';
import { frame, type Frame } from '#wire/frames.ts';

const signature = {
  p256Certificate: new Uint8Array(32), mldsaCertificate: new Uint8Array(32), nonce: new Uint8Array(32), treeSize: 1, leafIndex: 0, path: [],
  p256: new Uint8Array(64), mldsa: new Uint8Array(3_309),
};
const said: BundleStatement = {
  version: 1, bundle: new Uint8Array(16).fill(1), number: 5, volume: 1, volumes: 2, hello: new Uint8Array(32), written: 1, items: 2, first: 7, last: 8,
  read: 0, waiting: [3, 4], segments: [{ length: 10, digest: new Uint8Array(32) }],
};

function start(changed: Partial<BundleStatement> = {}): Uint8Array {
  const statement = bundleStatement.encode({ ...said, ...changed });
  return volumeStart({ hello: Uint8Array.of(1), helloSignature: signature, statement, signature });
}

const note: Frame = { kind: 'service', word: 'numbers-missing', first: 1, last: 2, incarnation: new Uint8Array(16).fill(9) };

describe('a volume', () => {
  it('says first how long its head is, then who wrote it', () => {
    const bytes = start();
    assert.equal(volumeStartBytes(bytes.subarray(0, VOLUME_START_BYTES)), bytes.length);
    assert.deepEqual(readVolumeStart(bytes).statement, said);
  });

  it('is refused where it is none, has another length than it says, or says what no writer says', () => {
    const bytes = start();
    for (const wrong of [
      bytes.subarray(0, 10), bytes.subarray(0, -1), concat(bytes, Uint8Array.of(0)), concat(Uint8Array.of(0), bytes.subarray(1)),
      concat(VOLUME_MAGIC, uint32be(0)), concat(VOLUME_MAGIC, uint32be(0xffff_ffff)),
      start({ volume: 3 }), start({ waiting: [4, 3] }), start({ waiting: [5] }), start({ first: 9 }), start({ last: undefined }),
    ]) assert.throws(() => readVolumeStart(wrong), DecodeError);
  });
});

describe('a segment', () => {
  it('gives back its frames in order', () => {
    const bytes = concat(framed(frame.encode(note)), framed(frame.encode({ ...note, last: 3 })));
    assert.deepEqual([...framesOf(bytes)], [note, { ...note, last: 3 }]);
  });

  it('gives the frames before the one that is cut off or too long, and refuses there', () => {
    const whole = framed(frame.encode(note));
    for (const rest of [whole.subarray(0, -1), Uint8Array.of(0, 0), uint32be(0), concat(uint32be(0x10_0001), new Uint8Array(0x10_0001))]) {
      const got: Frame[] = [];
      assert.throws(() => {
        for (const one of framesOf(concat(whole, rest))) got.push(one);
      }, DecodeError);
      assert.deepEqual(got, [note]);
    }
  });
});
