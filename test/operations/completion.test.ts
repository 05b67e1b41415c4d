/** Completion in real shells: what each offers is what the table has. */
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { completionScript, SHELLS } from '#cli/completion.ts';
import { OPTIONS_OF_ALL } from '#cli/options.ts';
import { type CommandName, COMMANDS } from '#cli/table.ts';
import { wordsOf } from '#cli/words/words.ts';
import { tram } from '../scenario/command-line.ts';
import { want } from '../wants.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tram-completion-'));
after(() => rmSync(folder, { recursive: true }));
const NAMES = Object.keys(COMMANDS) as CommandName[];
const [bash, zsh, fish] = [await want('bash', 'completion in bash'), await want('zsh', 'completion in zsh'), await want('fish', 'completion in fish')];

async function scriptFile(shell: (typeof SHELLS)[number], language: 'vi' | 'en' = 'vi'): Promise<string> {
  const file = path.join(folder, `tram.${shell}.${language}`);
  writeFileSync(file, completionScript(shell, wordsOf(language)));
  return file;
}

test('the command prints the script, and refuses another shell', async () => {
  const { code, out } = await tram(['completion', 'bash']);
  assert.equal(code, 0);
  assert.equal(out, completionScript('bash', wordsOf('vi')));
  assert.match((await tram(['completion', 'tcsh'])).error, /^option-unknown: .*bash, zsh, fish/);
});

if (bash !== null) {
  const ask = (script: string, ...words: string[]): string[] => {
    const { stdout, stderr, status } = spawnSync(bash, ['--norc', '-c',
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tram; printf "%s\\n" "${COMPREPLY[@]}"', 'bash', script, ...words], { encoding: 'utf8', cwd: folder });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => line !== '');
  };

  test('bash knows the function for tram', async () => {
    const { stdout, stderr } = spawnSync(bash, ['--norc', '-c', 'source "$1" && complete -p tram', 'bash', await scriptFile('bash')], { encoding: 'utf8' });
    assert.equal(stdout, 'complete -o filenames -F _tram tram\n', stderr);
  });

  test('bash offers every first word, every second word, and every option of every command', async () => {
    const script = await scriptFile('bash');
    const first = ask(script, 'tram', '');
    for (const name of NAMES) assert.ok(first.includes(name.split(' ')[0]!), name);
    for (const name of NAMES) {
      const words = name.split(' ');
      if (words.length === 2) assert.ok(ask(script, 'tram', words[0]!, '').includes(words[1]!), name);
      assert.deepEqual(ask(script, 'tram', ...words, '--').toSorted(), [...COMMANDS[name].options, ...OPTIONS_OF_ALL].map((option) => `--${option}`).toSorted(), name);
    }
    assert.deepEqual(ask(script, 'tram', 'completion', '').toSorted(), [...SHELLS].toSorted());
  });

  test('bash offers files with spaces and Vietnamese letters where a file is meant', async () => {
    writeFileSync(path.join(folder, 'Công điện số 12.pdf'), '');
    assert.deepEqual(ask(await scriptFile('bash'), 'tram', 'draft', '--attach', 'Côn'), ['Công điện số 12.pdf']);
  });
}

if (zsh !== null) {
  test('zsh takes the script, in both languages', async () => {
    for (const language of ['vi', 'en'] as const) {
      const { stdout, stderr, status }: SpawnSyncReturns<string> = spawnSync(zsh, ['-f', '-c', `autoload -Uz compinit && compinit -D -u -d ${folder}/dump && source "$1" && print -- $_comps[tram] && functions _tram > /dev/null`, 'zsh', await scriptFile('zsh', language)], { encoding: 'utf8' });
      assert.deepEqual([status, stdout, stderr], [0, '_tram\n', '']);
    }
  });
}

if (fish !== null) {
  test('fish offers first words and options', async () => {
    const script = await scriptFile('fish', 'en');
    const ask = (line: string): string[] => {
      const { stdout, stderr, status } = spawnSync(fish, ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line], { encoding: 'utf8', env: { ...process.env, HOME: folder } });
      assert.equal(status, 0, stderr);
      return stdout.split('\n').filter((one) => one !== '').map((one) => one.split('\t')[0]!);
    };
    for (const name of NAMES) assert.ok(ask('tram ').includes(name.split(' ')[0]!), name);
    assert.ok(ask('tram station ').includes('admit'));
    for (const option of COMMANDS.trace.options) assert.ok(ask('tram trace --').includes(`--${option}`), option);
  });
}
