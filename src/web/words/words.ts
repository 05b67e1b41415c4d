/** The pages' words in the reader's language. */
import { createContext, useContext } from 'react';
import { fill, type Locale, type RefusalWords, sentenceIn } from '#core/refusal-sentence.ts';
import { REFUSALS_VI } from '#core/refusal-words-vi.ts';
import { Refusal, type RefusalCode, type RefusalDetail } from '#core/refusals.ts';
import type { Words } from './shape.ts';
import { vi } from './vi.ts';

/** Those of the other language only for who reads it: they are a seventh of what must be there before anything shows. */
const WORDS: { vi: Words; en?: Words } = { vi };
const REFUSALS: { vi: RefusalWords; en?: RefusalWords } = { vi: REFUSALS_VI };

/** To be called before a language is shown. @returns whether its words are there: without the network they cannot be fetched */
export async function loadWords(locale: Locale): Promise<boolean> {
  try {
    if (locale === 'en' && WORDS.en === undefined) {
      const { en, refusals } = await import('./en.ts');
      [WORDS.en, REFUSALS.en] = [en, refusals];
    }
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

/** What a refusal says, in the reader's language once its words are there. */
export function refusalText(code: RefusalCode, detail: RefusalDetail, locale: Locale): string {
  const words = REFUSALS[locale];
  return words === undefined ? sentenceIn(REFUSALS_VI, code, detail, 'vi') : sentenceIn(words, code, detail, locale);
}

/** What went wrong, and what to do about it. */
export function faultSentence(error: unknown, locale: Locale): string {
  if (error instanceof Refusal) return refusalText(error.code, { ...error.detail, page: '' }, locale);
  return refusalText('internal', { id: error instanceof Error ? error.name : '' }, locale);
}
