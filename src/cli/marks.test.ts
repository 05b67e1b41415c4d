import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASSIFICATION_MARKS, markOf, PRECEDENCE_MARKS, REOPENING_MARKS, RIGHT_MARKS } from './marks.ts';

test('marks are taken in Vietnamese, with and without diacritics, and as scripts write them', () => {
  for (const typed of ['thuong-khan', 'Thượng khẩn', 'thượng-khẩn'.normalize('NFD'), 'immediate']) {
    assert.equal(markOf(PRECEDENCE_MARKS, typed, '--precedence'), 'immediate', typed);
  }
  assert.equal(markOf(PRECEDENCE_MARKS, 'hỏa tốc', '--to'), 'flash');
  assert.equal(markOf(CLASSIFICATION_MARKS, 'Tuyệt mật', '--classification'), 'top-secret');
  assert.equal(markOf(RIGHT_MARKS, 'duyệt', '--rights'), 'approve');
});

test('a word that is none of them is answered with those that are', () => {
  assert.throws(() => markOf(CLASSIFICATION_MARKS, 'kín', '--classification'), {
    code: 'option-unknown',
    detail: { option: '--classification', value: 'kín', words: 'khong-mat/none, mat/confidential, toi-mat/secret, tuyet-mat/top-secret' },
  });
  assert.throws(() => markOf(PRECEDENCE_MARKS, 'hoatoc', '--to nn'), (error: { detail: object }) => assert.partialDeepStrictEqual(error.detail, { option: '--to nn', value: 'hoatoc', near: 'hoa-toc' }) === undefined);
  assert.equal(markOf(REOPENING_MARKS, 'mất ổ đĩa', '--reason'), 'disk-lost');
});
