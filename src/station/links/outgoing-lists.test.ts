/** Lists of leaves for whoever a part is sent on to: from whoever brought it, and worked out once where nobody did. Source: docs/protocol/frames.md §Measure. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { frame } from '#wire/frames.ts';
import { UNITS } from './budget.ts';
import { OutgoingLists } from './outgoing-lists.ts';
import { TestPair } from './testing.test.ts';

const sizes = (count: number, chunks: number) => Array.from({ length: count }, (_, at) => (chunks - 1) * SEALED_CHUNK_BYTES + 100 + at);

describe('the leaf lists of parts that came', () => {
  it('are handed over with the dispatch, of all its files, though a connection ended in between', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    const item = pair.item(pair.hub, 'tám tệp', 'routine', [...sizes(8, 2), 500]);
    const handed: (number | null)[] = [];
    const accept = pair.post.items.accept.bind(pair.post.items);
    pair.post.items.accept = async (received, also) => {
      for (const part of item.parts) handed.push((await received.leaves!(part))?.length ?? null);
      return accept(received, also);
    };
    let holdsLast = true;
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      return holdsLast && from === 'hub' && said.kind === 'data' && said.part === 7 ? null : bytes;
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(pair.time.elapsedMs + 5_000);
    assert.ok((await pair.post.blobs.size(hex(item.parts[6]!.root))) !== null);
    holdsLast = false;
    pair.network.cut('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 200);
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 10_000);
    assert.deepEqual(handed, [...Array.from({ length: 8 }, () => 64), null]);
  });

  it('are worked out once where nobody has them, however often a neighbour calls and wants them', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    const item = pair.item(pair.hub, 'tám tệp', 'routine', sizes(8, 4));
    let bytesRead = 0;
    const { read } = pair.hub.blobs;
    pair.hub.blobs.read = (name, from, to) => {
      bytesRead += to - from;
      return read(name, from, to);
    };
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (from === 'hub' && said.kind === 'data') return null;
      return said.kind === 'want' ? frame.encode({ ...said, pieces: said.pieces.filter(({ piece }) => piece === 'leaves') }) : bytes;
    };
    await pair.queue(pair.hub, 'post', item);
    for (let call = 0; call < 5; call++) {
      await pair.time.run(pair.time.elapsedMs + 3_000);
      pair.network.cut('hub', 'post');
      await pair.time.run(pair.time.elapsedMs + 100);
      pair.network.mend('hub', 'post');
    }
    assert.equal(bytesRead, item.parts.reduce((sum, { size }) => sum + size, 0));
    assert.equal(pair.hub.items.lists.size, 8);
  });

  it('have a price by size, and end with whoever pays it: who waits for the same goes on', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'lớn', 'routine', sizes(1, 40));
    await pair.queue(pair.hub, 'post', item);
    const [part] = item.parts;
    const lists = new OutgoingLists(pair.hub.blobs, pair.provider.hash);
    const paid: string[] = [];
    const pays = (who: string, most: number) => async (units: number): Promise<void> => {
      if (paid.filter((one) => one === who).length === most) throw new Refusal('cancelled');
      paid.push(who);
      assert.equal(units, 16 * UNITS.chunk);
    };
    const asked = ['x', 'hub', 'xã'].map((who) => lists.of(part!, pair.hub.items, pays(who, who === 'x' ? 1 : 9)));
    await assert.rejects(asked[0]!, { code: 'cancelled' });
    assert.deepEqual(await asked[1], await asked[2]);
    assert.deepEqual(paid, ['x', 'hub', 'hub', 'hub']);
    assert.equal((await lists.of(part!, pair.hub.items, pays('sau', 0))).length, 40 * 32);
  });
});
