/**
 * Where the reader is within the pages: a path and a search part, both in the address, so that reload, back and a copied
 * address lead to the same place. Nothing secret ever stands there.
 */
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { RouterProvider } from 'react-aria-components';

export interface Spot {
  readonly path: string;
  readonly search: URLSearchParams;
}

const MOVED = 'tram:moved';
let isBack = false;
addEventListener('popstate', () => { isBack = true; });

/**
 * Goes to a path of ours, search part included.
 * @param how `replace` where the step is not one to come back to, such as a filter
 * @param outcome of the act that led there, said on the page: it stands beside the address, where no link can put one
 */
export function go(to: string, how: 'push' | 'replace' = 'push', outcome: string | null = null): void {
  isBack = false;
  if (how === 'push') history.pushState(outcome, '', to);
  else history.replaceState(outcome, '', to);
  dispatchEvent(new Event(MOVED));
}

export function useSpot(): Spot {
  const at = useSyncExternalStore(listen, () => location.pathname + location.search);
  return useMemo(() => {
    const { pathname, searchParams } = new URL(at, location.origin);
    return { path: pathname, search: searchParams };
  }, [at]);
}

/** What the act came to that led here; null where none did. */
export function outcomeHere(): string | null {
  return typeof history.state === 'string' ? history.state : null;
}

/** Whether it was by the browser's own way back or forth, which stands where the reader stood. */
export function hasGoneBack(): boolean {
  return isBack;
}

/** Changes some of the search part; an empty value takes a key away. */
export function refine(changes: Readonly<Record<string, string>>): void {
  const url = new URL(location.href);
  for (const [key, value] of Object.entries(changes)) {
    if (value === '') url.searchParams.delete(key);
    else url.searchParams.set(key, value);
  }
  go(url.pathname + url.search, 'replace');
}

/** Makes every link of the kit lead there without loading the page anew. */
export function Router({ children }: { readonly children: ReactNode }) {
  return <RouterProvider navigate={(to) => go(to)}>{children}</RouterProvider>;
}

function listen(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(MOVED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(MOVED, changed);
  };
}
