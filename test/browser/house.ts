/**
 * What browser tests of the pages share: a practice province with its pages, a page inside the house as one of its people,
 * what the accessibility checker finds, and what a page complained of.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { PracticeDesk } from '../../src/app/practice/desk.ts';
import type { Province } from '../../src/app/practice/founding.ts';
import { testProvince } from '../fixtures/kept-houses.ts';
import { testPages } from '../fixtures/pages.ts';
import { quietContext } from '../scenario/command-line.ts';
import { CHROMIUM_FLAGS } from './harness.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const STEP_MS_MAX = 60_000;

/** Both themes on a desk and on a phone: what every page is looked at in. */
export const LOOKS: readonly { readonly name: string; readonly look: BrowserContextOptions }[] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1440, 390].map((width) => ({ name: `${colorScheme}, ${width} px`, look: { viewport: { width, height: 860 }, colorScheme } })));

/** Where nothing may be left out, all four; otherwise the one in which most goes wrong. */
const LOOKED_AT = process.env['TRAM_REQUIRE_ALL'] === '1' ? LOOKS : [LOOKS.at(-1)!];

export interface House {
  readonly province: Province;
  /** Where the pages are, with the ticket; `origin` without. */
  readonly address: string;
  readonly origin: string;
  /** What a browser is started with, once. */
  readonly opening: string;
  readonly browser: Browser;
  /** What pages wrote to their console as errors or failed at: nothing, at the end. */
  readonly complaints: string[];
  /** The first page, as somebody new sees it, in a context of its own: close it by `page.context().close()`. */
  open(look?: BrowserContextOptions): Promise<Page>;
  /** A page within the house as a practice person (`anh`, `khue`, `minh`, `thao`, `son`), in a context of its own. @param at path and search part */
  inside(person: string, at?: string, look?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/**
 * A province and its pages: some seconds, so once for each test file.
 * @param before what is done with the open devices of the people before pages can open them
 */
export async function openHouse(executablePath: string, before: (province: Province) => Promise<void> = () => Promise.resolve()): Promise<House> {
  const context = quietContext();
  const [province, assets] = await Promise.all([testProvince(context), testPages()]);
  await before(province);
  await province.lockDevices();
  const desk = new PracticeDesk(province, assets, context.random);
  const address = await desk.listen();
  const browser = await launch(executablePath);
  const complaints: string[] = [];
  const { origin, hash } = new URL(address);
  const open = async (look: BrowserContextOptions = {}, at = '/'): Promise<Page> => {
    const page = await newPage(browser, complaints, look);
    await page.goto(`${origin}${at}${hash}`);
    return page;
  };
  return {
    province, address, origin, opening: desk.openingAddress, browser, complaints, open,
    inside: async (person, at = '/about', look = {}) => {
      const page = await newPage(browser, complaints, look);
      // Once: whoever locked does not come back by a reload. A frame of the page has no storage to ask.
      await page.addInitScript(`if (self === top && sessionStorage.length === 0) sessionStorage.setItem('tram.practice.person', ${JSON.stringify(person)})`);
      await page.goto(`${origin}${at}${hash}`);
      await page.getByRole('button', { name: /^(?:Khóa máy|Lock this device)$/ }).waitFor();
      return page;
    },
    close: async () => {
      await browser.close();
      await desk.close();
      await province.close();
    },
  };
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}

/**
 * A page in a context of its own, whose complaints are kept. Each context would keep all pages anew, which costs as much as
 * everything else of an opening: whoever tests what is kept passes `serviceWorkers: 'allow'`.
 */
export async function newPage(browser: Browser, complaints: string[], look: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ reducedMotion: 'reduce', serviceWorkers: 'block', ...look })).newPage();
  page.setDefaultTimeout(STEP_MS_MAX);
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

/** What the accessibility checker finds in what is shown now; nothing, on a page that is right. */
export async function faultsOf(page: Page): Promise<string[]> {
  // The tester's own script, past the page's policy, which allows none.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(`axe.run({ runOnly: ${JSON.stringify(WCAG)} })`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

/** Accessible, and nothing stands beside the screen. */
export async function assertFit(page: Page, look = 'as it is'): Promise<void> {
  assert.deepEqual(await faultsOf(page), [], look);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `nothing stands beside the screen: ${look}`);
}

/**
 * Fits in every look as it stands, and is then again as it was. One page for all of them: a page of its own for each look
 * would spend its time on opening the device.
 */
export async function assertFitEverywhere(page: Page): Promise<void> {
  const before = page.viewportSize()!;
  for (const { name, look } of LOOKED_AT) {
    await showAs(page, look);
    await assertFit(page, name);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
}

/** As on a machine of that width and theme; the page follows, where nobody chose another. */
async function showAs(page: Page, { viewport, colorScheme }: BrowserContextOptions): Promise<void> {
  await page.setViewportSize(viewport!);
  await page.emulateMedia({ colorScheme: colorScheme! });
  await page.locator(`:root[data-theme="${colorScheme}"]`).waitFor({ state: 'attached' });
}

/** Both themes and both widths of one page that stands: cheaper than a page for each. */
export async function inEveryLook(page: Page, work: (name: string) => Promise<void>): Promise<void> {
  for (const { name, look } of LOOKED_AT) {
    await showAs(page, look);
    await work(name);
  }
}

/** Types a day as somebody does: its digits one after the other, in the order in which it is written here. @param day `2026-11-23` */
export async function typeDay(scope: Page | Locator, label: string, day: string): Promise<void> {
  const parts = scope.getByRole('group', { name: label, exact: true }).getByRole('spinbutton');
  await parts.first().click();
  await parts.first().pressSequentially(day.split('-').toReversed().join(''));
}

/** Types a day and, over the hour that then stands there, an hour. @param time `17:00` */
export async function typeMoment(page: Page, label: string, day: string, time: string): Promise<void> {
  await typeDay(page, label, day);
  const hour = page.getByRole('group', { name: `${label}: giờ`, exact: true }).getByRole('spinbutton').first();
  await hour.click();
  await hour.pressSequentially(time.replace(':', ''));
}

/** What stands in both fields of a moment: day, month, year, hour, minute. */
export function shownMoment(page: Page, label: string): Promise<string[]> {
  const fields = page.getByRole('group', { name: label, exact: true }).or(page.getByRole('group', { name: `${label}: giờ`, exact: true }));
  return fields.getByRole('spinbutton').allInnerTexts();
}

/** Presses Tab until the element of that name has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed++) {
    const focused = await page.evaluate<string>("(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()");
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches "${name}"`);
}

/** What the page keeps of what is typed, as it lies on the disk. */
export const TYPED_SHEETS = `(async () => (await indexedDB.databases()).some(({ name }) => name === 'tram-typed'))().then((isThere) => new Promise((resolve, reject) => {
  if (!isThere) { resolve([]); return; }
  const opening = indexedDB.open('tram-typed');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const all = database.transaction('sheets').objectStore('sheets').getAll();
    all.onsuccess = () => { database.close(); resolve(all.result.map((bytes) => [...bytes])); };
  };
}))`;
const NONCE_AND_TAG_BYTES = 28;

/** Whether the page keeps one sheet, of that text: a reload now loses nothing. */
export async function isKept(page: Page, text: string): Promise<boolean> {
  const sheets = await page.evaluate<number[][]>(TYPED_SHEETS);
  return sheets.length === 1 && sheets[0]!.length === Buffer.byteLength(text) + NONCE_AND_TAG_BYTES;
}
