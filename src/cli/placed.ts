/**
 * What a sentence that names a next command is filled with, so that the command can be copied as it stands: the folders of
 * the station and of the device, where they were named, by `--data` and `--home` or by the environment. Words write
 * ` --data {data}` and ` --home {home}`, in brackets where the sentence is also said where none was named. A command
 * that somebody else types, on their own device, carries nothing of this one.
 */
import type { RefusalDetail } from '#core/refusals.ts';
import { DEFAULT_DATA, DEFAULT_HOME, dataOf, homeOf, resolved } from './homes.ts';
import type { Environment } from './locale.ts';
import type { Values } from './values.ts';

export type Placed = {
  /** Each only where somebody named another than the default: otherwise the next command finds the same folder. */
  readonly data?: string;
  readonly home?: string;
  /** The device's folder where this command looked, named or not. */
  readonly lookedIn: string;
};

export function placedIn(values: Values, environment: Environment): Placed {
  const [data, home] = [dataOf(values, environment), homeOf(values, environment)];
  return { lookedIn: home, ...(data !== resolved(DEFAULT_DATA) && { data: shellWord(data) }), ...(home !== resolved(DEFAULT_HOME) && { home: shellWord(home) }) };
}

/** What a sentence is filled with: where commands are typed says this machine, whatever else is told. */
export function withPlace(detail: RefusalDetail, placed: RefusalDetail | null): RefusalDetail {
  const { data: _, home: __, lookedIn: ___, ...rest } = detail;
  return { ...rest, ...placed };
}

/**
 * The words of a command, what follows a next command filled in once for all of them. A folder whose name would be read
 * as a place to fill is not carried.
 */
export function placedWords<T>(words: T, { data, home }: Placed): T {
  const carried = (option: string, folder: string | undefined): string => (folder === undefined || /[[\]{}]/.test(folder) ? '' : ` --${option} ${folder}`);
  const [withData, withHome] = [carried('data', data), carried('home', home)];
  const place = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replaceAll('[ --data {data}]', () => withData).replaceAll('[ --home {home}]', () => withHome);
    return Array.isArray(one) ? one.map(place) : Object.fromEntries(Object.entries(one as object).map(([name, each]) => [name, place(each)]));
  };
  return place(words) as T;
}

/** The folder of a device that this command was not told, as a sentence carries it. */
export function carriedHome(home: string | null): RefusalDetail {
  return home === null || home === resolved(DEFAULT_HOME) ? {} : { deviceHome: shellWord(home) };
}

/** A path as a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{M}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
