/**
 * Where passphrases and codes come from: a file, or a terminal without echo. Never the command line, which other users
 * of the machine can read; never an environment variable's value; never printed.
 */
import { readFileSync } from 'node:fs';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import { checkPassphrase } from '#client/keyring/slots.ts';
import type { CliContext } from './context.ts';
import { readIfThere, resolved } from './homes.ts';
import type { OptionName } from './options.ts';
import type { Values } from './values.ts';

type FileOption = Extract<OptionName, `${string}-file`>;

/**
 * The environment names a file for two of them, and for no other. A backup's key has its own: with the device's, whoever
 * learns the one passphrase had both, and nobody would have chosen that (docs/decisions/0147).
 */
const VARIABLES: Partial<Readonly<Record<FileOption, string>>> = {
  'passphrase-file': 'TRAM_PASSPHRASE_FILE',
  'key-passphrase-file': 'TRAM_KEY_PASSPHRASE_FILE',
};

/**
 * A passphrase or code that exists already.
 * @throws Refusal `passphrase-missing` without a file and a terminal; `file-missing`; `cancelled` by Ctrl-C
 */
export async function askSecret(context: CliContext, values: Values, option: FileOption, question: string): Promise<string> {
  const fromFile = secretFromFile(context, values, option);
  if (fromFile !== null) return fromFile;
  const typed = await context.prompt.ask(question);
  if (typed === null) throw missing(option, question);
  return typed;
}

/** A passphrase that is being set: typed twice on a terminal. @throws Refusal as askSecret */
export async function askNewPassphrase(context: CliContext, values: Values, option: FileOption, name: string): Promise<string> {
  const fromFile = secretFromFile(context, values, option);
  if (fromFile !== null) return fromFile;
  const { newPassphrase, again, mismatch } = context.words.prompt;
  const question = fill(newPassphrase, { name });
  for (;;) {
    const first = await context.prompt.ask(question);
    if (first === null) throw missing(option, question);
    const short = shortness(first);
    if (short !== null) {
      context.output.say(refusalSentence(short.code, short.detail, context.locale));
      continue;
    }
    const second = await context.prompt.ask(again);
    if (second === null) throw missing(option, question);
    if (first === second) return first;
    context.output.say(mismatch);
  }
}

/** Whether a passphrase is what this machine's devices are opened with, as far as their file is named: then whoever learns one has both. */
export function isAlsoDevices(context: CliContext, passphrase: string): boolean {
  const file = context.environment[VARIABLES['passphrase-file']!];
  const text = file === undefined || file === '-' ? null : readIfThere(resolved(file));
  return text?.replace(/\r?\n$/, '') === passphrase;
}

/** Before it is typed again, and before the next question. */
function shortness(passphrase: string): Refusal | null {
  try {
    checkPassphrase(passphrase);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** @param question which says whose it is */
function missing(option: FileOption, question: string): Refusal {
  const variable = VARIABLES[option];
  return new Refusal('passphrase-missing', { asked: question.replace(/[:\s]+$/, ''), option: `--${option}${variable === undefined ? '' : `, ${variable}`}` });
}

/** What a refusal of the passphrase is told with: whoever gave a file has nothing to type again. */
export function wrongIn(context: CliContext, values: Values, option: FileOption): RefusalDetail {
  const file = fileOf(context, values, option);
  return file === null || file === '-' ? {} : { passphraseFile: resolved(file) };
}

/** Whether somebody sits there and types it. */
export function isTyped(context: CliContext, values: Values, option: FileOption): boolean {
  return fileOf(context, values, option) === null;
}

function fileOf({ environment }: CliContext, values: Values, option: FileOption): string | null {
  const variable = VARIABLES[option];
  return values.text(option) ?? (variable === undefined ? undefined : environment[variable]) ?? null;
}

function secretFromFile(context: CliContext, values: Values, option: FileOption): string | null {
  const file = fileOf(context, values, option);
  if (file === null) return null;
  const text = file === '-' ? readFileSync(0, 'utf8') : readIfThere(resolved(file));
  if (text === null) throw new Refusal('file-missing', { file: resolved(file) });
  return text.replace(/\r?\n$/, '');
}

/** What was typed to a question of yes or no. @throws Refusal `cancelled` where it is no yes */
export function demandYes({ words: { rights } }: Pick<CliContext, 'words'>, typed: string): void {
  if (!rights.yes.includes(typed.normalize('NFC').trim().toLowerCase())) throw new Refusal('cancelled', { undone: rights.undone });
}
