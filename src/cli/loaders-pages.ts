/** Which code runs for which command of table-pages.ts. */
import type { Run } from './command.ts';
import type { PAGES_COMMANDS } from './table-pages.ts';

export const PAGES_LOADERS: Readonly<Record<keyof typeof PAGES_COMMANDS, () => Promise<Run>>> = {
  desk: async () => (await import('./commands/desk.ts')).desk,
  'pages verify': async () => (await import('./commands/desk.ts')).pagesVerify,
  'pages key': async () => (await import('./commands/pages-certificate.ts')).pagesKey,
  'pages certificate': async () => (await import('./commands/pages-certificate.ts')).pagesCertificate,
  'pages open': async () => (await import('./commands/pages-open.ts')).pagesOpen,
  'pages close': async () => (await import('./commands/pages-open.ts')).pagesClose,
};
