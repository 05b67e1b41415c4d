import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ENTRY_FAULTS_EN, ENTRY_FAULTS_VI, type EntryFault, entryFaultWords } from './entry-fault-words.ts';
import { refusalSentence } from './refusal-words.ts';

const FAULTS = Object.keys(ENTRY_FAULTS_VI) as EntryFault[];

for (const [locale, words] of [['vi', ENTRY_FAULTS_VI], ['en', ENTRY_FAULTS_EN]] as const) {
  test(`every fault of an entry has words of its own in ${locale}, and no code stands in a sentence`, () => {
    assert.deepEqual(Object.keys(words).toSorted(), FAULTS.toSorted());
    assert.equal(new Set(Object.values(words)).size, FAULTS.length);
    for (const reason of FAULTS) {
      const sentence = refusalSentence('directory-entry-refused', { index: 4, kind: 'office', reason }, locale);
      assert.ok(sentence.includes(words[reason]), sentence);
      assert.doesNotMatch(sentence, /[{}[\]]|[a-z]-[a-z]+-[a-z]/, reason);
      if (reason.includes('-')) assert.ok(!sentence.includes(reason), sentence);
      assert.equal(sentence, sentence.normalize('NFC'));
    }
  });
}

test('a fault that a newer station names is said as it is, and nothing else is taken for one', () => {
  assert.match(refusalSentence('directory-entry-refused', { reason: 'of-tomorrow' }, 'vi'), /: of-tomorrow;/);
  assert.equal(entryFaultWords('toString', 'vi'), null);
  assert.equal(entryFaultWords(4, 'en'), null);
  assert.match(refusalSentence('directory-entry-refused', {}, 'vi'), /không được nhận; /);
});

test('every fault is said somewhere, and every refused entry by a fault of the table', () => {
  const source = path.dirname(import.meta.dirname);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !path.basename(file).startsWith('entry-fault-words'));
  const texts = files.map((file) => [file, readFileSync(path.join(source, file), 'utf8')] as const);
  const whole = texts.map(([, text]) => text).join('\n');
  assert.deepEqual(FAULTS.filter((fault) => !whole.includes(`'${fault}'`)), []);
  const thrown = texts.filter(([, text]) => text.includes("new Refusal('directory-entry-refused'")).map(([file]) => file);
  assert.deepEqual(thrown, [path.join('model', 'directory-faults.ts')], 'the one place that the compiler holds to the table');
});
