/** The command line's words, by language. */
import type { Locale } from '#core/refusal-words.ts';
import { en } from './en.ts';
import type { Wording, Words } from './shape.ts';
import { vi } from './vi.ts';

const ALL: Readonly<Record<Locale, Wording>> = { vi, en };

export function wordsOf(locale: Locale): Words {
  return ALL[locale] as unknown as Words;
}
