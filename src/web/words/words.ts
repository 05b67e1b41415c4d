/** The pages' words in the reader's language. */
import { createContext, useContext } from 'react';
import { fill, type Locale, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { en } from './en.ts';
import type { Words } from './shape.ts';
import { vi } from './vi.ts';

const WORDS: Readonly<Record<Locale, Words>> = { vi, en };

export const LocaleContext = createContext<Locale>('vi');

export function useLocale(): Locale {
  return useContext(LocaleContext);
}

export function useWords(): Words {
  return WORDS[useLocale()];
}

export { fill };

/** What went wrong, and what to do about it. */
export function faultSentence(error: unknown, locale: Locale): string {
  if (error instanceof Refusal) return refusalSentence(error.code, error.detail, locale);
  return refusalSentence('internal', { id: error instanceof Error ? error.name : '' }, locale);
}
