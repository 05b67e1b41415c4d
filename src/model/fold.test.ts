import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fold, matches } from '#model/fold.ts';

test('Vietnamese letters fold, in either form of Unicode', () => {
  assert.equal(fold('Đặng Ngọc Khuê'), 'dang ngoc khue');
  assert.equal(fold('Nguyễn Thị Ánh'.normalize('NFD')), 'nguyen thi anh');
  assert.equal(fold('Công điện số 12 – mưa lũ.docx'), 'cong dien so 12 – mua lu.docx');
});

test('every word of a query begins a word of the text', () => {
  assert.ok(matches('Công điện số 12 – mưa lũ.docx', 'mua lu 12'));
  assert.ok(matches('Công điện', 'CÔNG Đ'));
  assert.ok(!matches('Công điện', 'iện'));
  assert.ok(matches('Công điện', ''));
});

test('folding twice is folding once', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(fold(fold(text)), fold(text))));
});
