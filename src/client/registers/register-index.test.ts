/** The local register: search without diacritics, tabs, filters, windows, and what may not be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueOf, isOpen } from './register-entry.ts';
import { RegisterIndex, type RegisterQuestion, type RegisterRow } from './register-index.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 5, 21);
const ASKED: RegisterQuestion = {
  office: 'vp', direction: 'in', query: '', tab: 'all', classification: null, precedence: null, since: null, until: null, other: null, now: NOW,
};

function row(number: number, subject: string | null, more: Partial<RegisterRow> = {}): RegisterRow {
  return {
    dispatch: String(number).padStart(64, '0'), direction: 'in', office: 'vp', from: 'don', number: { series: '2026', number }, time: NOW - 1_000_000 + number,
    role: 'action', precedence: 'routine', exercise: true, deliverBy: null, replyBy: null, expires: null, reference: null, state: 'opened', parts: 0, bytes: 900,
    content: subject === null ? null : { subject, documentType: 'Công điện', classification: 'none', symbol: `${number}/ĐSC`, to: ['Văn phòng'], signer: 'Lò Văn Minh', files: ['Công điện số 12.pdf'] },
    sealed: null, others: ['Đồn Sốp Cộp'], ...more,
  };
}

async function filled(...rows: RegisterRow[]): Promise<RegisterIndex> {
  const index = new RegisterIndex();
  await index.put(rows);
  return index;
}

async function numbers(index: RegisterIndex, asked: Partial<RegisterQuestion>): Promise<number[]> {
  return (await index.ask({ ...ASKED, ...asked }, 0, 100)).rows.map(({ number }) => number!.number);
}

test('words that begin words, with or without diacritics, newest first', async () => {
  const index = await filled(row(1, 'Phân công Nguyễn Thị Ánh'), row(2, 'Đặng Ngọc Khuê trực'), row(3, 'Nguyen Anh'));
  assert.deepEqual(await numbers(index, { query: 'nguyen thi anh' }), [1]);
  assert.deepEqual(await numbers(index, { query: 'ánh ngu' }), [3, 1]);
  assert.deepEqual(await numbers(index, { query: 'dang khue' }), [2]);
  assert.deepEqual(await numbers(index, { query: '12.pdf sop' }), [3, 2, 1]);
  assert.deepEqual(await numbers(index, { query: 'guyen' }), [], 'not within a word');
  assert.deepEqual(await numbers(index, {}), [3, 2, 1]);
});

test('tabs count what the filters leave, by what is due', async () => {
  const index = await filled(
    row(1, 'a', { replyBy: NOW - 1 }), row(2, 'b', { replyBy: NOW + HOUR }), row(3, 'c', { replyBy: NOW + 25 * HOUR }),
    row(4, 'd', { replyBy: NOW - 1, state: 'acted' }), row(5, 'e', { precedence: 'flash', replyBy: NOW - 1 }),
  );
  assert.deepEqual((await index.ask(ASKED, 0, 9)).counts, { all: 5, open: 4, late: 2, soon: 1 });
  assert.deepEqual((await index.ask({ ...ASKED, precedence: 'flash', tab: 'late' }, 0, 9)).counts, { all: 1, open: 1, late: 1, soon: 0 });
  assert.deepEqual(await numbers(index, { tab: 'late' }), [5, 1]);
  assert.deepEqual(await numbers(index, { tab: 'soon' }), [2]);
  assert.equal(dueOf(row(1, 'a', { replyBy: NOW, state: 'acted' })), null);
  assert.equal(dueOf(row(1, 'a', { direction: 'out', state: 'partly', deliverBy: 7, replyBy: 9 })), 7);
  assert.equal(dueOf(row(1, 'a', { direction: 'out', state: 'arrived', deliverBy: 7, replyBy: 9 })), null, 'it arrived');
});

test('what was sent is not finished until everybody did what is asked of them, what came until the office noted it as done', async () => {
  const states = ['accepted', 'partly', 'unreadable', 'arrived', 'opened', 'handed-over', 'acted', 'expired'] as const;
  const open = (more: Partial<RegisterRow>): string[] => states.filter((state) => isOpen(row(1, 'a', { ...more, state })));
  const toAct = ['accepted', 'partly', 'unreadable', 'arrived', 'opened', 'handed-over'];
  assert.deepEqual(open({ direction: 'out', role: 'action' }), toAct);
  assert.deepEqual(open({ direction: 'out', role: 'info' }), ['accepted', 'partly', 'unreadable', 'arrived']);
  assert.deepEqual(open({ direction: 'in', role: 'action' }), toAct);
  assert.deepEqual(open({ direction: 'in', role: 'info' }), toAct, 'whoever has it to know still hands it to somebody');
  const sent = await filled(...states.map((state, i) => row(i + 1, state, { direction: 'out', state })));
  assert.equal((await sent.ask({ ...ASKED, direction: 'out', tab: 'open' }, 0, 9)).total, 6);
});

test('filters by classification, period and the other side', async () => {
  const secret = row(2, 'b');
  const index = await filled(row(1, 'a', { time: 1_000 }), { ...secret, content: { ...secret.content!, classification: 'secret' } }, row(3, 'c', { others: ['Sở Nội vụ'] }));
  assert.deepEqual(await numbers(index, { classification: 'secret' }), [2]);
  assert.deepEqual(await numbers(index, { since: 1_001 }), [3, 2]);
  assert.deepEqual(await numbers(index, { until: 1_001 }), [1]);
  assert.deepEqual(await numbers(index, { other: 'Sở Nội vụ' }), [3]);
  assert.deepEqual(index.others('vp', 'in'), ['Đồn Sốp Cộp', 'Sở Nội vụ']);
});

test('a page of the station changes states and keeps what was read; only what may be read is to be opened', async () => {
  const index = await filled(row(1, 'a'));
  const lineOf = ({ content: _content, sealed: _sealed, others: _others, ...line }: RegisterRow) => line;
  const page = [lineOf(row(3, null, { state: 'arrived' })), lineOf(row(2, null)), lineOf(row(1, null, { state: 'acted' }))];
  const others = [['x'], ['x'], ['x']];
  assert.deepEqual(await index.merge('vp', 'in', page, others), { isChanged: true, unread: [row(2, null).dispatch], failed: [] });
  assert.equal((await index.row('vp', 'in', row(1, null).dispatch.slice(0, 64)))?.state, 'acted');
  assert.equal((await index.row('vp', 'in', row(1, null).dispatch))?.content?.subject, 'a');
  assert.equal((await index.merge('vp', 'in', page, others)).isChanged, false);
  await index.put([row(2, null, { sealed: 'key-missing', others: ['x'] })]);
  assert.deepEqual(await index.merge('vp', 'in', page, others), { isChanged: false, unread: [], failed: [row(2, null).dispatch] });
});

test('a window of a long register, and the revision that tells a new answer from an old one', async () => {
  const index = await filled(...Array.from({ length: 1_000 }, (_, i) => row(i + 1, `dòng ${i + 1}`)));
  const { total, from, rows, revision } = await index.ask(ASKED, 500, 3);
  assert.deepEqual([total, from, rows.map(({ number }) => number!.number)], [1_000, 500, [500, 499, 498]]);
  await index.put([row(1_001, 'mới')]);
  assert.ok((await index.ask(ASKED, 0, 1)).revision > revision);
  assert.equal((await index.all({ ...ASKED, query: 'moi' })).length, 1);
});

test('a line of which the office keeps to whom it was handed over is looked into once, and found by that name', async () => {
  const index = new RegisterIndex();
  const { content: _, sealed: __, others, ...line } = row(1, null, { state: 'handed-over', told: true });
  const merged = async () => { const { unread, failed } = await index.merge('vp', 'in', [line], [others]); return [unread.length, failed.length]; };
  assert.deepEqual(await merged(), [1, 0]);
  await index.put([row(1, 'Phân công', { state: 'handed-over', told: true, given: null })]);
  assert.deepEqual(await merged(), [0, 1], 'with keys that came since it may be read');
  await index.put([row(1, 'Phân công', { state: 'handed-over', told: true, given: 'Giàng A Sơn' })]);
  assert.deepEqual(await merged(), [0, 0]);
  assert.deepEqual(await numbers(index, { query: 'giang son' }), [1]);
});
