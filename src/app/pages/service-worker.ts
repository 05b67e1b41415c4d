/**
 * Keeps the pages of one version on this device, so that they open while the station is not reached, and change only when
 * the person says so. It keeps files that are named by their content and the page that names them: no answer of a station
 * and nothing that was opened goes through it.
 */

/** Put in when the pages are built: what to keep, and what it is called. */
declare const TRAM_SHELL: { readonly version: string; readonly files: readonly string[] };

/** What TypeScript's list of the DOM lacks: it knows pages only. */
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const PAGE = '/index.html';
const NAME = `tram-pages-${TRAM_SHELL.version}`;
/** The one before stays for windows that still show it. */
const VERSIONS_KEPT = 2;
const NOT_OURS = /^\/(?:at|api|here|practice|health|metrics)(?:\/|$)|^\/(?!assets\/).*\./;

addEventListener('install', (event) => (event as Lasting).waitUntil(keep()));
addEventListener('activate', (event) => (event as Lasting).waitUntil(forget()));
addEventListener('message', ({ data }) => {
  if (data === 'take') void (globalThis as unknown as { skipWaiting(): Promise<void> }).skipWaiting();
});
addEventListener('fetch', (event) => {
  const fetching = event as Fetching;
  const { method, url, mode } = fetching.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin || NOT_OURS.test(pathname)) return;
  if (pathname.startsWith('/assets/')) fetching.respondWith(keptOr(pathname, fetching.request));
  else if (mode === 'navigate') fetching.respondWith(keptOr(PAGE, fetching.request));
});

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(TRAM_SHELL.files.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function forget(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith('tram-pages-') && name !== NAME);
  await Promise.all(names.slice(0, Math.max(0, names.length - VERSIONS_KEPT + 1)).map((name) => caches.delete(name)));
}

/** The page of this version; a file of whichever version has it. */
async function keptOr(path: string, request: Request): Promise<Response> {
  const kept = path === PAGE ? await (await caches.open(NAME)).match(path, { ignoreVary: true }) : await caches.match(path, { ignoreVary: true });
  return kept ?? fetch(request);
}
