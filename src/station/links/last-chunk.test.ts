/** A part is whole when its last chunk is on the disk, not when it has come. Source: docs/protocol/frames.md §Custody. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { TestPair } from './testing.test.ts';

const PART_BYTES = 3 * SEALED_CHUNK_BYTES + 100;

describe('the last chunk of a part', () => {
  for (const room of [PART_BYTES - 1, 2 * SEALED_CHUNK_BYTES]) {
    it(`that finds no room on a disk with ${room} bytes left seals nothing, and comes again when there is room`, async () => {
      const pair = await TestPair.make();
      const { blobs: files } = pair.post.disk;
      const item = pair.item(pair.hub, 'đầy đĩa', 'routine', [PART_BYTES]);
      const name = hex(item.parts[0]!.root);
      files.capacityBytes = room;
      await pair.queue(pair.hub, 'post', item);
      await pair.time.run(20_000);
      assert.equal(await pair.post.blobs.size(name), null);
      assert.deepEqual(pair.post.items.accepted, []);
      files.capacityBytes = Number.MAX_SAFE_INTEGER;
      await pair.time.run(pair.time.elapsedMs + 120_000);
      assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
      assert.deepEqual(await pair.post.blobs.read(name, 0, PART_BYTES), item.sealed[0]);
    });
  }

  it('is written before anybody asks for the part to be sealed', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'niêm phong', 'routine', [PART_BYTES]);
    const sizes: (number | null)[] = [];
    const { blobs } = pair.post;
    const stage = blobs.stage.bind(blobs);
    blobs.stage = async (...asked) => {
      const staged = await stage(...asked);
      const seal = staged.seal.bind(staged);
      return Object.assign(staged, { seal: (name: string) => (sizes.push(staged.size), seal(name)) });
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(20_000, () => pair.post.items.accepted.length > 0);
    assert.deepEqual(sizes, [PART_BYTES]);
  });
});
