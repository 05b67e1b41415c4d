/** What of the directory an address names. */
import type { Spot } from '../frame/router.tsx';

export type Thing = 'offices' | 'people' | 'positions' | 'lists' | 'waiting';
export const TABS = ['offices', 'people', 'lists'] as const;
export type Tab = (typeof TABS)[number];

export interface Asked {
  readonly tab: Tab;
  /** The entry in view; null where none is. */
  readonly open: { readonly thing: Thing; readonly code: string } | null;
  readonly withEnded: boolean;
}

const HOME = '/directory';
const THINGS: readonly Thing[] = ['offices', 'people', 'positions', 'lists', 'waiting'];
/** What waits is one entry: it has no code. */
export const WAITING = `${HOME}/waiting`;

export function askedOf({ path, search }: Spot): Asked {
  const [, , first = '', code = ''] = path.split('/');
  const thing = THINGS.find((one) => one === first) ?? null;
  return { tab: TABS.find((one) => one === thing) ?? 'offices', open: thing === null || (code === '' && thing !== 'waiting') ? null : { thing, code: decoded(code) }, withEnded: search.get('ended') === '1' };
}

/** Where an entry is shown; what narrows the list stays. */
export function placeOf(thing: Thing, code: string, { withEnded }: Pick<Asked, 'withEnded'>): string {
  return `${HOME}/${thing}/${encodeURIComponent(code)}${withEnded ? '?ended=1' : ''}`;
}

export function listOf({ tab, withEnded }: Pick<Asked, 'tab' | 'withEnded'>): string {
  return `${HOME}${tab === 'offices' ? '' : `/${tab}`}${withEnded ? '?ended=1' : ''}`;
}

/** An address may have been typed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
