/** Source: docs/protocol/bundles.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { bundlesAnswer } from '#wire/api/bundles.ts';
import { VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import { frame } from '#wire/frames.ts';
import type { LinkTables } from '../tables.ts';
import { type Item, TestPair } from '../testing.test.ts';
import { read, statementOf, write } from './carrying.test.ts';

const CHUNK = SEALED_CHUNK_BYTES;

async function apart(): Promise<TestPair> {
  const pair = await TestPair.make();
  pair.network.cut('hub', 'post');
  return pair;
}

function refusal(code: RefusalCode) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

const ids = (items: readonly Item[]): string[] => items.map(({ id }) => hex(id));

describe('a courier', () => {
  it('carries what waits to a station that is never met, in order, and custody back', async () => {
    const pair = await apart();
    const items = Array.from({ length: 60 }, (_, at) => pair.item(pair.hub, `số ${at}`, at % 20 === 7 ? 'flash' : 'routine', at % 5 === 0 ? [CHUNK + 50 + at, 50] : []));
    await pair.queue(pair.hub, 'post', ...items);
    const out = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([out.record.state, out.record.items, out.record.waiting, out.record.first, out.record.last], ['under-way', 60, 60, 1, 60]);
    const report = await read(pair.post, out.volumes[0]!);
    assert.deepEqual([report.isRead, report.taken, report.held, report.unfinished], [true, 60, 0, 0]);
    const flash = items.filter(({ precedence }) => precedence === 'flash');
    assert.deepEqual(pair.post.items.accepted, ids([...flash, ...items.filter((one) => !flash.includes(one))]));
    for (const { parts, sealed } of items) {
      for (const [at, { root, size }] of parts.entries()) assert.deepEqual(await pair.post.blobs.read(hex(root), 0, size), sealed[at]);
    }

    const back = await write(pair, pair.post, { peer: 'hub' });
    const home = await read(pair.hub, back.volumes[0]!);
    assert.deepEqual([home.isRead, home.settled], [true, 60]);
    assert.equal(pair.hub.items.settled.length, 60);
    assert.equal((await pair.hub.links.courier.state(out.record.bundle)).state, 'done');
    assert.equal((await pair.hub.links.states())[0]!.state, 'down');
    assert.equal((await pair.events(pair.hub, 'bundle-written')).length, 1);
    assert.equal((await pair.events(pair.post, 'bundle-read')).length, 1);
  });

  it('is read twice without harm, and says so', async () => {
    const pair = await apart();
    const item = pair.item(pair.hub, 'một lần', 'routine', [CHUNK]);
    await pair.queue(pair.hub, 'post', item);
    const { volumes } = await write(pair, pair.hub, { peer: 'post' });
    await read(pair.post, volumes[0]!);
    const again = await read(pair.post, volumes[0]!);
    assert.deepEqual([again.wasRead, again.isRead, again.taken], [true, true, 0]);
    assert.deepEqual(pair.post.items.accepted, ids([item]));
    assert.equal((await pair.events(pair.post, 'duplicate')).length, 0);
  });

  it('is read one volume of a neighbour at a time, however many are begun at once, and one that was left gives way', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'cùng lúc'));
    const [volume] = (await write(pair, pair.hub, { peer: 'post' })).volumes;
    const start = volume!.subarray(0, volumeStartBytes(volume!.subarray(0, VOLUME_START_BYTES)));
    const begun = await Promise.allSettled(Array.from({ length: 12 }, () => pair.post.links.courier.begin(start)));
    assert.equal(begun.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(pair.post.links.courier.begin(start), refusal('bundle-busy'));
    await pair.time.run(pair.time.elapsedMs + 31_000);
    assert.equal((await read(pair.post, volume!)).isRead, true);
    const [left] = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value.reading] : []));
    await assert.rejects(pair.post.links.courier.end(left!), refusal('bundle-unknown'));
  });

  it('keeps its numbers on every further stick, repeats nothing that is under way, and all of it when asked', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'một'));
    const first = await write(pair, pair.hub, { peer: 'post' });
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'hai'));
    const second = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([second.record.items, second.record.first], [1, 2]);
    assert.deepEqual([second.record.leftOut, second.record.repeated], [{ underWay: 1, bundles: [1], precedence: 0, tooLarge: 0, ids: [], full: 0 }, []]);
    const again = await write(pair, pair.hub, { peer: 'post', again: true });
    assert.deepEqual([again.record.items, again.record.first, again.record.last, again.record.repeated], [2, 1, 2, [1, 2]]);
    assert.deepEqual(statementOf(again.volumes[0]!).waiting, [1, 2]);
    for (const { volumes } of [again, first, second]) assert.equal((await read(pair.post, volumes[0]!)).isRead, true);
    assert.equal(pair.post.items.accepted.length, 2);
    assert.equal((await pair.events(pair.hub, 'sent')).length, 2);
  });

  it('repeats no answer that the neighbour had by a connection, and keeps what waits for one still', async () => {
    const pair = await apart();
    const owed = async (): Promise<number[]> => (await pair.post.store.of<LinkTables>().read((db) =>
      db.selectFrom('link_owed').select('channel').where('peer', '=', 'hub').where('kind', '=', 'custody').orderBy('channel').execute())).map(({ channel }) => channel);
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'một'), pair.item(pair.hub, 'hai'), pair.item(pair.hub, 'ba'));
    await read(pair.post, (await write(pair, pair.hub, { peer: 'post' })).volumes[0]!);
    assert.deepEqual(await owed(), [1, 2, 3]);
    // The answer to the second is lost on the connection, again and again.
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      return from === 'post' && said.kind === 'custody' && said.channel === 2 ? null : bytes;
    };
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 200_000);
    assert.deepEqual(await owed(), [2, 3], 'the third is not behind the second, which waits');
    pair.network.tap = (_from, _to, bytes) => bytes;
    pair.network.cut('hub', 'post');
    pair.network.mend('hub', 'post');
    await pair.time.run(pair.time.elapsedMs + 400_000);
    assert.equal(pair.hub.items.settled.length, 3);
    assert.deepEqual(await owed(), []);
  });

  it('takes what is urgent and what fits, and says what it left', async () => {
    const pair = await apart();
    const [flash, large, small] = [pair.item(pair.hub, 'hỏa tốc', 'flash'), pair.item(pair.hub, 'phim', 'priority', [8 * CHUNK]), pair.item(pair.hub, 'thư', 'priority')];
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thường'), small, large, flash);
    const urgent = await write(pair, pair.hub, { peer: 'post', precedences: ['flash', 'priority'], bytesMax: 4 * CHUNK });
    assert.deepEqual([urgent.record.items, urgent.record.leftOut], [2, { underWay: 0, bundles: [], precedence: 1, tooLarge: 1, ids: [hex(large.id)], full: 0 }]);
    await read(pair.post, urgent.volumes[0]!);
    assert.deepEqual(pair.post.items.accepted, ids([flash, small]));
  });

  it('names the stick that is lost of five, and the next one brings what was on it', async () => {
    const pair = await apart();
    const sticks: Uint8Array[] = [];
    const items: Item[] = [];
    for (let number = 1; number <= 5; number++) {
      const some = Array.from({ length: 4 }, (_, at) => pair.item(pair.hub, `${number}/${at}`));
      items.push(...some);
      await pair.queue(pair.hub, 'post', ...some);
      sticks.push((await write(pair, pair.hub, { peer: 'post' })).volumes[0]!);
    }
    const missing = async () => (await pair.post.links.states())[0]!.missing;
    for (const at of [1, 3]) await read(pair.post, sticks[at]!);
    assert.deepEqual(await missing(), { first: 1, last: 4, count: 8 });
    for (const at of [0, 4]) await read(pair.post, sticks[at]!);
    assert.deepEqual(await missing(), { first: 9, last: 12, count: 4 });
    assert.deepEqual((await pair.post.links.courier.list()).lacking, [{ peer: 'hub', number: 3, written: null, volumes: null, lacking: [] }]);
    const back = await write(pair, pair.post, { peer: 'hub' });
    assert.equal((await read(pair.hub, back.volumes[0]!)).settled, 16);
    const states = (await pair.hub.links.courier.list()).written.map(({ number, state, waiting }) => [number, state, waiting]);
    assert.deepEqual(states, [[5, 'done', 0], [4, 'done', 0], [3, 'missing', 4], [2, 'done', 0], [1, 'done', 0]]);
    const repair = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([repair.record.items, repair.record.first, repair.record.last, repair.record.repeated], [4, 9, 12, [3]]);
    await read(pair.post, repair.volumes[0]!);
    assert.deepEqual(pair.post.items.accepted.toSorted(), ids(items).toSorted());
    assert.equal(await missing(), undefined);
    assert.deepEqual([(await pair.post.links.states())[0]!.lastReceived, (await pair.events(pair.post, 'gap')).length], [20, 0]);
  });

  it('forgets none that is under way, however many are written for others meanwhile', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'trên đường'));
    const { record } = await write(pair, pair.hub, { peer: 'post' });
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'cũng trên đường'));
    const second = await write(pair, pair.hub, { peer: 'post' });
    const others = Array.from({ length: 205 }, (_, at) => ({
      bundle: pair.random.bytes(16), peer: 'ac-y', incarnation: pair.hub.incarnation, number: at + 1, written: second.record.written! + at, items: 0, bytes: 0, first: null, last: null,
    }));
    await pair.hub.store.of<LinkTables>().commit((tx) => tx.insertInto('link_bundle').values(others).execute());
    assert.equal((await pair.hub.links.courier.state(record.bundle)).waiting, 1);
    assert.equal(bundlesAnswer.parse(await pair.hub.links.courier.list()).written.length, 202);
    await pair.time.run(pair.time.elapsedMs + 7 * DAY_MS);
    const next = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([next.record.items, statementOf(next.volumes[0]!).waiting], [2, [record.number, second.record.number]]);
  });

  it('calls a stick missing that nobody answered for a week, and writes its mail again', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'lâu quá'));
    const { record } = await write(pair, pair.hub, { peer: 'post' });
    assert.equal((await write(pair, pair.hub, { peer: 'post' })).record.items, 0);
    await pair.time.run(pair.time.elapsedMs + 7 * DAY_MS);
    assert.equal((await pair.hub.links.courier.state(record.bundle)).state, 'missing');
    assert.equal((await write(pair, pair.hub, { peer: 'post' })).record.items, 1);
  });

  it('finds numbers that nobody holds any more, and the other side offers anew', async () => {
    const pair = await apart();
    const [lost, kept] = [pair.item(pair.hub, 'mất'), pair.item(pair.hub, 'còn')];
    await pair.queue(pair.hub, 'post', lost);
    await write(pair, pair.hub, { peer: 'post' });
    await pair.hub.store.commit((tx) => pair.hub.links.outbox.withdraw(tx, lost, 'post', true));
    await pair.queue(pair.hub, 'post', kept);
    await read(pair.post, (await write(pair, pair.hub, { peer: 'post' })).volumes[0]!);
    assert.deepEqual((await pair.events(pair.post, 'gap')).map(({ channel, count }) => [channel, count]), [[1, 1]]);
    const missing = async () => (await pair.post.links.states())[0]!.missing;
    assert.deepEqual(await missing(), { first: 1, last: 1, count: 1 }, 'and the other side does not know it yet');
    await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
    const anew = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([anew.record.items, anew.record.first], [1, 3]);
    await read(pair.post, anew.volumes[0]!);
    assert.deepEqual(pair.post.items.accepted, ids([kept, lost]));
    assert.equal(await missing(), undefined);
    // What is known to have been read is not said again.
    const last = await write(pair, pair.post, { peer: 'hub' });
    assert.equal((await read(pair.hub, last.volumes[0]!)).settled, 1);
    assert.equal((await pair.events(pair.hub, 'gap')).length, 1);
  });

  it('brings back a refusal with what it was judged by: an older directory than is known here has no last word', async () => {
    const pair = await apart();
    pair.post.items.refuseWith = 'signature-wrong';
    pair.hub.items.directorySize = 9;
    for (const size of [8, 9]) {
      pair.post.items.directorySize = size;
      await pair.queue(pair.hub, 'post', pair.item(pair.hub, `theo danh bạ ${size}`));
      assert.equal((await read(pair.post, (await write(pair, pair.hub, { peer: 'post' })).volumes[0]!)).refused, 1);
      assert.equal((await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!)).settled, 1);
    }
    assert.deepEqual(pair.hub.items.refusedCodes, ['directory-behind', 'signature-wrong']);
    assert.deepEqual((await pair.events(pair.hub, 'refused')).map(({ code }) => code), ['directory-behind', 'signature-wrong']);
  });

  it('loses nothing in a crash between any two commits of a reading', async () => {
    const pair = await apart();
    const items = Array.from({ length: 6 }, (_, at) => pair.item(pair.hub, `sập ${at}`, 'routine', [2 * CHUNK]));
    await pair.queue(pair.hub, 'post', ...items);
    const { volumes } = await write(pair, pair.hub, { peer: 'post' });
    for (let crashes = 0; crashes < 12; crashes++) {
      let commits = 0;
      const unwatch = pair.post.store.afterCommit(() => void (commits += 1));
      const reading = read(pair.post, volumes[0]!).catch(() => null);
      await pair.time.run(pair.time.elapsedMs, () => commits > crashes);
      unwatch();
      await pair.crash(pair.post);
      await Promise.race([reading, pair.time.run(pair.time.elapsedMs + 60_000)]);
    }
    const last = await read(pair.post, volumes[0]!);
    assert.equal(last.isRead, true);
    assert.deepEqual(pair.post.items.accepted, ids(items));
    await read(pair.hub, (await write(pair, pair.post, { peer: 'hub' })).volumes[0]!);
    assert.deepEqual(pair.hub.items.settled.length, 6);
  });

  it('leaves nothing of a bundle that was stopped, and what it would have carried waits', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', ...Array.from({ length: 30 }, (_, at) => pair.item(pair.hub, `dừng ${at}`, 'routine', [CHUNK])));
    const { courier } = pair.hub.links;
    const { bundle } = courier.write({ peer: 'post' });
    await pair.time.run(pair.time.elapsedMs, () => false);
    await courier.drop(bundle, true);
    assert.deepEqual(await pair.hub.blobs.staged(), []);
    assert.equal((await write(pair, pair.hub, { peer: 'post' })).record.items, 30);
  });

  it('writes again at once what lay on a stick that is not carried, and reads it without harm if it turns up', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'thẻ hỏng'));
    const { courier } = pair.hub.links;
    const first = await write(pair, pair.hub, { peer: 'post' });
    assert.equal((await write(pair, pair.hub, { peer: 'post' })).record.leftOut?.underWay, 1);
    await courier.drop(first.record.bundle, true);
    assert.deepEqual((await courier.list()).written.map(({ number }) => number), [2]);
    const again = await write(pair, pair.hub, { peer: 'post' });
    assert.deepEqual([again.record.items, again.record.first], [1, first.record.first]);
    await read(pair.post, again.volumes[0]!);
    await read(pair.post, first.volumes[0]!);
    assert.equal(pair.post.items.accepted.length, 1);
    await assert.rejects(courier.drop(first.record.bundle, true), refusal('bundle-unknown'));
  });

  it('drops volumes that nobody fetched for a day, and what a crash left of one', async () => {
    const pair = await apart();
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'để quên'));
    const { courier } = pair.hub.links;
    const { bundle } = courier.write({ peer: 'post' });
    await pair.time.run(pair.time.elapsedMs + 1_000);
    await (await pair.hub.blobs.stage('bundle-00-1')).close();
    assert.equal((await pair.hub.blobs.staged()).length, 2);
    await pair.hub.links.sweep();
    assert.equal((await pair.hub.blobs.staged()).length, 1);
    await pair.time.run(pair.time.elapsedMs + DAY_MS);
    await pair.hub.links.sweep();
    assert.deepEqual([await pair.hub.blobs.staged(), (await courier.state(bundle)).volumes], [[], []]);
    await assert.rejects(courier.volume(bundle, 1, 0), refusal('bundle-unknown'));
  });
});
