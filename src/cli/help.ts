/** What `--help` prints, made from the table and the words. */
import type { CommandSpec } from './command-spec.ts';
import { EXIT } from './exit-codes.ts';
import { type OptionName, OPTIONS, OPTIONS_OF_ALL, optionText, valueOf } from './options.ts';
import { type CommandName, COMMANDS } from './table.ts';
import type { Words } from './words/shape.ts';

/** All commands, one line each. */
export function generalHelp(words: Words): string[] {
  const names = Object.keys(COMMANDS) as CommandName[];
  const width = Math.max(...names.map((name) => name.length));
  return [
    words.help.title,
    '',
    `${words.help.usage}: tram <${words.help.command}> [--json] [--help]`,
    '',
    ...names.map((name) => `  ${name.padEnd(width)}  ${words.commands[name]}`),
    '',
    words.help.more,
    '',
    ...exitCodes(words),
    '',
    words.help.notCertified,
  ];
}

/** The commands that begin with one word, one line each; null where none does. */
export function groupHelp(head: string, words: Words): string[] | null {
  const lines = groupLines(head, words);
  if (lines.length === 0) return null;
  return [`${words.help.usage}: tram ${head} <${words.help.command}> [${words.help.options}]`, '', ...lines, '', words.help.more];
}

function groupLines(head: string, words: Words): string[] {
  const names = (Object.keys(COMMANDS) as CommandName[]).filter((name) => name.startsWith(`${head} `));
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}  ${words.commands[name]}`);
}

/** One command: usage, options, examples and exit codes. */
export function commandHelp(name: CommandName, words: Words): string[] {
  const spec: CommandSpec<OptionName> = COMMANDS[name];
  const names = [...spec.options, ...OPTIONS_OF_ALL];
  const shown = names.map((option) => ({ left: optionUsage(spec, option), right: optionText(words, name, option) }));
  const width = Math.max(...shown.map(({ left }) => left.length));
  const group = groupLines(name, words);
  return [
    words.commands[name],
    '',
    `${words.help.usage}: ${['tram', name, ...spec.operands, `[${words.help.options}]`].join(' ')}`,
    '',
    ...shown.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`),
    '',
    `${words.help.examples}:`,
    ...spec.examples.map((example) => `  ${example}`),
    '',
    ...(group.length === 0 ? [] : [`${words.help.beside}:`, ...group, '']),
    ...exitCodes(words),
  ];
}

function optionUsage(spec: CommandSpec<OptionName>, name: OptionName): string {
  const { short } = OPTIONS[name] as { short?: string };
  const value = valueOf(spec, name);
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === null ? '' : ` ${value}`}`;
}

function exitCodes(words: Words): string[] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return [
    `${words.help.exitCodes}:`,
    ...names.map((name) => `  ${String(EXIT[name]).padStart(3)}  ${words.exits[name]}`),
  ];
}
