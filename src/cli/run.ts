/** Runs one command line: finds the command, reads its values, runs it, and says how it went. */
import { printable, printableJson } from '#core/printable.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { Outcome } from './command.ts';
import type { CommandSpec } from './command-spec.ts';
import type { CliContext } from './context.ts';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { commandHelp, generalHelp, groupHelp } from './help.ts';
import { dataOf } from './homes.ts';
import { LOADERS } from './loaders.ts';
import { nearestCommands } from './nearest.ts';
import type { OptionName } from './options.ts';
import { parseValues } from './parse.ts';
import { type Placed, placedIn, withPlace } from './placed.ts';
import { COMMANDS, findCommand } from './table.ts';

/** Where the result goes: standard output and standard error of a process, or a test's arrays. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** @returns the exit code; never throws */
export async function runCommandLine(argv: readonly string[], context: CliContext, streams: Streams): Promise<ExitCode> {
  const isJson = wantsJson(argv);
  const told: Told = { placed: null, data: null };
  try {
    const outcome = await outcomeOf(argv, context, told);
    if (outcome === null) return EXIT.done;
    if (isJson) streams.out(jsonText(outcome.json));
    else if (outcome.lines.length > 0) streams.out(`${outcome.lines.join('\n').split('\n').map(printable).join('\n')}\n`);
    return outcome.ok === false ? EXIT.refused : EXIT.done;
  } catch (error) {
    const refusal = withHolder(refusalOf(error), context, told);
    const message = refusalSentence(refusal.code, withPlace(refusal.detail, told.placed), context.locale);
    if (isJson) streams.out(jsonText({ error: { code: refusal.code, detail: refusal.detail, message } }));
    else streams.error(`${refusal.code}: ${printable(message)}\n`);
    if (refusal.code === 'internal') streams.error(whereOf(error));
    return exitCodeOf(refusal);
  }
}

/** What a refusal is told with, once the command line was understood. */
interface Told {
  placed: Placed | null;
  /** The station's folder that the command works on, named or not. */
  data: string | null;
}

async function outcomeOf(argv: readonly string[], context: CliContext, told: Told): Promise<Outcome | null> {
  const { words } = context;
  const asksHelp = argv.length === 0 || ['help', '--help', '-h'].includes(argv[0]!);
  if (asksHelp) {
    const named = findCommand(argv.slice(1));
    return help(named === null ? groupHelp(argv[1] ?? '', words) ?? generalHelp(words) : commandHelp(named.name, words));
  }
  if (argv[0] === '--version' || argv[0] === 'version') return { json: { version: context.version }, lines: [`tram ${context.version}`] };
  const found = findCommand(argv);
  if (found === null) {
    const group = argv.find((word) => !word.startsWith('-')) ?? argv[0]!;
    const asked = argv.some((word) => word === '--help' || word === '-h') ? groupHelp(group, words) : null;
    if (asked !== null) return help(asked);
    throw new Refusal('command-unknown', unknownCommand(argv, words));
  }
  const spec: CommandSpec<OptionName> = COMMANDS[found.name];
  const values = parseValues(spec, found.rest);
  if (values.flag('help')) return help(commandHelp(found.name, words));
  const placed = placedIn(values, context.environment);
  told.placed = placed;
  told.data = dataOf(values, context.environment);
  const run = await LOADERS[found.name]();
  return run({ ...context, placed }, values);
}

/** Whoever finds a folder held has to know by what: that process is looked for, and perhaps stopped. */
function withHolder(refusal: Refusal, { host }: CliContext, { data }: Told): Refusal {
  if (refusal.code !== 'data-folder-in-use' || data === null) return refusal;
  const pid = host.holderOf(data);
  return new Refusal(refusal.code, { ...refusal.detail, folder: data, ...(pid !== null && { pid }) }, { cause: refusal });
}

function unknownCommand(argv: readonly string[], words: CliContext['words']): RefusalDetail {
  const near = nearestCommands(argv);
  // A word that begins commands is none of what is not known.
  const [head, next = ''] = argv as [string, string?];
  const further = groupHelp(head, words) !== null && /^[a-z][a-z-]*$/.test(next) ? ` ${next}` : '';
  const command = head.startsWith('-') ? head.replace(/=.*/s, '') : `${head}${further}`;
  return { command: command.slice(0, 40), ...(near.length > 0 && { near: near.map((name) => `tram ${name}`).join(', ') }) };
}

function help(lines: string[]): Outcome {
  return { json: { help: lines }, lines };
}

export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

/** Whatever was thrown, as a refusal: malformed bytes by their place, the machine's own errors by their kind. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof DecodeError) {
    return new Refusal('cbor-malformed', { field: error.field, offset: error.offset }, { cause: error });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Refusal('disk-full', {}, { cause: error });
  if (code === 'EADDRINUSE') {
    return new Refusal('port-in-use', { port: Number((error as { port?: number }).port ?? 0) }, { cause: error });
  }
  if (code === 'EACCES' || code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'EROFS') {
    const { path: file } = error as NodeJS.ErrnoException;
    return new Refusal('file-missing', { reason: code, ...(file !== undefined && { file }) }, { cause: error });
  }
  return new Refusal('internal', {}, { cause: error });
}

/** Where a fault of ours was thrown: names and lines of code, never its message, which may quote content. */
function whereOf(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').match(/^ {4}at .*$/gm) ?? [] : [];
  const shown = frames.slice(0, 6).map((frame) => frame.replace(/\(?(?:file:\/\/)?\/[^)]*\/(src\/)/, '($1'));
  const name = error instanceof Error ? error.name : typeof error;
  return [name, ...shown, ''].join('\n');
}

export function jsonText(value: unknown): string {
  return `${printableJson(value)}\n`;
}
