/** Puts the pages into a document. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, keptLocale } from './app.tsx';
import type { Outside } from './outside.ts';
import { loadWords } from './words/words.ts';

export async function mountPages(root: HTMLElement, outside: Outside): Promise<void> {
  const kept = keptLocale();
  const first = (await loadWords(kept)) ? kept : 'vi';
  createRoot(root).render(<StrictMode><App outside={outside} first={first} /></StrictMode>);
}
