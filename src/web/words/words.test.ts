/** Every word of the pages is used, exists in both languages with the same blanks, and is not left in the other's language. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { en } from './en.ts';
import { vi } from './vi.ts';

const WEB = path.join(import.meta.dirname, '..');
/** Chosen by a value at run time: `words.life[receipt.kind]`. */
const BY_VALUE = new RegExp(String.raw`^(?:${[
  String.raw`mark\.\w+`, 'toTheme', 'rooms.part', 'frame.key', 'practice.(?:role|step|waitFor)', 'life(?:.awaited|.at)?',
  'desk.(?:yours|others|unsentKind|lacks)', String.raw`desk\.nextStep\.\w+`, 'operations.logLevels', 'tray.kind', 'courier.(?:state|write.sticks)', 'compose.(?:kind|date|documentTypes)', 'drafts.(?:next|waits|did)',
  'directory.(?:tab|right|rightWhat|reason|leaveReason)',
  'register.(?:tab|periods|state)', 'stations.(?:state|disk|column)', 'ledger.(?:kind|receipt|step)', 'operations.(?:reason|level|column|job)',
  'acts.(?:exposedReason|escrowUses|affectedOne|usual)', 'settings.(?:themes|languages|idleChoice|way)',
  'setup.(?:step|sample|field)', 'log.(?:said|room|field)',
].join('|')})\.[\w-]+$`);

function flat(words: object, before = ''): Map<string, string> {
  return new Map(Object.entries(words).flatMap(([key, value]) =>
    (typeof value === 'string' ? [[`${before}${key}`, value] as const] : [...flat(value as object, `${before}${key}.`)])));
}

const [vietnamese, english] = [flat(vi), flat(en)];

test('both languages have the same words with the same blanks', () => {
  assert.deepEqual([...english.keys()], [...vietnamese.keys()]);
  for (const [key, text] of vietnamese) assert.deepEqual(blanks(english.get(key)!), blanks(text), key);
});

test('Vietnamese is in NFC, and only names are the same in both', () => {
  for (const [key, text] of vietnamese) {
    assert.equal(text, text.normalize('NFC'), key);
    if (english.get(key) === text) assert.match(key, /^name$|^relay\.bytes$|^settings\.languages\.\w+$/, key);
  }
});

test('every word is used', () => {
  const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.startsWith('words'))
    .map((file) => readFileSync(path.join(WEB, file), 'utf8')).join('\n');
  const unused = [...vietnamese.keys()].filter((key) => !BY_VALUE.test(key) && !new RegExp(`words\\.${key.replaceAll('.', '\\.')}(?!\\w)`).test(sources));
  assert.deepEqual(unused, []);
});

/** A blank that English counts by, `{more|machine|machines}`, is the same blank. */
function blanks(text: string): string[] {
  return [...text.matchAll(/\{(\w+)(?:\|[^}]*)?\}/g)].map(([, name]) => name!).toSorted();
}
