/** The command line's words. Vietnamese is written first; English must have exactly the same. */
import type { Locale } from '#core/refusal-words.ts';
import type { OptionName } from '../options.ts';
import type { CommandName } from '../table.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';

/** The same keys with any text. */
type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

export type Words = Texts<typeof vi>;

/** What each language must say of the table, whatever else it says. */
export interface TableWords {
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly options: Readonly<Record<OptionName, string>>;
}

const ALL: Readonly<Record<Locale, Words>> = { vi, en };

export function wordsOf(locale: Locale): Words {
  return ALL[locale];
}
