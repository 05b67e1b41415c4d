/** What is offered next, on lines that are slow. Source: docs/protocol/frames.md §Order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { type FrameOf, frame } from '#wire/frames.ts';
import type { Precedence } from '#wire/names.ts';
import { type Item, TestPair } from './testing.test.ts';

interface Offered {
  readonly at: number;
  readonly offer: FrameOf<'offer'>;
}

/** A live connection at a speed, and what the hub offers on it. */
async function slowPair(bitsPerSecond: number): Promise<{ pair: TestPair; offered: Offered[] }> {
  const pair = await TestPair.make();
  Object.assign(pair.network.faults, { bytesPerSecond: bitsPerSecond / 8, bufferBytes: 65_536, delayMsMin: 50, delayMsMax: 50 });
  const offered: Offered[] = [];
  pair.network.tap = (from, _to, bytes) => {
    const said = frame.decode(bytes);
    if (from === 'hub' && said.kind === 'offer') offered.push({ at: pair.time.elapsedMs, offer: said });
    return bytes;
  };
  await pair.time.run(20_000);
  return { pair, offered };
}

function many(pair: TestPair, name: string, count: number, precedence: Precedence): Item[] {
  return Array.from({ length: count }, (_, index) => pair.item(pair.hub, `${name} ${index}`, precedence, [], 300));
}

function afterwards(offered: readonly Offered[], at: number): Offered[] {
  return offered.filter((one) => one.at > at);
}

describe('offering', () => {
  it('puts a telegram before letters that wait to be offered', async () => {
    const { pair, offered } = await slowPair(9_600);
    await pair.queue(pair.hub, 'post', ...many(pair, 'thư', 70, 'routine'));
    await pair.time.run(pair.time.elapsedMs + 3_000);
    assert.ok(offered.length > 0 && offered.length < 60, `${offered.length} letters were offered`);
    const telegram = pair.item(pair.hub, 'khẩn', 'priority');
    await pair.queue(pair.hub, 'post', telegram);
    const { elapsedMs: queuedAt } = pair.time;
    await pair.time.run(queuedAt + 30_000, () => offered.some(({ offer }) => hex(offer.id) === hex(telegram.id)));
    assert.equal(hex(afterwards(offered, queuedAt)[0]!.offer.id), hex(telegram.id));
    assert.ok(pair.time.elapsedMs - queuedAt < 2_000, `it waited for ${pair.time.elapsedMs - queuedAt} ms`);
    await pair.time.run(pair.time.elapsedMs + 600_000, () => pair.post.items.accepted.length === 71);
    assert.equal(pair.post.items.accepted.length, 71);
  });

  it('puts what comes while something yet more urgent waits for room on the line before letters that wait there too', async () => {
    const { pair, offered } = await slowPair(9_600);
    await pair.queue(pair.hub, 'post', ...many(pair, 'thư', 70, 'routine'));
    await pair.time.run(pair.time.elapsedMs + 3_000);
    const urgent = (['immediate', 'immediate', 'priority', 'priority'] as const).map((precedence, index) => pair.item(pair.hub, `khẩn ${index}`, precedence));
    const { elapsedMs: queuedAt } = pair.time;
    for (const item of urgent) {
      await pair.queue(pair.hub, 'post', item);
      await pair.time.run(pair.time.elapsedMs + 5);
    }
    await pair.time.run(queuedAt + 30_000, () => afterwards(offered, queuedAt + 20).length > urgent.length);
    const order = afterwards(offered, queuedAt).map(({ offer }) => offer.precedence);
    assert.deepEqual(order.slice(0, urgent.length + 1), [...urgent.map(({ precedence }) => precedence), 'routine']);
  });

  it('takes turns between offices inside a precedence, each in its own order', async () => {
    const { pair, offered } = await slowPair(9_600);
    const of = (office: string, count: number) =>
      Array.from({ length: count }, (_, index) => pair.item(pair.hub, `${office} ${index}`, 'routine', [], 300, office));
    const [flood, few] = [of('so-mot', 400), of('so-hai', 10)];
    await pair.queue(pair.hub, 'post', ...flood);
    await pair.time.run(pair.time.elapsedMs + 3_000);
    const { elapsedMs: queuedAt } = pair.time;
    await pair.queue(pair.hub, 'post', ...few);
    const names = new Map([...flood, ...few].map(({ id, owner }) => [hex(id), owner!.office]));
    const isOffered = (id: Uint8Array): boolean => offered.some(({ offer }) => hex(offer.id) === hex(id));
    await pair.time.run(queuedAt + 600_000, () => few.every(({ id }) => isOffered(id)));
    const between = afterwards(offered, queuedAt).filter(({ offer }) => names.get(hex(offer.id)) === 'so-mot').length;
    // What had been looked up when they came goes first; from then on it is one each.
    assert.ok(between <= 64 + few.length, `${between} of the flood went before the last of the few`);
    await pair.time.run(pair.time.elapsedMs + 3_600_000, () => pair.post.items.accepted.length === 410);
    for (const sent of [flood, few]) {
      const order = offered.map(({ offer }) => hex(offer.id)).filter((id) => names.get(id) === sent[0]!.owner!.office);
      assert.deepEqual(order, sent.map(({ id }) => hex(id)));
    }
  });

  it('keeps to the order of acceptance within a precedence when others come between', async () => {
    const { pair, offered } = await slowPair(9_600);
    const letters = many(pair, 'thư', 10, 'routine');
    await pair.queue(pair.hub, 'post', ...letters);
    for (let index = 0; index < 5; index++) {
      await pair.time.run(pair.time.elapsedMs + 700);
      await pair.queue(pair.hub, 'post', pair.item(pair.hub, `khẩn ${index}`, 'immediate'));
    }
    await pair.time.run(pair.time.elapsedMs + 600_000, () => pair.post.items.accepted.length === 15);
    const order = offered.filter(({ offer }) => offer.precedence === 'routine').map(({ offer }) => hex(offer.id));
    assert.deepEqual(order, letters.map(({ id }) => hex(id)));
  });

  it('offers a letter although small urgent ones come without end, as long as the line is not full of them', async () => {
    const { pair, offered } = await slowPair(64_000);
    const [letter] = many(pair, 'thư', 1, 'routine');
    let stream = 0;
    const more = (): void => {
      if (stream >= 600) return;
      stream += 1;
      void pair.queue(pair.hub, 'post', pair.item(pair.hub, `dồn ${stream}`, 'priority'));
      if (stream === 100) void pair.queue(pair.hub, 'post', letter!);
      pair.time.after(100, more);
    };
    more();
    const isOffered = (): boolean => offered.some(({ offer }) => hex(offer.id) === hex(letter!.id));
    await pair.time.run(pair.time.elapsedMs + 50_000, isOffered);
    assert.ok(isOffered(), `${stream} went before it`);
    assert.ok(stream < 150, `${stream} went before it`);
  });

  it('goes by the most urgent of what joins an item while it waits', async () => {
    const { pair, offered } = await slowPair(9_600);
    const item = pair.item(pair.hub, 'nhiều nơi nhận', 'routine');
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', ...many(pair, 'thư', 70, 'routine'), item, { ...item, precedence: 'immediate' }, { ...item, precedence: 'priority' });
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 60_000, () => offered.length > 0);
    assert.equal(hex(offered[0]!.offer.id), hex(item.id));
    await pair.time.run(pair.time.elapsedMs + 600_000, () => pair.post.items.accepted.length === 71);
    assert.equal((await pair.events(pair.hub, 'queued')).length, 71);
  });
});
