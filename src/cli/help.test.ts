import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { Refusal } from '#core/refusals.ts';
import { commandHelp, generalHelp } from './help.ts';
import { LOADERS } from './loaders.ts';
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
