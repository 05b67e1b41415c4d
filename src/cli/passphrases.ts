/**
 * Where passphrases and codes come from: a file, or a terminal without echo. Never the command line, which other users
 * of the machine can read; never an environment variable's value; never printed.
 */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from './context.ts';
import { readIfThere, resolved } from './homes.ts';
import type { OptionName } from './options.ts';
import type { Values } from './values.ts';

type FileOption = Extract<OptionName, `${string}-file`>;

/**
 * A passphrase or code that exists already.
 * @throws Refusal `passphrase-missing` without a file and a terminal; `file-missing`
 */
export async function askSecret(context: CliContext, values: Values, option: FileOption, question: string): Promise<string> {
  const fromFile = secretFromFile(context, values, option);
  if (fromFile !== null) return fromFile;
  const typed = await context.prompt.ask(question);
  if (typed === null) throw new Refusal('passphrase-missing');
  return typed;
}

/** A passphrase that is being set: typed twice on a terminal. @throws Refusal as askSecret */
export async function askNewPassphrase(context: CliContext, values: Values, option: FileOption, name: string): Promise<string> {
  const fromFile = secretFromFile(context, values, option);
  if (fromFile !== null) return fromFile;
  const { newPassphrase, again, mismatch } = context.words.prompt;
  for (;;) {
    const first = await context.prompt.ask(fill(newPassphrase, { name }));
    const second = await context.prompt.ask(again);
    if (first === null || second === null) throw new Refusal('passphrase-missing');
    if (first === second) return first;
    context.output.say(mismatch);
  }
}

function secretFromFile({ environment }: CliContext, values: Values, option: FileOption): string | null {
  const file = values.text(option) ?? (option === 'passphrase-file' ? environment['TRAM_PASSPHRASE_FILE'] : undefined);
  if (file === undefined) return null;
  const text = readIfThere(resolved(file));
  if (text === null) throw new Refusal('file-missing', { file: resolved(file) });
  return text.replace(/\r?\n$/, '');
}
