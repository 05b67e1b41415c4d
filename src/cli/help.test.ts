import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { Refusal } from '#core/refusals.ts';
import { commandHelp, generalHelp, groupHelp } from './help.ts';
import { LOADERS } from './loaders.ts';
import { CLASSIFICATION_MARKS, RIGHT_MARKS } from './marks.ts';
import { OPTIONS, OPTIONS_OF_ALL } from './options.ts';
import { parseValues } from './parse.ts';
import { type CommandName, COMMANDS, findCommand } from './table.ts';
import { wordsOf } from './words/words.ts';

const NAMES = Object.keys(COMMANDS) as CommandName[];

for (const locale of ['vi', 'en'] as const) {
  test(`help in ${locale} names every command, its options, examples and exit codes`, () => {
    const words = wordsOf(locale);
    const general = generalHelp(words).join('\n');
    for (const name of NAMES) {
      assert.ok(general.includes(`  ${name} `), name);
      const help = commandHelp(name, words).join('\n');
      for (const option of COMMANDS[name].options) assert.ok(help.includes(`--${option}`), `${name} --${option}`);
      for (const example of COMMANDS[name].examples) assert.ok(help.includes(example));
      for (const code of Object.values(EXIT)) assert.match(help, new RegExp(`^ +${code} +\\D`, 'm'));
      assert.doesNotMatch(help, /[{}]|undefined/);
    }
  });
}

test('a group\'s help is its commands, one line each, and a command that has a group names it', () => {
  for (const locale of ['vi', 'en'] as const) {
    const words = wordsOf(locale);
    const card = groupHelp('card', words)!;
    assert.deepEqual(card.filter((line) => line.startsWith('  ')).map((line) => line.trim().split('  ')[0]), ['card make', 'card try']);
    assert.equal(groupHelp('inbox', words), null);
    assert.ok(commandHelp('draft', words).some((line) => line.startsWith('  draft return ')));
    assert.ok(!commandHelp('inbox', words).includes(`${words.help.beside}:`));
  }
});

test('an option says what it is to its command, and nothing of another command', () => {
  const told = (name: CommandName, option: string): string => commandHelp(name, wordsOf('vi')).find((line) => line.trim().startsWith(`--${option} `))!;
  assert.match(told('office add', 'name'), /tên cơ quan/);
  assert.match(told('person add', 'name'), /họ tên/);
  assert.match(told('compromise', 'device'), /--device CODE +mã thiết bị/);
  assert.match(told('person move', 'from'), /chức vụ rời/);
  for (const locale of ['vi', 'en'] as const) {
    const others = new RegExp(`(?:với|khi|with|when) (?:${NAMES.join('|')})\\b`);
    for (const name of NAMES) for (const line of commandHelp(name, wordsOf(locale)).filter((one) => /^ +-/.test(one))) assert.doesNotMatch(line, others, `${name}: ${line}`);
  }
});

test('the words that help says for rights and classifications are those that are taken', () => {
  for (const locale of ['vi', 'en'] as const) {
    const { rights, classification } = wordsOf(locale).options;
    for (const word of Object.keys(RIGHT_MARKS)) assert.ok(rights.includes(word), word);
    for (const word of Object.keys(CLASSIFICATION_MARKS)) assert.ok(classification.includes(word), word);
  }
  for (const word of Object.values(RIGHT_MARKS)) assert.ok(wordsOf('vi').options.rights.includes(word), word);
  for (const word of Object.values(CLASSIFICATION_MARKS)) assert.match(wordsOf('vi').options.classification, new RegExp(`[ ,]${word},| ${word} `), word);
});

test('every example is a command line that the parser takes', () => {
  for (const name of NAMES) {
    for (const example of COMMANDS[name].examples) {
      const argv = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
      assert.equal(argv[0], 'tram');
      const found = findCommand(argv.slice(1));
      assert.equal(found?.name, name, example);
      parseValues(COMMANDS[name], found!.rest);
    }
  }
});

test('every command has code, and every option a command', async () => {
  for (const name of NAMES) assert.equal(typeof (await LOADERS[name]()), 'function', name);
  const used = new Set<string>([...OPTIONS_OF_ALL, ...NAMES.flatMap((name) => COMMANDS[name].options)]);
  assert.deepEqual(Object.keys(OPTIONS).filter((option) => !used.has(option)), []);
});

test('a passphrase is no option of any command', () => {
  assert.deepEqual(Object.keys(OPTIONS).filter((option) => /pass|secret|code/.test(option) && !/-file$|^code$|device-code/.test(option)), []);
});

test('exit codes tell a no from a fault', () => {
  assert.equal(exitCodeOf(new Refusal('passphrase-wrong')), 1);
  assert.equal(exitCodeOf(new Refusal('option-unknown')), 2);
  assert.equal(exitCodeOf(new Refusal('station-unreachable')), 3);
  assert.equal(exitCodeOf(new Refusal('download-unrecorded')), 3);
  assert.equal(exitCodeOf(new TypeError('x')), 70);
});
