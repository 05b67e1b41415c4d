/**
 * A register of 100,000 lines in real Chromium, before the pages' own worker and sealed index: how long it takes to open,
 * and from a key until its result is painted; beside a plain loop over as many strings.
 */
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { assetOf } from '../../src/app/pages/assets.ts';
import { buildPages } from '../../src/app/pages/build.ts';
import { PagesServer } from '../../src/app/pages/server.ts';
import { CHROMIUM_FLAGS } from '../browser/harness.ts';
import { median } from './measure.ts';
import type { FilledRegister, OpenedRegister, SearchedRegister } from './registered-in-browser.ts';

const LINES = 100_000;
const RUN_MS_MAX = 10 * 60_000;
/** Typed one key after the other; between them the field is emptied. */
const TYPED = ['nguyen thi anh', 'dang khue sot lo', 'sot lo 4711', 'mua lu muong leo', 'kho gao', 'cong dien 77777', 'khong co chu nay'];

export interface BrowserRegisterFigures {
  readonly filled: FilledRegister;
  /** Read from the sealed index first, and with the index read while another room was looked at. */
  readonly coldMs: readonly number[];
  readonly warmMs: readonly number[];
  readonly searched: SearchedRegister;
}

/** @param profile an empty folder on the disk to measure @param runs of each opening */
export async function measureBrowserRegister(profile: string, executablePath: string, runs: number, lines = LINES): Promise<BrowserRegisterFigures> {
  const pages = await buildPages();
  const shell = Buffer.from(pages.get('/index.html')!.bytes).toString('utf8').replace(/<script[^>]*><\/script>/, '');
  const assets = new Map([
    ...pages, ['/assets/bench.js', assetOf('text/javascript; charset=utf-8', Buffer.from(await bundled()))], ['/assets/bench.html', assetOf('text/html; charset=utf-8', Buffer.from(shell))],
  ]);
  const server = new PagesServer({ assets: () => Promise.resolve(assets), here: () => ({ kind: 'station', station: 'hub', organisation: 'Tỉnh thực hành' }), station: () => null });
  const address = new URL('/assets/bench.html', await server.listen()).href;
  // A profile on the disk: in a private window the browser keeps the files in memory, and few of them.
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 } });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(RUN_MS_MAX);
    const ask = async <T>(what: string): Promise<T> => {
      await page.goto(address);
      return page.evaluate<T>(`import('/assets/bench.js').then((bench) => bench.${what})`);
    };
    const filled = await ask<FilledRegister>(`fill(${lines})`);
    if (filled.lines < lines) throw new Error(`only ${filled.lines} lines were kept`);
    const opened = async (isWarm: boolean): Promise<number> => (await ask<OpenedRegister>(`openRoom(${lines}, ${isWarm})`)).openMs;
    const [coldMs, warmMs]: number[][] = [[], []];
    for (let run = 0; run < runs; run++) {
      coldMs!.push(await opened(false));
      warmMs!.push(await opened(true));
    }
    return { filled, coldMs: coldMs!, warmMs: warmMs!, searched: await searched(page, lines) };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function searched(page: Page, lines: number): Promise<SearchedRegister> {
  await page.evaluate("import('/assets/bench.js').then((bench) => bench.watchKeys())");
  const field = page.getByRole('searchbox');
  await field.focus();
  const typed: string[] = [];
  for (const query of TYPED) {
    for (let length = 1; length <= query.length; length++) await strike(page, query[length - 1]!, typed.push(query.slice(0, length)));
    for (let length = query.length - 1; length >= 0; length--) await strike(page, 'Backspace', typed.push(query.slice(0, length)));
  }
  return page.evaluate<SearchedRegister>(`import('/assets/bench.js').then((bench) => bench.scan(${lines}, ${JSON.stringify(typed)}))`);
}

async function strike(page: Page, key: string, count: number): Promise<void> {
  await page.keyboard.press(key === ' ' ? 'Space' : key);
  await page.evaluate(`import('/assets/bench.js').then((bench) => bench.keyPainted(${count}))`);
}

async function bundled(): Promise<string> {
  const build = await rolldown({
    input: path.join(import.meta.dirname, 'browser-register.page.ts'), platform: 'browser', logLevel: 'silent',
    transform: { define: { 'process.env.NODE_ENV': '"production"' }, jsx: { runtime: 'automatic' } },
  });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}

export function browserRegisterTable({ filled, coldMs, warmMs, searched: { paintedMs, scanMs, longestPauseMs } }: BrowserRegisterFigures): string {
  const worst = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)]!;
  const row = (what: string, values: readonly number[]): string => `| ${what} | ${median(values).toFixed(0)} | ${worst(values).toFixed(0)} | ${values.length} |`;
  return [
    `${filled.lines} lines, ${(filled.sizeBytes / 1e6).toFixed(1)} MB sealed, taken and kept in ${filled.seconds.toFixed(1)} s; the page stood still for at most ${longestPauseMs.toFixed(0)} ms while somebody typed.`, '',
    '| in Chromium | median, ms | 95th of 100, ms | times |', '| --- | --- | --- | --- |',
    row('room opened, index read from the sealed files first', coldMs), row('room opened, index read while another room was looked at', warmMs),
    row('key struck until its result is painted', paintedMs), row('the same words in a plain loop over as many strings', scanMs),
    '', `A key takes ${(median(paintedMs) / median(scanMs)).toFixed(1)} times the plain loop.`,
  ].join('\n');
}
