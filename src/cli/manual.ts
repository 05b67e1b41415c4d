/**
 * Pages of the manual, made from the table of commands and its words: `tram(1)` and one page for each first word, in
 * the macros of mdoc(7), which both mandoc and groff read.
 */
import type { CommandSpec } from './command-spec.ts';
import { EXIT } from './exit-codes.ts';
import { type OptionName, OPTIONS_OF_ALL, optionText, valueOf } from './options.ts';
import { type CommandName, COMMANDS } from './table.ts';
import type { Words } from './words/shape.ts';

/** What a page says besides its commands. */
interface ManualWords {
  readonly general: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
}

const NAMES = Object.keys(COMMANDS) as CommandName[];

/** @returns text by file name: `tram.1`, `tram-station.1`, … */
export function manualPages(words: Words, about: ManualWords, day: string): Map<string, string> {
  const heads = [...new Set(NAMES.map((name) => name.split(' ')[0]!))];
  return new Map([
    ['tram.1', generalPage(words, about, day, heads)],
    ...heads.map((head) => [`tram-${head}.1`, groupPage(words, day, head)] as const),
  ]);
}

function generalPage(words: Words, about: ManualWords, day: string, heads: readonly string[]): string {
  return page([
    ...heading('tram', words.help.title, day),
    '.Sh SYNOPSIS', '.Nm', `.Ar ${text(words.help.command)}`, '.Op Fl Fl json', '.Op Fl Fl help',
    '.Sh DESCRIPTION', ...about.general.flatMap((paragraph) => ['.Pp', text(paragraph)]).slice(1),
    '.Bl -tag -width Ds', ...NAMES.flatMap((name) => [`.It Nm tram ${name}`, text(words.commands[name])]), '.El',
    '.Sh ENVIRONMENT', '.Bl -tag -width Ds', ...about.environment.flatMap(([name, what]) => [`.It Ev ${name}`, text(what)]), '.El',
    ...exitStatus(words),
    '.Sh SEE ALSO', ...heads.toSorted().map((head, i, all) => `.Xr tram-${head} 1${i === all.length - 1 ? '' : ' ,'}`),
    '.Sh CAVEATS', text(words.help.notCertified),
  ]);
}

function groupPage(words: Words, day: string, head: string): string {
  const names = NAMES.filter((name) => name.split(' ')[0] === head);
  return page([
    ...heading(`tram-${head}`, words.commands[names[0]!], day),
    '.Sh SYNOPSIS', ...names.flatMap((name) => [`.Nm tram ${name}`, ...COMMANDS[name].operands.map((operand) => `.Ar ${operand}`), `.Op Ar ${text(words.help.options)}`]),
    '.Sh DESCRIPTION', ...names.flatMap((name) => commandPart(words, name)),
    ...exitStatus(words),
    '.Sh EXAMPLES', ...names.flatMap((name) => [...COMMANDS[name].examples].flatMap((example) => ['.Dl ' + text(example).replaceAll('\n', ' ')])),
    '.Sh SEE ALSO', '.Xr tram 1',
  ]);
}

function commandPart(words: Words, name: CommandName): string[] {
  const spec: CommandSpec<OptionName> = COMMANDS[name];
  return [
    `.Ss tram ${name}`, text(words.commands[name]),
    '.Bl -tag -width Ds',
    ...[...spec.options, ...OPTIONS_OF_ALL].flatMap((option) => {
      const value = valueOf(spec, option);
      return [`.It Fl Fl ${option}${value === null ? '' : ` Ar ${value.replaceAll(/[[\]]/g, '')}`}`, text(optionText(words, name, option))];
    }),
    '.El',
  ];
}

function heading(name: string, what: string, day: string): string[] {
  return [`.Dd ${day}`, `.Dt ${name.toUpperCase()} 1`, '.Os', '.Sh NAME', `.Nm ${name}`, `.Nd ${text(what).replace(/\.$/, '')}`];
}

function exitStatus(words: Words): string[] {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return ['.Sh EXIT STATUS', '.Bl -tag -width Ds', ...names.flatMap((name) => [`.It ${EXIT[name]}`, text(words.exits[name])]), '.El'];
}

/** Running text, a sentence a line: backslashes and a leading dot or quote mean something to the macros. */
function text(line: string): string {
  const safe = line.replaceAll('\\', '\\e').replaceAll(/\s+/g, ' ').trim();
  const sentences = safe.replaceAll(/([.:!?]) (?=\p{Lu})/gu, '$1\n').split('\n');
  return sentences.map((sentence) => (/^[.']/.test(sentence) ? `\\&${sentence}` : sentence)).join('\n');
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
