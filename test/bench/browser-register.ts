/**
 * A register of 100,000 lines in real Chromium, before the pages' own worker and sealed index: how long it takes to open,
 * and from a key until its result is painted; beside a plain loop over as many strings.
 */
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../browser/harness.ts';
import { type OwnOrigin, ownOrigin } from '../browser/own-origin.ts';
import { median } from './measure.ts';
import type { FilledRegister, OpenedRegister, SearchedRegister } from './registered-in-browser.ts';

const LINES = 100_000;
/** Of one step, the first of which takes and keeps every line: the page itself gives up before, and says why. */
const STEP_MS_MAX = 5 * 60_000;
/** Typed one key after the other; between them the field is emptied. */
const TYPED = ['nguyen thi anh', 'dang khue sot lo', 'sot lo 4711', 'mua lu muong leo', 'kho gao', 'cong dien 77777', 'khong co chu nay'];

export interface BrowserRegisterFigures {
  readonly filled: FilledRegister;
  /** The first thing that a page shows, the sealed index read for it; and by a link from another room, the index read before. */
  readonly reloadMs: readonly number[];
  readonly linkMs: readonly number[];
  readonly searched: SearchedRegister;
}

/** @param profile an empty folder on the disk to measure @param runs of each opening */
export async function measureBrowserRegister(profile: string, executablePath: string, runs: number, lines = LINES): Promise<BrowserRegisterFigures> {
  const origin = await ownOrigin(path.join(import.meta.dirname, 'browser-register.page.ts'));
  // A profile on the disk: in a private window the browser keeps the files in memory, and few of them.
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 } });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(STEP_MS_MAX);
    const ask = async <T>(what: string): Promise<T> => {
      await page.goto(origin.address);
      return within(what, page.evaluate<T>(origin.call(what)));
    };
    const filled = await ask<FilledRegister>(`fill(${lines})`);
    if (filled.lines < lines) throw new Error(`only ${filled.lines} lines were kept`);
    const opened = async (from: 'reload' | 'elsewhere'): Promise<number> => (await ask<OpenedRegister>(`openRoom(${lines}, '${from}')`)).openMs;
    const [reloadMs, linkMs]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      reloadMs.push(await opened('reload'));
      linkMs.push(await opened('elsewhere'));
    }
    return { filled, reloadMs, linkMs, searched: await searched(page, origin, lines) };
  } finally {
    await browser.close();
    await origin.close();
  }
}

async function searched(page: Page, { call }: OwnOrigin, lines: number): Promise<SearchedRegister> {
  await page.evaluate(call('watchKeys()'));
  const field = page.getByRole('searchbox');
  await field.focus();
  const typed: string[] = [];
  for (const query of TYPED) {
    for (let length = 1; length <= query.length; length++) await strike(page, call, query[length - 1]!, typed.push(query.slice(0, length)));
    for (let length = query.length - 1; length >= 0; length--) await strike(page, call, 'Backspace', typed.push(query.slice(0, length)));
  }
  return page.evaluate<SearchedRegister>(call(`scan(${lines}, ${JSON.stringify(typed)})`));
}

async function strike(page: Page, call: OwnOrigin['call'], key: string, count: number): Promise<void> {
  await page.keyboard.press(key === ' ' ? 'Space' : key);
  await within(`key ${count}`, page.evaluate(call(`keyPainted(${count})`)));
}

async function within<T>(what: string, answer: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(() => reject(new Error(`${what}: the page did not answer for ${STEP_MS_MAX / 1000} s`)), STEP_MS_MAX);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(limit);
  }
}

export function browserRegisterTable({ filled, reloadMs, linkMs, searched: { paintedMs, scanMs, longestPauseMs } }: BrowserRegisterFigures): string {
  const worst = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)]!;
  const row = (what: string, values: readonly number[]): string => `| ${what} | ${median(values).toFixed(0)} | ${worst(values).toFixed(0)} | ${values.length} |`;
  return [
    `${filled.lines} lines, ${(filled.sizeBytes / 1e6).toFixed(1)} MB sealed, taken and kept in ${filled.seconds.toFixed(1)} s; the page stood still for at most ${longestPauseMs.toFixed(0)} ms while somebody typed.`, '',
    '| in Chromium | median, ms | 95th of 100, ms | times |', '| --- | --- | --- | --- |',
    row('room opened as the first thing that the page shows, index read for it', reloadMs), row('room opened by its link from another room', linkMs),
    row('key struck until its result is painted', paintedMs), row('the same words in a plain loop over as many strings', scanMs),
    '', `A key takes ${(median(paintedMs) / median(scanMs)).toFixed(1)} times the plain loop.`,
  ].join('\n');
}
