import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fill, REFUSAL_WORDS, refusalSentence } from './refusal-words.ts';
import { REFUSAL_STATUS, type RefusalCode } from './refusals.ts';

const CODES = Object.keys(REFUSAL_STATUS) as RefusalCode[];

for (const locale of ['vi', 'en'] as const) {
  test(`every refusal has one sentence in ${locale}, and there is no sentence without a refusal`, () => {
    assert.deepEqual(Object.keys(REFUSAL_WORDS[locale]).toSorted(), CODES.toSorted());
  });

  test(`each sentence in ${locale} is whole without any detail`, () => {
    for (const code of CODES) {
      const sentence = refusalSentence(code, {}, locale);
      assert.match(sentence, /^\p{Lu}.*[;,].*\.$/u, `${code}: what happened; what to do`);
      assert.doesNotMatch(sentence, /[{}[\]]| {2}| [;,.]/, code);
      assert.equal(sentence, sentence.normalize('NFC'));
    }
  });
}

test('both languages ask for the same details', () => {
  const asked = (template: string) => [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
  for (const code of CODES) assert.deepEqual(asked(REFUSAL_WORDS.vi[code]), asked(REFUSAL_WORDS.en[code]), code);
});

test('who meets a registrar in the way is told who ends that, by what command and where in the pages, and what comes after', () => {
  const told = { vi: /chỉ khóa gốc.*tram registrar end.*--root.*Thôi giữ danh bạ.*tram registrar add.*rồi làm lại/, en: /only the root key.*tram registrar end.*--root.*End as registrar.*tram registrar add.*then do this again/ };
  for (const locale of ['vi', 'en'] as const) assert.match(refusalSentence('person-is-registrar', { person: 'anh' }, locale), told[locale]);
});

test('no sentence stands twice', () => {
  for (const words of Object.values(REFUSAL_WORDS)) assert.equal(new Set(Object.values(words)).size, CODES.length);
});

test('details fill their places and only theirs', () => {
  assert.equal(fill('A[ {x}][: {y}].', { x: 1 }), 'A 1.');
  assert.equal(fill('A[: {y}].', { x: 1, y: 2 }), 'A: 2.');
  assert.deepEqual([0, 1, 2].map((n) => fill('[{n|file|files}]', { n })), ['0 files', '1 file', '2 files']);
  assert.equal(fill('A[ {n|file|files}].', {}), 'A.');
  assert.deepEqual([{}, { x: 1 }].map((detail) => fill('[A {x}][!{x}B].', detail)), ['B.', 'A 1.']);
});

test('what stands in a place is not filled again', () => {
  assert.equal(fill('A[ {x}][: {y}].', { x: '{y}', y: 2 }), 'A {y}: 2.');
});

test('every code is said somewhere: one that nothing says would be a promise to scripts that nobody keeps', () => {
  const source = path.dirname(import.meta.dirname);
  const tables = ['refusals.ts', 'refusal-words-vi.ts', 'refusal-words-en.ts'];
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !tables.includes(path.basename(file)));
  const text = files.map((file) => readFileSync(path.join(source, file), 'utf8')).join('\n');
  assert.deepEqual(CODES.filter((code) => !text.includes(`'${code}'`)), []);
});

test('bytes that are another file say which one is needed, not where reading them ended', () => {
  const sentence = refusalSentence('cbor-malformed', { field: 'DeviceRequest', offset: 0 }, 'vi');
  assert.equal(sentence, 'Dữ liệu không đúng dạng quy định, ở đây cần tệp xin ghi nhận thiết bị; tệp có thể hỏng, hãy xin lại bản khác.');
  assert.match(refusalSentence('cbor-malformed', { field: 'Invitation', offset: 3 }, 'en'), /what is needed here is an invitation; the file may be damaged/);
  assert.match(refusalSentence('cbor-malformed', { field: 'Header.offices', offset: 7 }, 'vi'), / ở Header\.offices, byte 7;/);
});
