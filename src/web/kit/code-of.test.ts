import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeFollowing, codeOf } from './code-of.ts';

test('a code is suggested from a name without its marks, and fits where codes stand', () => {
  assert.deepEqual(['Đồn Sốp Cộp', '  Vàng Thị Thảo ', 'UBND tỉnh (số 2)', '…'].map(codeOf), ['don-sop-cop', 'vang-thi-thao', 'ubnd-tinh-so-2', '']);
  assert.ok(codeOf('Ủy ban nhân dân xã Chiềng Khương huyện Sông Mã').length <= 32);
});

test('it follows the name until somebody writes another', () => {
  assert.equal(codeFollowing('', '', 'Vàng'), 'vang');
  assert.equal(codeFollowing('vang', 'Vàng', 'Vàng Thị Thảo'), 'vang-thi-thao');
  assert.equal(codeFollowing('thao', 'Vàng', 'Vàng Thị Thảo'), 'thao');
});
