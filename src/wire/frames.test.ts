/** Source: docs/protocol/frames.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat } from '#core/bytes.ts';
import { dataFramePieces, frame, type FrameOf } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';

describe('data frames in pieces', () => {
  it('are together what the encoder writes', () => {
    for (const length of [1, 23, 24, 255, 256, 65_535, 65_536, LIMITS.chunkSealedBytes]) {
      const value: FrameOf<'data'> = {
        kind: 'data', channel: 300, piece: 'chunks', part: 63, offset: 4_294_967_296, bytes: new Uint8Array(length).fill(length),
      };
      const pieces = dataFramePieces(value);
      assert.deepEqual(concat(...pieces), frame.encode(value));
      assert.equal(pieces[1], value.bytes, 'the bulk is not copied');
      assert.deepEqual(frame.decode(concat(...pieces)), value);
    }
  });
});
