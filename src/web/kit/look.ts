/** Language and theme: the reader's, kept by the browser. */
import { createContext, useContext } from 'react';
import type { Locale } from '#core/refusal-words.ts';
import { assert } from '#core/refusals.ts';

export type Theme = 'light' | 'dark';

export interface Look {
  readonly locale: Locale;
  readonly setLocale: (locale: Locale) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}

export const LookContext = createContext<Look | null>(null);

export function useLook(): Look {
  const look = useContext(LookContext);
  assert(look !== null, 'the pages stand in an App');
  return look;
}
