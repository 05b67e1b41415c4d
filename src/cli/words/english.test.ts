/** What is said in English is said in English: a Vietnamese word stands beside its translation, or is the program's name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS_EN } from '#core/finding-words-en.ts';
import { REFUSALS_EN } from '#core/refusal-words-en.ts';
import { USUAL_TYPE } from '#model/usual.ts';
import { en } from './en.ts';

const VIETNAMESE = /[À-ỹđĐ]/u;

test('no English sentence holds a Vietnamese word that it does not explain', () => {
  const told = [...textsOf(en), ...textsOf(FINDINGS_EN), ...textsOf(REFUSALS_EN)].map((text) => text.normalize('NFC'));
  const bare = told.map((text) => text.replaceAll(/Trạm|Văn thư, which is clerk|Công điện, which is dispatch/g, '').replaceAll(/\([^()]*\)/g, ''));
  assert.deepEqual(bare.filter((text) => VIETNAMESE.test(text)), []);
});

test('the usual type of document is told in English too', () => assert.equal(en.field.usualType, `Dispatch (${USUAL_TYPE})`));

function textsOf(words: unknown): string[] {
  return typeof words === 'string' ? [words] : Object.values(words as object).flatMap(textsOf);
}
