/**
 * Runs our own code in a real browser: bundles one TypeScript entry, serves it on localhost (where
 * WebCrypto exists), opens it in headless Chromium and brings back what it returns.
 *
 * An entry is a file named `*.page.ts` whose default export is a function, async or not, from one
 * JSON value to another. It sees the DOM and `#…` subpaths, and nothing of Node.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';

/** Without these Chromium wants a sandbox, a GPU and the network. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const TIMEOUT_MS_DEFAULT = 60_000;

export type BrowserRun = {
  /** Path of the browser: what `await want('chromium')` returned. */
  readonly chromium: string;
  /** Absolute path of the entry: `path.join(import.meta.dirname, 'x.page.ts')`. */
  readonly entry: string;
  /** Handed to the entry as its one argument; must survive JSON. */
  readonly input?: unknown;
  readonly timeoutMs?: number;
};

/**
 * Runs one entry in a fresh browser.
 * @returns what the entry returned, through JSON: no bytes, no undefined, no bigint
 * @throws Error with the page's own message, and what its console said, when the entry throws
 */
export async function runInBrowser<Result>(run: BrowserRun): Promise<Result> {
  const bundle = await bundleForBrowser(run.entry);
  const server = await serve((request, response) => {
    const isBundle = request.url === '/entry.js';
    response.setHeader('content-type', isBundle ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isBundle ? bundle : '<!doctype html><link rel="icon" href="data:,">');
  });
  try {
    return await evaluateEntry<Result>(run, `http://localhost:${portOf(server)}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Bundles an entry into one ES module, as a browser loads it. */
export async function bundleForBrowser(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return output[0].code;
}

async function evaluateEntry<Result>(run: BrowserRun, address: string): Promise<Result> {
  const browser = await chromium.launch({ executablePath: run.chromium, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage();
    const said = listenTo(page);
    await page.goto(address);
    const input = JSON.stringify(run.input ?? null);
    const timeoutMs = run.timeoutMs ?? TIMEOUT_MS_DEFAULT;
    const call = `import('/entry.js').then((page) => page.default(${input})).then(JSON.stringify)`;
    const result = page.evaluate<string>(call).catch((error: unknown) => {
      throw new Error([`${path.basename(run.entry)}: ${String(error)}`, ...said].join('\n'));
    });
    return JSON.parse(await within(result, timeoutMs)) as Result;
  } finally {
    await browser.close();
  }
}

/** Collects what the page says on its console and what it fails at outside the entry. */
function listenTo(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  return said;
}

async function within<Result>(result: Promise<Result>, timeoutMs: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(0, 'localhost', listening.resolve);
  await listening.promise;
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
