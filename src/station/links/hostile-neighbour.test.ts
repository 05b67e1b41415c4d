/** A neighbour that has its keys and means ill, or had them and was ended. Source: docs/protocol/frames.md; SECURITY.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { BUDGET, Budgets, SMALL_FRAME_BYTES, SMALL_FRAMES } from './budget.ts';
import type { CarrierEvents } from './carrier.ts';
import { DirectoryTalk } from './directory-talk.ts';
import { Slots } from './slots.ts';
import { Staging } from './staging.ts';
import type { Talk } from './talk.ts';
import { TestPair } from './testing.test.ts';

/** What the hub sends, changed once it is live. */
function twist(pair: TestPair, change: (said: Frame) => Frame | null): void {
  pair.network.tap = (from, _to, bytes) => {
    const changed = from === 'hub' ? change(frame.decode(bytes)) : null;
    return changed === null ? bytes : frame.encode(changed);
  };
}

describe('a hostile neighbour', () => {
  it('cannot keep the station busy for ever with a number that nobody ever gave', async () => {
    const pair = await TestPair.make();
    twist(pair, (said) => (said.kind === 'check' ? { ...said, lastSent: Number.MAX_SAFE_INTEGER } : null));
    await pair.time.run(5_000);
    const gaps = await pair.events(pair.post, 'gap');
    assert.ok(gaps.length > 0 && gaps.length <= 16 * 8, `${gaps.length} gaps were written down`);
    const item = pair.item(pair.post, 'vẫn đi');
    await pair.queue(pair.post, 'hub', item);
    await pair.time.run(20_000);
    assert.deepEqual(pair.hub.items.accepted, [hex(item.id)]);
  });

  it('cannot fill the memory with entries of a byte each', async () => {
    const { view, time } = await TestPair.make();
    const budgets = new Budgets(time.clock(0, () => true), BUDGET);
    const talk = { room: { directory: { view: () => view }, budgets }, peer: 'ac-y', hello: { directory: view.point } } as unknown as Talk;
    const directory = new DirectoryTalk(talk);
    const entries = Array.from({ length: 64 }, () => Uint8Array.of(0));
    const run = (from: number): Promise<void> => directory.receive({
      kind: 'directory', organisation: view.organisation.id, from, entries, more: true, checkpoint: new Uint8Array(0),
    });
    for (let from = 0; from < 65_536; from += 64) await run(from);
    await assert.rejects(run(65_536), DecodeError);
  });

  it('cannot fill the ledger by being another each time that it calls, and is met again when it stays who it is', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    const hub = await pair.copy(pair.hub);
    for (let round = 0; round < 80; round++) {
      await pair.restore(pair.hub, hub);
      await pair.time.run(pair.time.elapsedMs + 1_000);
    }
    const said = await pair.events(pair.post, 'incarnation');
    assert.ok(said.length > 64 && said.length <= 3 * 70, `${said.length} events`);
    assert.ok(pair.post.remarks.some((remark) => remark.includes('too-many-attempts')));
    const item = pair.item(pair.hub, 'cuối cùng');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(pair.time.elapsedMs + 180_000);
    assert.deepEqual([pair.post.items.accepted, (await pair.post.links.states())[0]!.state], [[hex(item.id)], 'up']);
  });

  it('cannot fill the ledger by losing again and again what it took', async () => {
    const [ITEMS, UNITS] = [20, { most: 4_096, perSecond: 50 }];
    const pair = await TestPair.make(UNITS);
    await pair.time.run(3_000);
    pair.network.tap = (from, _to, bytes) => {
      if (from !== 'post' || frame.decode(bytes).kind !== 'check') return bytes;
      return frame.encode({ kind: 'service', word: 'numbers-missing', first: 1, last: Number.MAX_SAFE_INTEGER, incarnation: pair.hub.incarnation });
    };
    await pair.queue(pair.hub, 'post', ...Array.from({ length: ITEMS }, (_, one) => pair.item(pair.hub, `thư ${one}`)));
    await pair.time.run(pair.time.elapsedMs + 30_000);
    const { length } = await pair.events(pair.hub, 'sent');
    const most = ITEMS * 5 + (UNITS.most + 30 * UNITS.perSecond) / 192;
    assert.ok(length >= ITEMS * 4 && length <= most, `${length} times, and may be ${most}`);
  });

  it('cannot keep the thread busy with frames that do nothing: so many are read, and no faster than the measure has them', async () => {
    const pair = await TestPair.make();
    const told = Promise.withResolvers<CarrierEvents>();
    pair.network.listen('post', (carrier) => pair.post.links.answer({
      peer: 'hub', binding: carrier.binding, isCounted: true, send: (...pieces) => carrier.send(...pieces), close: () => carrier.close(),
      open: (events) => (told.resolve(events), carrier.open(events)),
    }));
    await pair.time.run(3_000);
    const [{ frame: says }, id] = [await told.promise, new Uint8Array(32)];
    const nothing: Frame[] = [
      { kind: 'mark', sent: 1 }, { kind: 'data', channel: 9, piece: 'head', part: 0, offset: 0, bytes: id }, { kind: 'want', channel: 9, pieces: [{ piece: 'head', part: 0, from: 0 }] },
      { kind: 'custody', channel: 9, id, receipts: [] }, { kind: 'service', word: 'closing', first: 0, last: 0 },
      { kind: 'data', channel: 9, piece: 'chunks', part: 0, offset: 0, bytes: new Uint8Array(5_000) },
    ];
    const encoded = nothing.map((one) => frame.encode(one));
    // The hub at the other end is honest, and asked for none of these answers.
    pair.network.tap = (from, _to, bytes) => (from === 'post' && frame.decode(bytes).kind === 'reached' ? null : bytes);
    let read = 0;
    const flood = (async () => {
      while (read < 3 * SMALL_FRAMES.most) await says(encoded[read++ % encoded.length]!);
    })();
    await pair.time.run(pair.time.elapsedMs + 4_000);
    assert.ok(read > SMALL_FRAMES.most && read < SMALL_FRAMES.most + 6 * SMALL_FRAMES.perSecond, `${read} frames`);
    const before = read;
    const large = frame.encode({ kind: 'data', channel: 9, piece: 'chunks', part: 0, offset: 0, bytes: new Uint8Array(SMALL_FRAME_BYTES) });
    for (let one = 0; one < 10; one++) await says(large);
    assert.equal(read, before, 'what is large waits for nothing');
    assert.equal((await pair.post.links.states())[0]!.state, 'up');
    const stopped = pair.post.links.stop();
    await pair.time.run(pair.time.elapsedMs + 100);
    await Promise.all([stopped, flood]);
  });

  it('cannot have heads put into the memory that it lets nobody send, nor one piece sent twice', async () => {
    const HEADS = 40;
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    let [loads, wants, times] = [0, 0, 1];
    const load = pair.hub.items.load.bind(pair.hub.items);
    pair.hub.items.load = (name) => (loads++, load(name));
    pair.network.tap = (from, _to, bytes) => {
      const said = from === 'post' ? frame.decode(bytes) : null;
      if (said?.kind === 'want') return frame.encode({ ...said, pieces: Array.from({ length: times }, () => (wants++, said.pieces)).flat() });
      return said?.kind === 'reached' && wants > 0 ? null : bytes;
    };
    await pair.queue(pair.hub, 'post', ...Array.from({ length: HEADS }, (_, one) => pair.item(pair.hub, `thư ${one}`, 'routine', [], 90_000)));
    await pair.time.run(pair.time.elapsedMs + 20_000);
    assert.ok(wants > HEADS / 2 && loads < HEADS + 4, `${wants} heads are wanted, ${loads - HEADS} were loaded for it`);
    [wants, times] = [0, 2];
    await pair.crash(pair.post);
    await pair.time.run(pair.time.elapsedMs + 20_000);
    assert.ok(pair.hub.remarks.some((remark) => remark.startsWith('want-failed') && remark.includes('want.pieces')), 'the connection ends');
  });

  it('is cut off at once when the directory ends it, and comes back no more', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    assert.equal((await pair.post.links.states())[0]!.state, 'up');
    await pair.decide({ kind: 'end', body: { what: 'station', code: 'hub', reason: 'compromised' } });
    assert.ok(pair.post.remarks.some((remark) => remark.startsWith('peer-ended')));
    const item = pair.item(pair.hub, 'sau khi chấm dứt');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });

  it('must show itself anew when the link between us has ended', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    await pair.decide({ kind: 'end', body: { what: 'link', code: 'hub', other: 'post', reason: 'left' } });
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'không còn là láng giềng'));
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });

  it('cannot have more files open than a connection may, and a flash still comes through', async () => {
    const pair = await TestPair.make();
    let most = 0;
    pair.network.tap = (from, _to, bytes) => (from === 'hub' && frame.decode(bytes).kind === 'data' ? null : bytes);
    const open = pair.post.disk.blobs.open.bind(pair.post.disk.blobs);
    let now = 0;
    pair.post.disk.blobs.open = async (path) => {
      const file = await open(path);
      most = Math.max(most, ++now);
      const close = file.close.bind(file);
      return Object.assign(file, { close: () => (now--, close()) });
    };
    const many = Array.from({ length: 60 }, (_, i) => pair.item(pair.hub, `nhiều ${i}`, 'routine', [50, 51, 52, 53]));
    await pair.queue(pair.hub, 'post', ...many);
    await pair.time.run(10_000);
    assert.ok(most > 0 && most <= 64, `${most} files were open`);
    const flash = pair.item(pair.hub, 'hỏa tốc', 'flash');
    await pair.queue(pair.hub, 'post', flash);
    await pair.time.run(12_000);
    assert.deepEqual(pair.post.items.accepted, [hex(flash.id)]);
  });

  it('cannot leave parts unfinished for ever: what does not grow is dropped after a fortnight', async () => {
    const pair = await TestPair.make();
    const item = pair.item(pair.hub, 'bỏ dở', 'routine', [200 * 65_552]);
    let chunks = 0;
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      return from === 'hub' && said.kind === 'data' && said.piece === 'chunks' && ++chunks > 3 ? null : bytes;
    };
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(5_000);
    const held = () => pair.post.blobs.staged();
    await pair.post.links.sweep();
    assert.equal((await held()).length, 1);
    pair.network.cut('hub', 'post');
    await pair.time.run(13 * DAY_MS);
    await pair.post.links.sweep();
    assert.equal((await held()).length, 1);
    await pair.time.run(15 * DAY_MS);
    await pair.post.links.sweep();
    assert.deepEqual(await held(), []);
    pair.network.tap = (_from, _to, bytes) => bytes;
    pair.network.mend('hub', 'post');
    await pair.time.run(15 * DAY_MS + 200_000);
    assert.deepEqual(pair.post.items.accepted, [hex(item.id)]);
  });
});

