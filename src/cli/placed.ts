/**
 * What a sentence that names a next command is filled with, so that the command can be copied as it stands: the station's
 * folder where one was named, by `--data` or by the environment. Words write ` --data {data}`, in brackets where the
 * sentence is also said by stations and pages, which name no folder.
 */
import type { RefusalDetail } from '#core/refusals.ts';
import { dataOf, homeOf } from './homes.ts';
import type { Environment } from './locale.ts';
import type { Values } from './values.ts';

/** `data` only where somebody named it: otherwise the next command finds the same folder. `home` is where this command looked. */
export function placedIn(values: Values, environment: Environment): { readonly data?: string; readonly home: string } {
  const isNamed = values.text('data') !== null || environment['TRAM_DATA'] !== undefined;
  return { home: homeOf(values, environment), ...(isNamed && { data: shellWord(dataOf(values, environment)) }) };
}

/** What a sentence is filled with: where commands are typed says this machine, whatever else is told. */
export function withPlace(detail: RefusalDetail, placed: RefusalDetail): RefusalDetail {
  const { data: _, home: __, ...rest } = detail;
  return { ...rest, ...placed };
}

/** A path as a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{M}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
