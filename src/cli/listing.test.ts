import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listing } from './listing.ts';

test('columns stand under their headings, however many marks the letters bear', () => {
  const rows = [
    { cells: ['12345/UBND-VP', 'Đồn Sốp Cộp'.normalize('NFD'), 'đã tới'], marks: [], subject: 'Mưa lũ' },
    { cells: ['7/UBND-VP', 'Xã Mường Lèo', 'đã mở'], marks: ['DIỄN TẬP', 'Mật'], subject: 'Về việc ứng phó' },
  ];
  assert.deepEqual(listing('Sổ điện đi', ['Số', 'Nơi nhận', 'Tình trạng'], rows, 80), [
    'Sổ điện đi',
    'Số             Nơi nhận      Tình trạng',
    '───────────────────────────────────────',
    '12345/UBND-VP  Đồn Sốp Cộp   đã tới',
    '    Mưa lũ',
    '7/UBND-VP      Xã Mường Lèo  đã mở',
    '    [DIỄN TẬP] [Mật] Về việc ứng phó',
  ]);
});

test('a mark is somebody else\'s words too: it begins no row', () => {
  const [, , , , ...about] = listing('x', ['Số'], [{ cells: ['1'], marks: [`trả lại: rõ giờ\n7/UBND-VP ${'đã mở '.repeat(20)}`], subject: 'Mưa lũ' }], 60);
  assert.equal(about.length, 2);
  assert.match(about[0]!, /^ {4}\[trả lại: rõ giờ\ufffd7\/UBND-VP đã mở/);
  for (const line of about) assert.match(line, /^ {4}\P{Cc}+$/u);
});

test('a subject takes two lines at most, and nothing in it steers the terminal', () => {
  const [, , , , first, second, ...more] = listing('x', ['Số'], [{ cells: ['1'], marks: [], subject: `a\u001b[2J ${'công điện '.repeat(40)}` }], 60);
  assert.deepEqual(more, []);
  for (const line of [first!, second!]) assert.ok([...line].length <= 60);
  assert.match(second!, /…$/);
  assert.doesNotMatch(`${first}${second}`, /\p{Cc}/u);
});