describe('a neighbour that refuses', () => {
  it('says by how much of the origin\'s directory, and one that is behind is not believed for good', async () => {
    const pair = await TestPair.make();
    pair.post.items.refuseWith = 'signature-wrong';
    pair.hub.items.directorySize = 9;
    for (const size of [8, 9]) {
      pair.post.items.directorySize = size;
      await pair.queue(pair.hub, 'post', pair.item(pair.hub, `theo danh bạ ${size}`));
      await pair.time.run(pair.time.elapsedMs + 20_000);
    }
    assert.deepEqual(pair.hub.items.refusedCodes, ['directory-behind', 'signature-wrong']);
    assert.deepEqual((await pair.events(pair.hub, 'refused')).map(({ code }) => code), ['directory-behind', 'signature-wrong']);
  });
});

describe('what a neighbour has begun', () => {
  const { routine, flash } = PRECEDENCE_RANK;
  const part = (byte: number, size: number) => ({ root: new Uint8Array(32).fill(byte), chunks: 1, size });

  it('is bounded, and frees its share when it is finished', () => {
    const staging = new Staging({ stagedBytesMax: 100, store: { of: () => null } } as unknown as ConstructorParameters<typeof Staging>[0]);
    staging.begin('hub', [part(1, 60), part(2, 200)], routine);
    assert.throws(() => staging.begin('hub', [part(3, 50)], routine), { code: 'disk-full' });
    staging.begin('post', [part(3, 50)], routine);
    staging.begin('hub', [part(1, 60), part(2, 200)], routine);
    staging.left(hex(part(2, 0).root), 0);
    staging.begin('hub', [part(4, 15)], routine);
    assert.throws(() => staging.begin('hub', [part(5, 1)], routine), { code: 'disk-full' });
    staging.left(hex(part(1, 0).root), 30);
    staging.begin('hub', [part(5, 30)], routine);
  });

  it('has a share for what is urgent, which nothing else can fill', () => {
    const staging = new Staging({ stagedBytesMax: 100, store: { of: () => null } } as unknown as ConstructorParameters<typeof Staging>[0]);
    staging.begin('hub', [part(1, 50)], routine);
    assert.throws(() => staging.begin('hub', [part(2, 26)], PRECEDENCE_RANK.priority), { code: 'disk-full' });
    staging.begin('hub', [part(2, 25)], routine);
    staging.begin('hub', [part(3, 25)], flash);
    assert.throws(() => staging.begin('hub', [part(4, 1)], flash), { code: 'disk-full' });
    staging.left(hex(part(3, 0).root), 0);
    staging.left(hex(part(2, 0).root), 0);
    // What nothing else is begun beside may be larger than all of it.
    staging.left(hex(part(1, 0).root), 0);
    staging.begin('hub', [part(1, 500)], routine);
    staging.begin('hub', [part(3, 20)], flash);
    staging.begin('hub', [part(4, 5)], PRECEDENCE_RANK.immediate);
    assert.throws(() => staging.begin('hub', [part(5, 1)], flash), { code: 'disk-full' });
  });
});

describe('places', () => {
  it('go to the most urgent first, and the last are kept for them', async () => {
    const slots = new Slots(16);
    const order: string[] = [];
    const releases: (() => void)[] = [];
    const take = (name: string, rank: number, places = 1) =>
      slots.take(rank, places).then((release) => (order.push(name), releases.push(release)), () => order.push(`${name} ended`));
    void take('routine', 1, 4);
    void take('routine again', 1);
    void take('flash', 4, 4);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, ['routine', 'flash']);
    for (const release of releases.splice(0)) release();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, ['routine', 'flash', 'routine again']);
    void take('late', 1, 4);
    slots.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(order.at(-1), 'late ended');
  });
});
