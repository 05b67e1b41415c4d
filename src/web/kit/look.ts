/** Language and theme: the reader's, kept by the browser. */
import { createContext, useContext } from 'react';
import type { Locale } from '#core/refusal-sentence.ts';
import { assert } from '#core/refusals.ts';

export type Theme = 'light' | 'dark';
/** What the reader wants: one of the two, or whatever the machine has. */
export type ThemeChoice = Theme | 'system';
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export interface Look {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  /** As it is shown. */
  readonly theme: Theme;
  readonly themeChoice: ThemeChoice;
  readonly setTheme: (choice: ThemeChoice) => void;
}

export const LookContext = createContext<Look | null>(null);

export function useLook(): Look {
  const look = useContext(LookContext);
  assert(look !== null, 'the pages stand in an App');
  return look;
}
