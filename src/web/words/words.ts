/** The pages' words in the reader's language. */
import { createContext, useContext } from 'react';
import { fill, type Locale, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { Words } from './shape.ts';
import { vi } from './vi.ts';

/** Those of the other language only for who reads it: they are a tenth of what must be there before anything shows. */
const WORDS: { vi: Words; en?: Words } = { vi };

/** To be called before a language is shown. @returns whether its words are there: without the network they cannot be fetched */
export async function loadWords(locale: Locale): Promise<boolean> {
  try {
    if (locale === 'en') WORDS.en ??= (await import('./en.ts')).en;
    return true;
  } catch {
    return false;
  }
}

export const LocaleContext = createContext<Locale>('vi');

export function useLocale(): Locale {
  return useContext(LocaleContext);
}

export function useWords(): Words {
  return WORDS[useLocale()] ?? vi;
}

export { fill };

/** What went wrong, and what to do about it. */
export function faultSentence(error: unknown, locale: Locale): string {
  if (error instanceof Refusal) return refusalSentence(error.code, { ...error.detail, page: '' }, locale);
  return refusalSentence('internal', { id: error instanceof Error ? error.name : '' }, locale);
}
