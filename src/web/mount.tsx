/** Puts the pages into a document. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import type { Outside } from './outside.ts';

export function mountPages(root: HTMLElement, outside: Outside): void {
  createRoot(root).render(<StrictMode><App outside={outside} /></StrictMode>);
}
