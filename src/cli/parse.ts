/** Reads one command's arguments by its row in the table. */
import { parseArgs } from 'node:util';
import { Refusal } from '#core/refusals.ts';
import type { CommandSpec } from './command-spec.ts';
import { allowedMarks, RIGHT_MARKS } from './marks.ts';
import { nearestOptions } from './nearest.ts';
import { type OptionName, OPTIONS, OPTIONS_OF_ALL } from './options.ts';
import { Values } from './values.ts';

/** @throws Refusal `option-unknown` | `option-missing` */
export function parseValues(spec: CommandSpec<OptionName>, argv: readonly string[]): Values {
  const names = [...OPTIONS_OF_ALL, ...spec.options];
  const options = Object.fromEntries(names.map((name) => [name, shapeOf(name)]));
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' ? 'option-missing' : 'option-unknown';
    const option = unknownIn(cause);
    const near = code === 'option-unknown' ? nearestOptions(option, names) : [];
    throw new Refusal(code, { option, ...(near.length > 0 && { near: near.join(', ') }) }, { cause });
  }
  const { values, positionals } = parsed;
  const helps = values['help'] === true;
  const isOpen = spec.operands.at(-1)?.endsWith('…') === true;
  if (!helps && !isOpen && positionals.length > spec.operands.length) {
    throw new Refusal('option-unknown', { option: positionals[spec.operands.length]! });
  }
  const missing = spec.operands[positionals.length];
  if (!helps && missing !== undefined) throw new Refusal('option-missing', { option: missing, ...(missing === 'RIGHT' && { words: allowedMarks(RIGHT_MARKS) }) });
  const read = new Values(values as ConstructorParameters<typeof Values>[0], positionals);
  const lacking = helps ? null : lackingOptions(spec, read);
  if (lacking !== null) throw new Refusal('option-missing', { option: lacking });
  return read;
}

/** All at once, so that nobody finds them one after another: `--title, --request | --person --name --device`. */
function lackingOptions({ needs = [], ways = [] }: CommandSpec<OptionName>, values: Values): string | null {
  const isLacking = (name: OptionName): boolean => values.list(name).length === 0 && values.text(name) === null;
  const left = ways.map((way) => way.filter(isLacking));
  const others = ways.length === 0 || left.some((way) => way.length === 0) ? [] : [left.map((way) => way.map((name) => `--${name}`).join(' ')).join(' | ')];
  const lacking = [...needs.filter(isLacking).map((name) => `--${name}`), ...others];
  return lacking.length === 0 ? null : lacking.join(', ');
}

function shapeOf(name: OptionName) {
  const { type, short } = OPTIONS[name] as { type: string; short?: string };
  return {
    type: type === 'flag' ? 'boolean' as const : 'string' as const,
    multiple: type === 'texts',
    ...(short !== undefined && { short }),
  };
}

/** The option that parseArgs names in its message, and nothing of its value: it might be a secret put there by mistake. */
function unknownIn(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /'(-{1,2}[^'=\s]+)/.exec(message)?.[1] ?? '';
}
