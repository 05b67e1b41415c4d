import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { detailInWords, FIELDS_EN, FIELDS_VI, PURPOSES_EN, PURPOSES_VI, REASONS_EN, REASONS_VI, RIGHTS_EN, RIGHTS_VI } from './reason-words.ts';
import { refusalSentence } from './refusal-words.ts';

for (const [what, vi, en] of [['reason', REASONS_VI, REASONS_EN], ['purpose', PURPOSES_VI, PURPOSES_EN], ['right', RIGHTS_VI, RIGHTS_EN], ['field', FIELDS_VI, FIELDS_EN]] as const) {
  test(`every ${what} has words of its own in both languages`, () => {
    assert.deepEqual(Object.keys(en).toSorted(), Object.keys(vi).toSorted());
    for (const words of [vi, en]) assert.equal(new Set(Object.values(words)).size, Object.keys(vi).length);
    for (const words of Object.values(vi)) assert.equal(words, words.normalize('NFC'));
  });
}

test('a sentence says the reason, the purpose and the right, not their codes', () => {
  assert.equal(
    refusalSentence('signature-wrong', { purpose: 'office-seal', reason: 'signer-unknown' }, 'vi'),
    'Chữ ký không đúng: dấu cơ quan (danh bạ không biết chữ ký này của ai); không dùng được, hãy báo nơi gửi.',
  );
  assert.match(refusalSentence('not-entitled', { right: 'hand-over', office: 'vp', reason: 'signer-ended' }, 'en'), /: hand over in vp \(the signer, or the key that signed, had ended before\);/);
  assert.match(refusalSentence('not-entitled', { right: 'sign', reason: 'not-automatic' }, 'vi'), /: ký \(tài khoản máy/);
});

test('a date that is refused is called as the page and the paper call it', () => {
  assert.match(refusalSentence('date-out-of-range', { field: 'deliverBy' }, 'vi'), /hiện tại: phải tới trước;/);
  assert.match(refusalSentence('date-out-of-range', { field: 'created' }, 'en'), /from now: time of writing;/);
  for (const file of ['client/dispatch/compose.ts', 'model/core-age.ts', 'model/resealing.ts', 'model/endorsement-checks.ts']) {
    const source = readFileSync(path.join(import.meta.dirname, '..', file), 'utf8');
    for (const [, field] of source.matchAll(/'date-out-of-range', \{ field: '([\w-]+)'/g)) assert.ok(Object.hasOwn(FIELDS_VI, field!), `${file}: ${field}`);
  }
});

test('several reasons are said one by one', () => {
  assert.deepEqual(detailInWords({ reasons: 'disk-full, of-tomorrow', count: 2 }, 'vi'), { reasons: 'ổ đĩa đầy, of-tomorrow', count: 2 });
});

test('what a newer station names is said as it is, and nothing else is taken for a code', () => {
  assert.match(refusalSentence('signature-wrong', { reason: 'of-tomorrow' }, 'vi'), /\(of-tomorrow\)/);
  assert.match(refusalSentence('signature-wrong', { reason: 'toString' }, 'vi'), /\(toString\)/);
});

test('every reason why somebody may not, or why a signature is wrong, has words', () => {
  const source = path.dirname(import.meta.dirname);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const lines = files.flatMap((file) => readFileSync(path.join(source, file), 'utf8').split('\n'));
  const literal = lines.flatMap((line) => [...line.matchAll(/new Refusal\('(?:not-entitled|signature-wrong)'.*?reason: '([a-z-]+)'/g)].map(([, reason]) => reason!));
  // Where the reason is handed on: model/acting.ts, model/endorsement-checks.ts.
  const handed = ['acting.ts', 'endorsement-checks.ts'].flatMap((file) =>
    [...readFileSync(path.join(source, 'model', file), 'utf8').matchAll(/(?:reason: |wrong\((?:purpose|'[a-z-]+'), |refused\()'([a-z-]+)'/g)].map(([, reason]) => reason!));
  assert.ok(literal.length >= 4 && handed.length >= 12);
  assert.deepEqual([...literal, ...handed].filter((reason) => !Object.hasOwn(REASONS_VI, reason)), []);
});
