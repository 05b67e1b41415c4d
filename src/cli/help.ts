/** What `--help` prints, made from the table and the words. */
import type { CommandSpec } from './command-spec.ts';
import { EXIT } from './exit-codes.ts';
import { type OptionName, OPTIONS, OPTIONS_OF_ALL } from './options.ts';
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
    ...exitCodes(words),
    '',
    words.help.notCertified,
  ];
}

/** One command: usage, options, examples and exit codes. */
export function commandHelp(name: CommandName, words: Words): string[] {
  const spec: CommandSpec<OptionName> = COMMANDS[name];
  const names = [...spec.options, ...OPTIONS_OF_ALL];
  const shown = names.map((option) => ({ left: optionUsage(option), right: words.options[option] }));
  const width = Math.max(...shown.map(({ left }) => left.length));
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
    ...exitCodes(words),
  ];
}

function optionUsage(name: OptionName): string {
  const { value, short } = OPTIONS[name] as { value?: string; short?: string };
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function exitCodes(words: Words): string[] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return [
    `${words.help.exitCodes}:`,
    ...names.map((name) => `  ${String(EXIT[name]).padStart(3)}  ${words.exits[name]}`),
  ];
}
