/** A sheet that lacks lines says so on paper, and says nothing that an address put there to be read otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../words/en.ts';
import type { Words } from '../words/shape.ts';
import { vi } from '../words/vi.ts';
import { askedOf, questionOf } from './asked.ts';
import { LINES_MAX, narrowedBy } from './extract.ts';

const NOW = Date.UTC(2026, 10, 23, 8);

function said(address: string, found: number, words: Words = vi): string[] {
  const asked = askedOf(new URLSearchParams(address));
  return narrowedBy(questionOf(asked, 'vp', 'out', '', NOW), asked, found, words);
}

test('where there are more lines than are printed, the sheet says so', () => {
  assert.deepEqual(said('', LINES_MAX), []);
  assert.deepEqual(said('', LINES_MAX + 1), ['Chỉ 5000 dòng mới nhất trong 5001 dòng']);
  assert.deepEqual(said('chosen=all', LINES_MAX + 1, en), ['Only the newest 5000 of 5001 lines']);
});

test('the other office is a name\'s length of what an address says, and turns no letters around', () => {
  assert.deepEqual(said(`with=${encodeURIComponent('Sở "Nội vụ"')}`, 1), ['Nơi gửi, nhận: Sở "Nội vụ"']);
  assert.deepEqual(said(`with=${encodeURIComponent('Sở\u202e\u2066 Nội vụ\n')}`, 1), ['Nơi gửi, nhận: Sở\ufffd\ufffd Nội vụ\ufffd']);
  assert.deepEqual(said(`with=${'a'.repeat(100_000)}`, 1), []);
});
