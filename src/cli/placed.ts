/**
 * What a sentence that names a next command is filled with, so that the command can be copied as it stands: the folders of
 * the station and of the device, where they were named, by `--data` and `--home` or by the environment. Words write
 * ` --data {data}` and ` --home {home}`, in brackets where the sentence is also said where none was named. A command
 * that somebody else types, on their own device, carries nothing of this one.
 */
import { fill } from '#core/refusal-words.ts';
import type { RefusalDetail } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { DEFAULT_DATA, DEFAULT_HOME, dataOf, homeOf, resolved } from './homes.ts';
import type { Environment } from './locale.ts';
import type { Values } from './values.ts';
import type { PlacedText } from './words/shape.ts';

export type Placed = {
  /** Each only where the next command, typed without it, might find another. */
  readonly data?: string;
  readonly home?: string;
  /** The device's folder where this command looked, named or not. */
  readonly lookedIn: string;
};

export function placedIn(values: Values, environment: Environment): Placed {
  const [data, home] = [dataOf(values, environment), homeOf(values, environment)];
  return {
    lookedIn: home,
    ...(!isFound(data, environment['TRAM_DATA'], DEFAULT_DATA) && { data: shellWord(data) }),
    ...(!isFound(home, environment['TRAM_HOME'], DEFAULT_HOME) && { home: shellWord(home) }),
  };
}

/** Whether a command that names no folder finds this one, here and in a window that has not the environment of this one. */
function isFound(folder: string, inEnvironment: string | undefined, usual: string): boolean {
  return [inEnvironment ?? usual, usual].every((one) => resolved(one) === folder);
}

/** What a sentence is filled with: where commands are typed says this machine, whatever else is told. */
export function withPlace(detail: RefusalDetail, placed: RefusalDetail | null): RefusalDetail {
  const { data: _, home: __, lookedIn: ___, ...rest } = detail;
  return { ...rest, ...placed };
}

/** A sentence of this command that names a next one, with the folders it worked on. */
export function placedLine({ placed }: { readonly placed: Placed }, text: PlacedText | string, detail: RefusalDetail = {}): string {
  return fill(text as string, withPlace(detail, placed));
}

/** The folder of a device that this command was not told, as a sentence carries it. */
export function carriedHome(home: string | null, environment: Environment): RefusalDetail {
  return home === null || isFound(home, environment['TRAM_HOME'], DEFAULT_HOME) ? {} : { deviceHome: shellWord(home) };
}
