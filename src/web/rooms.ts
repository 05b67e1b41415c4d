/** Every room of the pages, once: its path, its name, and what is loaded when somebody goes there. */
import type { ComponentType } from 'react';
import type { Act } from '#model/rights.ts';
import type { Entered } from './device/entered.ts';
import { later } from './kit/later.ts';
import type { Words } from './words/shape.ts';

export interface Room {
  /** A room has its path and everything below it. */
  readonly path: string;
  readonly name: (words: Words) => string;
  readonly Page: ComponentType;
  /** Loads the page before somebody goes there: then nothing stands in its place for a moment. */
  readonly load: () => Promise<unknown>;
  /** Which part of the list it stands in; null for a room that other rooms lead to. */
  readonly part: 'work' | 'house' | null;
  /** Whether a stranger may read it: nothing of a station stands there. */
  readonly isPublic?: boolean;
  /** What somebody must be able to do in the office that they work for, so that it is offered to them. */
  readonly needs?: Act;
}

const REGISTER = page(async () => (await import('./register/register-page.tsx')).RegisterPage);

export const ROOMS: readonly Room[] = [
  {
    path: '/desk', name: (words) => words.rooms.desk, part: 'work',
    ...page(async () => (await import('./desk/desk-page.tsx')).DeskPage),
  },
  {
    path: '/compose', name: (words) => words.compose.begin, part: 'work', needs: 'save a draft',
    ...page(async () => (await import('./compose/compose-page.tsx')).ComposePage),
  },
  {
    path: '/drafts', name: (words) => words.drafts.title, part: 'work',
    ...page(async () => (await import('./compose/drafts-page.tsx')).DraftsPage),
  },
  {
    path: '/dispatch', name: (words) => words.dispatch.title, part: null,
    ...page(async () => (await import('./dispatch/dispatch-page.tsx')).DispatchPage),
  },
  { path: '/registers/in', name: (words) => words.register.titleIn, part: 'work', ...REGISTER },
  { path: '/registers/out', name: (words) => words.register.titleOut, part: 'work', ...REGISTER },
  {
    path: '/directory', name: (words) => words.directory.title, part: 'work',
    ...page(async () => (await import('./directory/directory-page.tsx')).DirectoryPage),
  },
  {
    path: '/stations', name: (words) => words.stations.title, part: 'house',
    ...page(async () => (await import('./stations/stations-page.tsx')).StationsPage),
  },
  {
    path: '/ledger', name: (words) => words.ledger.title, part: 'house',
    ...page(async () => (await import('./ledger/ledger-page.tsx')).LedgerPage),
  },
  {
    path: '/operations', name: (words) => words.operations.title, part: 'house',
    ...page(async () => (await import('./operations/operations-page.tsx')).OperationsPage),
  },
  {
    path: '/settings', name: (words) => words.settings.title, part: 'house',
    ...page(async () => (await import('./settings/settings-page.tsx')).SettingsPage),
  },
  {
    path: '/about', name: (words) => words.about.title, part: 'house', isPublic: true,
    ...page(async () => (await import('./about/about-page.tsx')).AboutPage),
  },
];

/** The room at a path, or null. */
export function roomAt(path: string): Room | null {
  return ROOMS.find((room) => path === room.path || path.startsWith(`${room.path}/`)) ?? null;
}

/** Whether a room is offered. @param entered whoever works here; null for a stranger */
export function isOffered({ isPublic, needs }: Room, entered: Pick<Entered, 'session' | 'office'> | null): boolean {
  if (entered === null) return isPublic === true;
  return needs === undefined || entered.session.may(needs, entered.office);
}

function page(load: () => Promise<ComponentType>): Pick<Room, 'Page' | 'load'> {
  const { Shown, load: begin } = later(load);
  return { Page: Shown, load: begin };
}
