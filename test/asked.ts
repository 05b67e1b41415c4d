/**
 * What a runner of this folder (`npm run sim`, `bench`, `chaos`, `fuzz`) was asked for on its command line. `--help` shows how it is used;
 * what it does not know, and a number that is none, ends it with 2 and says so: a run of no worlds would pass.
 */
import { parseArgs } from 'node:util';

type Default = number | boolean | string | null;
/** By the default of each: a number, a flag, a word, or a word that may be left out. */
export type Asked<T> = { readonly [K in keyof T]: T[K] extends number ? number : T[K] extends boolean ? boolean : T[K] extends null ? string | null : string };

/** @param usage lines that are shown as they are @param defaults by the option's name */
export function askedOf<const T extends Readonly<Record<string, Default>>>(usage: string, defaults: T, args = process.argv.slice(2)): Asked<T> {
  const options = Object.fromEntries(Object.entries({ ...defaults, help: false }).map(([name, value]) => [name, { type: typeof value === 'boolean' ? 'boolean' as const : 'string' as const }]));
  try {
    const { values } = parseArgs({ args, options });
    if (values['help'] === true) return leave(usage, 0);
    return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, valueOf(name, values[name], value)])) as Asked<T>;
  } catch (error) {
    return leave(`${(error as Error).message}\n\n${usage}`, 2);
  }
}

function valueOf(name: string, given: string | boolean | undefined, value: Default): Default {
  if (given === undefined) return value;
  if (typeof value !== 'number') return given;
  const number = Number(given);
  if (given === '' || !(number >= 0)) throw new TypeError(`--${name} ${given}: a number is wanted`);
  return number;
}

function leave(said: string, code: 0 | 2): never {
  console[code === 0 ? 'log' : 'error'](said.trim());
  process.exit(code);
}
