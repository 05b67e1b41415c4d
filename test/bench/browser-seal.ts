/**
 * A large file sealed and sent from a page in real Chromium: rate, memory of the browser's processes, and how long the page
 * stood still; beside the same file sent as it is to a server that only writes it down.
 */
import { closeSync, createWriteStream, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chromium, type Page } from 'playwright-core';
import { assetOf } from '../../src/app/pages/assets.ts';
import { buildPages } from '../../src/app/pages/build.ts';
import { PracticeDesk } from '../../src/app/practice/desk.ts';
import { foundProvince } from '../../src/app/practice/founding.ts';
import { DRAFTER, POST_OFFICE } from '../../src/app/practice/places.ts';
import { bundleForBrowser, CHROMIUM_FLAGS } from '../browser/harness.ts';
import { quietContext } from '../scenario/command-line.ts';
import { timed } from './measure.ts';
import type { SealedInBrowser } from './sealed-in-browser.ts';

const MIB = 2 ** 20;
const BLANK = '<!doctype html><link rel="icon" href="data:,"><body></body>';
const RUN_MS_MAX = 30 * 60_000;
/** Beside each other they show that memory does not grow with the file. */
export const SIZES_MIB: readonly number[] = [64, 1024];

export interface BrowserSealFigures {
  readonly mib: number;
  readonly sealed: SealedInBrowser;
  readonly plainSeconds: number;
  /** The greatest memory of one renderer (page and worker), and of the browser's process, so far. */
  readonly peakMib: { readonly renderer: number; readonly browser: number };
}

/** @param folder an empty one on the disk to measure */
export async function measureBrowserSeal(folder: string, executablePath: string, sizesMib = SIZES_MIB): Promise<BrowserSealFigures[]> {
  mkdirSync(folder, { recursive: true });
  const context = quietContext();
  const [province, assets] = await Promise.all([foundProvince(context, path.join(folder, 'province')), buildPages()]);
  await province.lockDevices();
  const bench = assetOf('text/javascript; charset=utf-8', Buffer.from(await bundleForBrowser(path.join(import.meta.dirname, 'browser-seal.page.ts'))));
  const blank = assetOf('text/html; charset=utf-8', Buffer.from(BLANK));
  const desk = new PracticeDesk(province, new Map([...assets, ['/assets/bench.js', bench], ['/assets/bench.html', blank]]), context.random);
  const address = await desk.listen();
  const worker = [...assets.keys()].find((name) => name.startsWith('/assets/part-worker-'))!;
  const plain = await plainServer(path.join(folder, 'plain'));
  const figures: BrowserSealFigures[] = [];
  try {
    for (const mib of sizesMib) figures.push(await measureOne(path.join(folder, 'file'), mib));
  } finally {
    plain.close();
    await desk.close();
    await province.close();
  }
  return figures;

  /** In a browser of its own, so that the peak of memory is this file's. */
  async function measureOne(file: string, mib: number): Promise<BrowserSealFigures> {
    writeRandom(file, mib);
    // A profile on the disk: in a private window the browser keeps the sealed copy in memory.
    const profile = path.join(folder, `profile-${mib}`);
    const browser = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(RUN_MS_MAX);
      await page.goto(address);
      // The ticket stays in the tab; the pages themselves, with their one policy of workers, do not.
      await page.goto(new URL('/assets/bench.html', address).href);
      await withFile(page, file);
      const asked = JSON.stringify({ worker, person: DRAFTER.person, to: POST_OFFICE.code });
      const sealed = await page.evaluate<SealedInBrowser>(`import('/assets/bench.js').then((bench) => bench.default(${asked}))`);
      const peakMib = peaks(profile);
      await page.goto(plain.address);
      await withFile(page, file);
      const plainSeconds = await timed(() => page.evaluate("fetch('/', { method: 'PUT', body: document.querySelector('input').files[0] }).then((answer) => answer.text())"));
      return { mib, sealed, plainSeconds, peakMib };
    } finally {
      await browser.close();
      rmSync(file);
      rmSync(profile, { recursive: true, force: true });
    }
  }
}

export function browserSealTable(figures: readonly BrowserSealFigures[]): string {
  const rows = figures.map(({ mib, sealed: { measureSeconds, uploadSeconds, longestPauseMs }, plainSeconds, peakMib }) => {
    const all = measureSeconds + uploadSeconds;
    return `| ${mib} MiB | ${measureSeconds.toFixed(1)} | ${uploadSeconds.toFixed(1)} | ${(mib * MIB / 1e6 / all).toFixed(0)} | ${plainSeconds.toFixed(1)} | ${(all / plainSeconds).toFixed(1)} | ${longestPauseMs.toFixed(0)} | ${Math.round(peakMib.renderer)} | ${Math.round(peakMib.browser)} |`;
  });
  return ['| file | sealed, s | sent, s | MB/s | plain upload, s | ratio | longest pause of the page, ms | renderer, MiB | browser, MiB |', '| --- | --- | --- | --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

async function withFile(page: Page, file: string): Promise<void> {
  await page.evaluate("document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))");
  await page.locator('input[type=file]').setInputFiles(file);
}

/** Writes what is sent, durably, and knows nothing of it. */
async function plainServer(file: string): Promise<{ address: string; close: () => void }> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.method !== 'PUT') return void response.end(BLANK);
    const handle = openSync(file, 'w');
    void (async () => {
      await pipeline(request, createWriteStream(file, { fd: handle, autoClose: false }));
      fsyncSync(handle);
      closeSync(handle);
      response.end('written');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => { server.closeAllConnections(); server.close(); } };
}

function writeRandom(file: string, mib: number): void {
  const handle = openSync(file, 'w');
  for (let i = 0; i < mib; i++) writeSync(handle, randomBytes(MIB));
  closeSync(handle);
}

/** The greatest resident memory of the browser's own process and of its renderers, MiB. @param profile where that browser keeps its own */
function peaks(profile: string): { renderer: number; browser: number } {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const of = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return [{ pid: Number(name), parent: of('PPid'), mib: of('VmHWM') / 1024, line: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
  const below = new Set(processes.filter(({ line }) => line.includes(profile) && !line.includes('--type=')).map(({ pid }) => pid));
  for (let grown = true; grown;) {
    const more = processes.filter(({ pid, parent }) => below.has(parent) && !below.has(pid));
    grown = more.length > 0;
    for (const { pid } of more) below.add(pid);
  }
  const ours = processes.filter(({ pid }) => below.has(pid));
  const most = (which: (line: string) => boolean): number => Math.max(0, ...ours.filter(({ line }) => which(line)).map(({ mib }) => mib));
  return { renderer: most((line) => line.includes('--type=renderer')), browser: most((line) => !line.includes('--type=')) };
}
