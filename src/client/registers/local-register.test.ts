/** Registers before a sealed index: what was opened once is there again after a reload, and a store that fails costs nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { LINES_NOW, madeRow, MemoryFiles } from '../../../test/client/register-rows.ts';
import { stillClock } from '../../../test/client/practice-office.ts';
import { IndexStore } from './index-store.ts';
import { LocalRegister } from './local-register.ts';
import { entryOf, wordsOf } from './register-entry.ts';
import type { RegisterQuestion, RegisterRow } from './register-index.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
const ASKED: RegisterQuestion = {
  office: 'vp', direction: 'in', query: '', tab: 'all', classification: null, precedence: null, since: null, until: null, other: null, now: LINES_NOW,
};
const SHELVES = ['in vp', 'out vp'];

async function register(files: MemoryFiles | null, shelves = SHELVES): Promise<LocalRegister> {
  const store = files === null ? null : await IndexStore.open({ aead: nodeCrypto.aead, random: nodeRandom, files, key: KEY.slice(), name: 'x' });
  const place = new LocalRegister(stillClock(), store);
  await place.begin(shelves);
  return place;
}

const lineOf = ({ content: _content, sealed: _sealed, others: _others, ...line }: RegisterRow) => line;
const numbers = async (place: LocalRegister, asked: Partial<RegisterQuestion> = {}) => (await place.ask({ ...ASKED, ...asked }, 0, 100)).rows.map(({ number }) => number!.number);

test('opened lines are found after a reload, and only what is new is to be opened', async () => {
  const files = new MemoryFiles();
  const first = await register(files);
  await first.put([madeRow(1), madeRow(2), madeRow(3, { replyBy: LINES_NOW - 1, others: ['Sở "Nội vụ"'] })]);
  await first.close();
  const again = await register(files);
  assert.deepEqual(await numbers(again, { query: 'nguyen thi anh truc' }), [3, 2, 1]);
  assert.deepEqual(await numbers(again, { tab: 'late', classification: 'secret' }), [3]);
  assert.deepEqual(await numbers(again, { other: 'Sở "Nội vụ"' }), [3]);
  assert.deepEqual(await again.others('vp', 'in'), ['Đồn Sốp Cộp', 'Sở "Nội vụ"']);
  assert.deepEqual(await again.row('vp', 'in', madeRow(2).dispatch.slice(0, 12)), madeRow(2));
  const merged = await again.merge('vp', 'in', [lineOf(madeRow(4)), lineOf(madeRow(3, { replyBy: LINES_NOW - 1, state: 'acted' })), lineOf(madeRow(2))], [['a'], ['Sở "Nội vụ"'], ['Đồn Sốp Cộp']]);
  assert.deepEqual(merged, { isChanged: true, unread: [madeRow(4).dispatch], failed: [] });
  await again.close();
  const third = await register(files);
  assert.equal((await third.row('vp', 'in', madeRow(3).dispatch))?.state, 'acted');
  assert.deepEqual(await numbers(third, { tab: 'late' }), []);
});

test('what the person may read no more is forgotten when the device is opened', async () => {
  const files = new MemoryFiles();
  const first = await register(files);
  await first.put([madeRow(1), madeRow(2, { office: 'khac' })]);
  await first.close();
  await (await register(files)).close();
  assert.equal((await (await register(files, ['in khac'])).ask({ ...ASKED, office: 'khac' }, 0, 9)).total, 0);
});

test('damage is thrown away, and what comes from the station afterwards is kept again', async () => {
  const files = new MemoryFiles();
  const first = await register(files);
  await first.put([madeRow(1)]);
  await first.close();
  const [name, bytes] = [...files.kept].find(([one]) => one.startsWith('segment-'))!;
  files.kept.set(name, bytes.with(20, bytes[20]! ^ 1));
  const again = await register(files);
  assert.deepEqual(await numbers(again), []);
  assert.deepEqual((await again.merge('vp', 'in', [lineOf(madeRow(1))], [['x']])).unread, [madeRow(1).dispatch]);
  await again.put([madeRow(1)]);
  await again.close();
  assert.deepEqual(await numbers(await register(files)), [1]);
});

test('lines that are found damaged when somebody looks at them cost all of what was kept, and are kept again when they come', async () => {
  const files = new MemoryFiles();
  const first = await register(files);
  await first.put([madeRow(1), madeRow(2)]);
  await first.close();
  const [name, bytes] = [...files.kept].find(([one]) => one.startsWith('lines-'))!;
  files.kept.set(name, bytes.with(20, bytes[20]! ^ 1));
  const again = await register(files);
  assert.deepEqual(await again.others('vp', 'in'), ['Đồn Sốp Cộp']);
  assert.deepEqual(await numbers(again), []);
  assert.equal(files.kept.size, 0);
  assert.deepEqual((await again.merge('vp', 'in', [lineOf(madeRow(1))], [['x']])).unread, [madeRow(1).dispatch]);
  await again.put([madeRow(1)]);
  await again.close();
  assert.deepEqual(await numbers(await register(files)), [1]);
});

test('what was erased by hand is known no more, comes from the station, and is not kept again before the device is opened anew', async () => {
  const files = new MemoryFiles();
  const first = await register(files);
  await first.put([madeRow(1), madeRow(2)]);
  await first.forget();
  assert.deepEqual(await first.kept(), { lines: 0, sizeBytes: 0 });
  assert.deepEqual(await numbers(first), []);
  await first.put([madeRow(1)]);
  await first.flush();
  assert.deepEqual(await numbers(first, { query: 'nguyen' }), [1]);
  assert.equal(files.kept.size, 0);
});

test('a line that changes while others are being kept is the one that counts, and columns say what strings said', async () => {
  const files = new MemoryFiles();
  const place = await register(files);
  const all = Array.from({ length: 300 }, (_, i) => madeRow(i + 1, i % 3 === 0 ? { precedence: 'flash', others: ['Sở Nội vụ', 'Đồn Sốp Cộp'] } : {}));
  await place.put(all);
  const keeping = place.flush();
  await place.put([madeRow(7, { state: 'acted', replyBy: LINES_NOW })]);
  await keeping;
  await place.merge('vp', 'in', [lineOf(madeRow(9, { state: 'acted' }))], [['Đồn Sốp Cộp']]);
  const plain = new Map(all.map((row) => [row.number!.number, row]));
  for (const number of [7, 9]) plain.set(number, { ...madeRow(number), state: 'acted' });
  for (const open of [async () => place, async () => { await place.close(); return register(files); }]) {
    const kept = await open();
    assert.equal((await kept.row('vp', 'in', madeRow(7).dispatch))?.state, 'acted');
    assert.equal((await kept.row('vp', 'in', madeRow(9).dispatch.slice(0, 12)))?.state, 'acted');
    for (const query of ['', 'l', 'lan 1', 'lan 29 ngu', 'nguyen anh noi', 'noi vu', 'so', '12.pdf', 'guyen', 'anh anh']) {
      const wanted = [...plain.values()].filter((row) => wordsOf(query).every((word) => entryOf(row).text.includes(word))).map(({ number }) => number!.number).toReversed();
      assert.deepEqual((await kept.all({ ...ASKED, query })).map(({ number }) => number!.number), wanted, query);
    }
    assert.deepEqual(await numbers(kept, { precedence: 'flash', other: 'Sở Nội vụ', query: 'lan 29' }), [298, 295, 292]);
    assert.equal((await kept.ask({ ...ASKED, tab: 'open' }, 0, 1)).total, 298);
  }
});

test('a full disk, and none at all, leave a register that works', async () => {
  const files = new MemoryFiles();
  const full = await register(files);
  files.stepsLeft = 1;
  await full.put([madeRow(1), madeRow(2)]);
  await full.flush();
  assert.deepEqual(await numbers(full), [2, 1]);
  files.stepsLeft = Infinity;
  assert.deepEqual(await numbers(await register(files)), []);
  const none = await register(null);
  await none.put([madeRow(1)]);
  await none.close();
  assert.deepEqual(await numbers(none, { query: 'lan 1' }), [1]);
});
