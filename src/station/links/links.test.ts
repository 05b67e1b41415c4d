/** Source: docs/protocol/frames.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { SIMULATION_START } from '../../../test/sim/time.ts';
import type { LinkTables } from './tables.ts';
import { TestPair } from './testing.test.ts';

const CHUNK = SEALED_CHUNK_BYTES;

/** Every frame that passes, in order, as its sender and what it says. */
function listen(pair: TestPair): { from: string; said: Frame }[] {
  const heard: { from: string; said: Frame }[] = [];
  pair.network.tap = (from, _to, bytes) => {
    heard.push({ from, said: frame.decode(bytes) });
    return bytes;
  };
  return heard;
}

describe('links', () => {
  it('brings an item without parts over, and its custody back', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'Công điện');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(5_000);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
    assert.deepEqual(pair.hub.items.settled, [hex(item.id)]);
    assert.deepEqual((await pair.hub.links.states())[0], {
      peer: 'post', state: 'up', queued: { routine: 0, priority: 0, immediate: 0, flash: 0 }, oldestQueued: null,
      lastSent: 1, lastReceived: 0, lastMet: (await pair.hub.links.states())[0]!.lastMet, incarnation: hex(pair.post.incarnation),
    });
    assert.equal((await pair.events(pair.post, 'custody-taken'))[0]!.channel, 1);
    assert.equal((await pair.events(pair.hub, 'custody-received'))[0]!.channel, 1);
  });

  it('brings large heads and parts over, byte for byte', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'bản đồ', 'routine', [3 * CHUNK + 100, 50, CHUNK], 300_000);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(10_000);
    assert.equal(pair.post.items.accepted.length, 1);
    for (const [index, { root, size }] of item.parts.entries()) {
      assert.deepEqual(await pair.post.blobs.read(hex(root), 0, size), item.sealed[index]);
    }
  });

  it('sends what is urgent first, and between two data frames of what is not', async () => {
    const pair = await TestPair.make();
    const bulk = pair.item(pair.hub, 'phim', 'routine', [40 * CHUNK]);
    const flash = pair.item(pair.hub, 'hỏa tốc', 'flash');
    const heard = listen(pair);
    await pair.queue(pair.hub, 'post', bulk);
    await pair.time.run(60_000, () => heard.filter(({ said }) => said.kind === 'data').length >= 5);
    await pair.queue(pair.hub, 'post', flash);
    await pair.time.run(60_000);
    assert.deepEqual(pair.post.items.accepted, [hex(flash.id), hex(bulk.id)]);
    const said = heard.filter(({ from }) => from === 'hub').map((one) => one.said);
    const at = said.findIndex((one) => one.kind === 'offer' && one.precedence === 'flash');
    assert.ok(said.slice(0, at).filter(({ kind }) => kind === 'data').length <= 8);
  });

  it('offers in the order of precedence, then of acceptance', async () => {
    const pair = await TestPair.make();
    const heard = listen(pair);
    const items = (['routine', 'flash', 'priority', 'routine', 'immediate'] as const).map((precedence, index) =>
      pair.item(pair.hub, `số ${index}`, precedence));
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', ...items);
    await pair.time.run(1_000);
    pair.network.mend('hub', 'post');
    await pair.time.run(90_000);
    const offered = heard.map(({ said }) => said).filter((said) => said.kind === 'offer').map(({ id }) => hex(id));
    assert.deepEqual(offered, [1, 4, 2, 0, 3].map((index) => hex(items[index]!.id)));
    assert.equal(pair.post.items.accepted.length, 5);
  });

  it('goes on at the chunk where the connection was lost', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'lớn', 'routine', [100 * CHUNK]);
    const heard = listen(pair);
    const chunksSent = () => heard.reduce((sum, { said }) => sum + (said.kind === 'data' && said.piece === 'chunks' ? said.bytes.length : 0), 0) / CHUNK;
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(60_000, () => chunksSent() >= 50);
    pair.network.cut('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 100);
    pair.network.mend('hub', 'post');
    await pair.time.run(120_000);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.ok(chunksSent() <= 106, `${chunksSent()} chunks were sent`);
  });

  it('goes on after the receiver lost power, with what it had synced', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'lớn', 'routine', [300 * CHUNK]);
    const heard = listen(pair);
    const chunksSent = () => heard.reduce((sum, { said }) => sum + (said.kind === 'data' && said.piece === 'chunks' ? said.bytes.length : 0), 0) / CHUNK;
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(60_000, () => chunksSent() >= 200);
    await pair.crash(pair.post);
    await pair.time.run(300_000);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.ok(chunksSent() > 300 && chunksSent() <= 300 + 128 + 8, `${chunksSent()} chunks were sent`);
  });

  it('answers an offer whose custody was lost with custody again, and delivers once', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'một lần');
    let swallowed = 0;
    pair.network.tap = (_from, _to, bytes) => {
      if (frame.decode(bytes).kind !== 'custody' || swallowed > 0) return bytes;
      swallowed += 1;
      pair.network.cut('hub', 'post');
      return null;
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(3_000);
    assert.equal(pair.hub.items.settled.length, 0);
    await pair.crash(pair.post);
    pair.network.mend('hub', 'post');
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
    assert.deepEqual(pair.hub.items.settled, [hex(item.id)]);
    assert.equal((await pair.events(pair.post, 'duplicate')).length, 0);
    assert.equal((await pair.post.links.states())[0]!.lastReceived, 1);
  });

  it('records an item under a second number as a duplicate', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'hai lần');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(5_000);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(10_000);
    assert.equal(pair.post.items.accepted.length, 1);
    assert.equal((await pair.events(pair.post, 'duplicate')).length, 1);
    assert.equal((await pair.post.links.states())[0]!.lastReceived, 2);
  });

  it('lets go of a copy that goes another way now, but not of one that is under way unless its neighbour is gone', async () => {
    const pair = await TestPair.make();
    const { outbox } = pair.hub.links;
    const [fresh, offered] = [pair.item(pair.hub, 'chưa đi'), pair.item(pair.hub, 'đang đi', 'routine', [CHUNK])];
    pair.network.tap = (_from, _to, bytes) => (frame.decode(bytes).kind === 'want' ? null : bytes);
    await pair.queue(pair.hub, 'post', offered);
    await pair.time.run(2_000);
    pair.network.cut('hub', 'post');
    await pair.time.run(3_000);
    await pair.queue(pair.hub, 'post', fresh);
    assert.deepEqual(await outbox.peers(), ['post']);
    const copies = await outbox.waitingFor('post', 0, 10);
    assert.deepEqual(copies.map(({ id }) => hex(id)), [offered, fresh].map(({ id }) => hex(id)));
    const withdraw = (item: typeof fresh, evenOffered: boolean) =>
      pair.hub.store.commit((tx) => outbox.withdraw(tx, item, 'post', evenOffered));
    assert.equal(await withdraw(offered, false), null);
    assert.equal(await withdraw(fresh, false), 'unoffered');
    assert.equal(await withdraw(fresh, false), null, 'once');
    assert.equal(await withdraw(offered, true), 'offered');
    assert.deepEqual((await pair.events(pair.hub, 'refused')).map(({ peer, code }) => [peer, code]), [['post', 'no-route'], ['post', 'no-route']]);
    assert.deepEqual(await outbox.peers(), []);
    // Their owner has them for another neighbour now.
    pair.hub.items.items.clear();
    pair.network.tap = (_from, _to, bytes) => bytes;
    pair.network.mend('hub', 'post');
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });

  it('tells of a number that nobody holds any more', async () => {
    const pair = await TestPair.make();
    const [first, second] = [pair.item(pair.hub, 'mất'), pair.item(pair.hub, 'còn')];
    pair.network.tap = (_from, _to, bytes) => (frame.decode(bytes).kind === 'custody' ? null : bytes);
    await pair.queue(pair.hub, 'post', first);
    await pair.time.run(2_000);
    // The post forgets: an older copy of its folder under a new incarnation would look like this.
    pair.network.tap = (_from, _to, bytes) => bytes;
    await pair.hub.store.commit(async (tx) => {
      const db = pair.hub.store.of<{ link_queue: { channel: number | null } }>().in(tx);
      await db.deleteFrom('link_queue').execute();
    });
    pair.post.items.accepted.length = 0;
    await pair.post.store.commit(async (tx) => {
      const db = pair.post.store.of<{ link_state: { received: number } }>().in(tx);
      await db.updateTable('link_state').set({ received: 0 }).execute();
    });
    pair.network.cut('hub', 'post');
    await pair.queue(pair.hub, 'post', second);
    pair.network.mend('hub', 'post');
    await pair.time.run(200_000);
    const [gap] = await pair.events(pair.post, 'gap');
    assert.deepEqual([gap?.peer, gap?.channel, gap?.count], ['hub', 1, 1]);
    assert.equal((await pair.events(pair.hub, 'gap')).length, 1);
    assert.deepEqual(pair.post.items.accepted, [hex(second.id)]);
  });

  for (const lost of ['numbers-missing', 'numbers-heard'] as const) {
    it(`tells again of missing numbers where a connection ended with \`${lost}\`, and has them offered anew once`, async () => {
      const pair = await TestPair.make();
      const [gone, second] = [pair.item(pair.hub, 'mất'), pair.item(pair.hub, 'còn')];
      let lostWords = 0;
      pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'offer' ? null : bytes);
      await pair.queue(pair.hub, 'post', gone);
      await pair.time.run(2_000);
      pair.network.tap = (_from, _to, bytes) => {
        const said = frame.decode(bytes);
        if (said.kind !== 'service' || said.word !== lost || lostWords > 0) return bytes;
        lostWords += 1;
        queueMicrotask(() => pair.network.cut('hub', 'post'));
        return null;
      };
      await pair.hub.store.commit((tx) => pair.hub.links.outbox.withdraw(tx, gone, 'post', true));
      await pair.queue(pair.hub, 'post', second);
      await pair.time.run(60_000);
      assert.equal(lostWords, 1);
      assert.equal(await owedTo(pair, 'hub'), 1);
      pair.network.mend('hub', 'post');
      await pair.time.run(400_000);
      assert.deepEqual(pair.post.items.accepted, [second, gone].map(({ id }) => hex(id)));
      const sent = (await pair.events(pair.hub, 'sent')).map(({ channel }) => channel);
      assert.deepEqual(sent, [1, 2, 3]);
      assert.equal((await pair.events(pair.post, 'gap')).length, 1);
      assert.equal(await owedTo(pair, 'hub'), 0);
    });
  }

  it('offers anew what a missing number was for where the same dispatch went later under another, which may have been for another office', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'hai nơi nhận');
    pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'offer' ? null : bytes);
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(2_000);
    pair.network.tap = (_from, _to, bytes) => bytes;
    await pair.hub.store.commit((tx) => pair.hub.links.outbox.withdraw(tx, item, 'post', true));
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(200_000);
    assert.deepEqual((await pair.events(pair.hub, 'sent')).map(({ channel }) => channel), [1, 2, 3]);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
  });

  it('tells a sender that the receiver has no room, holds what needs it, and goes on when there is some', async () => {
    const pair = await TestPair.make();
    const [map, plan] = ['bản đồ', 'phương án'].map((name) => pair.item(pair.hub, name, 'routine', [CHUNK]));
    const note = pair.item(pair.hub, 'điện ngắn', 'routine');
    pair.post.items.isFull = true;
    await pair.queue(pair.hub, 'post', map!, plan!, note);
    await pair.time.run(200_000);
    assert.deepEqual(pair.post.items.accepted, [hex(note.id)]);
    const [link] = await pair.hub.links.states();
    assert.ok(link!.noRoomSince !== undefined && link!.noRoomSince < SIMULATION_START + pair.time.elapsedMs - 100_000);
    assert.deepEqual((await pair.hub.links.waiting(map!.id)).map(({ state }) => state), ['no-room']);
    assert.deepEqual((await pair.events(pair.hub, 'no-room')).map(({ peer, channel }) => [peer, channel]), [['post', 1]]);
    pair.post.items.isFull = false;
    await pair.time.run(400_000);
    assert.deepEqual(pair.post.items.accepted.toSorted(), [map!, plan!, note].map(({ id }) => hex(id)).toSorted());
    assert.equal((await pair.hub.links.states())[0]!.noRoomSince, undefined);
    assert.ok(pair.hub.remarks.some((remark) => remark.startsWith('room-again-there')));
  });

  it('gives a neighbour that began anew what it lost, under a new number', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'đã giao');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(5_000);
    assert.deepEqual(pair.hub.items.settled, [hex(item.id)]);
    // An operator restored an old copy and opened a new incarnation.
    pair.post.items.accepted.length = 0;
    await pair.post.store.commit(async (tx) => {
      const db = pair.post.store.of<{ link_state: { received: number } }>().in(tx);
      await db.updateTable('link_state').set({ received: 0 }).execute();
    });
    pair.post.incarnation = new Uint8Array(16).fill(9);
    await pair.crash(pair.post);
    await pair.time.run(200_000);
    assert.equal((await pair.hub.links.states())[0]!.state, 'up');
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
    assert.equal((await pair.hub.links.states())[0]!.lastSent, 2);
  });

  it('drops a tampered chunk and asks for it again', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'sửa', 'routine', [5 * CHUNK]);
    let tampered = false;
    pair.network.tap = (_from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (tampered || said.kind !== 'data' || said.offset !== 2 * CHUNK) return bytes;
      tampered = true;
      said.bytes[7]! ^= 1;
      return frame.encode(said);
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(30_000);
    assert.ok(tampered);
    assert.ok(pair.post.remarks.some((remark) => remark.startsWith('data-forged')));
    assert.deepEqual(await pair.post.blobs.read(hex(item.parts[0]!.root), 0, 5 * CHUNK), item.sealed[0]);
    assert.equal(pair.post.items.accepted.length, 1);
  });

  it('refuses a tampered head for good, and keeps the numbers whole', async () => {
    const pair = await TestPair.make();
    const [first, second] = [pair.item(pair.hub, 'giả'), pair.item(pair.hub, 'thật')];
    pair.network.tap = (_from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (said.kind !== 'offer' || said.channel !== 1) return bytes;
      said.head![0]! ^= 1;
      return frame.encode(said);
    };
    await pair.queue(pair.hub, 'post', first, second);
    await pair.time.run(10_000);
    assert.deepEqual(pair.hub.items.refusedCodes, ['header-forged']);
    assert.deepEqual(pair.post.items.accepted, [hex(second.id)]);
    assert.equal((await pair.post.links.states())[0]!.lastReceived, 2);
  });

  it('closes on a malformed frame and records it', async () => {
    const pair = await TestPair.make();
    let once = true;
    pair.network.tap = (from, _to, bytes) => {
      if (from !== 'hub' || !once || frame.decode(bytes).kind !== 'offer') return bytes;
      once = false;
      return Uint8Array.of(0x82, 0x18, 0x63, 0xa0);
    };
    const item = pair.item(pair.hub, 'hỏng');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(60_000);
    assert.ok((await pair.events(pair.post, 'refused')).some(({ code }) => code === 'frame-malformed'));
    assert.equal(pair.post.items.accepted.length, 1);
  });

  it('stops numbering towards a peer that was restored from a copy', async () => {
    const pair = await TestPair.make();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'một'));
    await pair.time.run(5_000);
    const older = await pair.post.disk.copy();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'hai'));
    await pair.time.run(40_000);
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'ba'));
    pair.network.cut('hub', 'post');
    await pair.time.run(41_000);
    pair.network.mend('hub', 'post');
    await pair.time.run(110_000);
    pair.post.disk = older;
    await pair.crash(pair.post);
    await pair.time.run(300_000);
    assert.equal((await pair.hub.links.states())[0]!.state, 'stopped');
    assert.ok((await pair.events(pair.hub, 'incarnation')).some(({ code }) => code === 'peer-behind'));
  });

  it('takes what its owner has nothing to offer of off the queue, and says so in the ledger', async () => {
    const pair = await TestPair.make();
    pair.network.cut('hub', 'post');
    const [gone, stays] = [pair.item(pair.hub, 'rút lại'), pair.item(pair.hub, 'còn lại')];
    for (const item of [gone, stays]) await pair.queue(pair.hub, 'post', item);
    pair.hub.items.items.delete(hex(gone.id));
    pair.network.mend('hub', 'post');
    await pair.time.run(200_000);
    assert.deepEqual(pair.post.items.accepted, [hex(stays.id)]);
    assert.deepEqual((await pair.events(pair.hub, 'refused')).map(({ peer, code }) => [peer, code]), [['post', 'no-route']]);
    assert.equal((await pair.hub.links.states())[0]!.queued.routine, 0);
  });

  it('has each ledger witnessed by the other', async () => {
    const pair = await TestPair.make();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'chứng'));
    await pair.time.run(10_000);
    for (const { store } of [pair.hub, pair.post]) {
      const rows = await store.read((db) =>
        store.of<{ cosignature: { name: string; size: number } }>().in(db).selectFrom('cosignature').selectAll().execute());
      assert.ok(rows.length >= 2);
      assert.ok(Math.max(...rows.map(({ size }) => size)) >= 2);
    }
  });
});

async function owedTo(pair: TestPair, peer: string): Promise<number> {
  const rows = await pair.post.store.of<LinkTables>().read((db) => db.selectFrom('link_owed').select('kind').where('peer', '=', peer).where('heard_by', 'is', null).execute());
  return rows.length;
}
