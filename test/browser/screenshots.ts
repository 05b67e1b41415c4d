/** `npm run screenshots`: the pages as they look, into docs/images: light, dark, and on a phone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { buildPages } from '../../src/app/pages/build.ts';
import { PracticeDesk } from '../../src/app/practice/desk.ts';
import { foundProvince } from '../../src/app/practice/founding.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';

const IMAGES = path.join(import.meta.dirname, '../../docs/images');
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  practice: { viewport: { width: 1440, height: 900 } },
  'practice-dark': { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  'practice-390': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};

const executablePath = await want('chromium', 'screenshots');
if (executablePath === null) throw new Error('no Chromium here');
const folder = mkdtempSync(path.join(tmpdir(), 'tram-screenshots-'));
const context = quietContext();
const province = await foundProvince(context, folder);
await province.lockDevices();
const desk = new PracticeDesk(province, await buildPages(), context.random);
const address = await desk.listen();
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
for (const [name, look] of Object.entries(LOOKS)) {
  const page = await (await browser.newContext({ ...look, reducedMotion: 'reduce' })).newPage();
  await page.goto(address);
  await untilItWaitsAtTheRelay(page);
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
  await page.getByRole('button', { name: /^Nối lại/ }).click();
  await page.context().close();
}
await browser.close();
await desk.close();
await province.close();
rmSync(folder, { recursive: true });

async function untilItWaitsAtTheRelay(page: Page): Promise<void> {
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).first().click();
  for (const name of ['Gửi công điện đầu tiên', 'Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư']) await press(name);
  await press(/^Cắt đường truyền: .*Sốp Cộp/);
  await press('Gửi');
  await page.getByText(/^Đang giữ: Trạm trung chuyển/).waitFor();
  await page.getByRole('radio', { name: /^Người ký/ }).click();
  await page.getByRole('article').waitFor();
}
