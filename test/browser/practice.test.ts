/**
 * The first page in a real browser, as a newcomer and as a keyboard would use it: from the bare address to an opened
 * dispatch, a cut link, what the relay sees; accessible in both languages, both themes and on a phone; no script, style
 * or connection that the policy does not name.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildPages } from '../../src/app/pages/build.ts';
import { PracticeDesk } from '../../src/app/practice/desk.ts';
import { foundProvince, type Province } from '../../src/app/practice/founding.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';

/** What the first opened dispatch may cost somebody who has only the address. */
const ACTIONS_MAX = 15;
const FIRST_LOAD_BYTES_MAX = 200_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const STEP_MS_MAX = 60_000;

const executablePath = await want('chromium', 'the pages in a browser');

if (executablePath !== null) {
  describe('the first page', () => {
    let folder: string;
    let province: Province;
    let desk: PracticeDesk;
    let address: string;
    let browser: Browser;
    const complaints: string[] = [];

    before(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'tram-pages-'));
      const context = quietContext();
      const [founded, assets] = await Promise.all([foundProvince(context, folder), buildPages()]);
      province = founded;
      await province.lockDevices();
      desk = new PracticeDesk(province, assets, context.random);
      address = await desk.listen();
      browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    });
    after(async () => {
      await browser?.close();
      await desk?.close();
      await province?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(context: BrowserContext): Promise<Page> {
      const page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(address);
      return page;
    }

    it('leads from the bare address to an opened dispatch, through a cut link, in few actions', async () => {
      const page = await open(await browser.newContext());
      let actions = 0;
      const press = async (name: string | RegExp): Promise<void> => {
        actions++;
        await page.getByRole('button', { name }).first().click();
      };
      await press('Gửi công điện đầu tiên');
      await press('Niêm phong và trình ký');
      await press('Sang vai người ký');
      await press('Duyệt nội dung và độ mật');
      await press(/^Ký$/);
      await press('Sang vai văn thư');
      await press(/^Cắt đường truyền: .*Sốp Cộp/);
      await press(/^Gửi$/);
      await page.getByText('Đang giữ: Trạm trung chuyển Mai Sơn (diễn tập)').waitFor();
      await press('Trạm trung chuyển thấy gì?');
      await page.getByRole('dialog').getByText('Không có: trích yếu').waitFor();
      const seen = await page.getByRole('dialog').innerText();
      for (const secret of ['mưa lũ', 'sông Mã', 'Đặng Ngọc Khuê']) assert.ok(!seen.includes(secret), secret);
      await press('Đóng');
      await press('Sang vai đồn');
      await press(/^Nối lại/);
      await press('Dịch và kiểm tra');
      await page.getByText('Hợp lệ').waitFor();
      assert.match(await page.getByRole('article').innerText(), /Công điện về ứng phó mưa lũ trên sông Mã[\s\S]*1\/UBND-VP/);
      await page.getByText(/^Đã dịch, Vàng Thị Thảo/).waitFor();
      assert.ok(actions <= ACTIONS_MAX, `${actions} actions`);
      await page.context().close();
    });

    it('does the same by the keyboard alone', async () => {
      const page = await open(await browser.newContext());
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      for (const name of ['Gửi công điện đầu tiên', 'Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư', 'Gửi', 'Sang vai đồn', 'Dịch và kiểm tra']) {
        await page.getByRole('button', { name, exact: true }).waitFor();
        await tabTo(page, name);
        await page.keyboard.press('Enter');
      }
      await page.getByText('Hợp lệ').waitFor();
      await page.context().close();
    });

    it('sends a file that a person picks, under its own name', async () => {
      const page = await open(await browser.newContext());
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Thêm tệp' }).click()]);
      await chooser.setFiles({ name: 'Công điện số 12.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(200_001, 7) });
      await page.getByText('Công điện số 12.pdf').waitFor();
      for (const name of ['Niêm phong và trình ký', 'Sang vai người ký', 'Duyệt nội dung và độ mật', 'Ký', 'Sang vai văn thư', 'Gửi', 'Sang vai đồn', 'Dịch và kiểm tra']) {
        await page.getByRole('button', { name, exact: true }).click();
      }
      await page.getByRole('article').getByText('Công điện số 12.pdf').waitFor();
      await page.context().close();
    });

    it('says what is wrong with an empty subject, and loses nothing', async () => {
      const page = await open(await browser.newContext());
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
      await page.getByLabel('Trích yếu').fill('  ');
      await page.getByLabel('Nội dung').fill('Còn đây.');
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      await page.getByText('Hãy ghi trích yếu').waitFor();
      assert.equal(await page.getByLabel('Nội dung').inputValue(), 'Còn đây.');
      await page.context().close();
    });

    for (const [theme, width] of [['light', 1440], ['dark', 1440], ['light', 390], ['dark', 390]] as const) {
      it(`is accessible, ${theme}, ${width} px, in both languages`, async () => {
        const page = await open(await browser.newContext({ viewport: { width, height: 860 }, colorScheme: theme }));
        await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).click();
        await page.getByRole('button', { name: 'Niêm phong và trình ký' }).waitFor();
        assert.deepEqual(await faultsOf(page), []);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing stands beside the screen');
        await page.getByRole('button', { name: 'English' }).click();
        await page.getByRole('button', { name: 'Seal and submit for signature' }).waitFor();
        assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
        assert.deepEqual(await faultsOf(page), []);
        await page.getByRole('button', { name: 'What does the relay see?' }).click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await faultsOf(page), []);
        await page.context().close();
      });
    }

    it('loads little, nothing from elsewhere, and keeps the ticket out of the address', async () => {
      const page = await (await browser.newContext()).newPage();
      const hosts = new Set<string>();
      page.on('response', (response) => void hosts.add(new URL(response.url()).host));
      await page.goto(address);
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      const bytes = await firstLoadBytes(new URL(address).origin);
      assert.ok(bytes > 50_000 && bytes <= FIRST_LOAD_BYTES_MAX, `${bytes} bytes of script`);
      assert.deepEqual([...hosts], [new URL(address).host]);
      assert.equal(new URL(page.url()).hash, '');
      await page.reload();
      await page.getByRole('button', { name: 'Gửi công điện đầu tiên' }).waitFor();
      await page.context().close();
    });

    it('gives devices and weather to nobody without the ticket, and nothing to a page of elsewhere', async () => {
      const origin = new URL(address).origin;
      for (const [method, what] of [['GET', 'state'], ['GET', 'device/anh'], ['PUT', 'device/anh'], ['PUT', 'link/lowlands'], ['GET', `relay/${'00'.repeat(32)}`]] as const) {
        for (const headers of [{}, { 'x-practice': 'A'.repeat(32) }]) {
          const answer = await fetch(`${origin}/practice/${what}`, { method, headers });
          assert.equal(answer.status, 401, `${method} ${what}`);
        }
      }
      const foreign = await fetch(`${origin}/`, { headers: { 'sec-fetch-site': 'cross-site' } });
      assert.equal(foreign.status, 403);
    });

    it('had nothing to complain of', () => assert.deepEqual(complaints, []));
  });
}

/** Presses Tab until the element of that name has the focus, as somebody without a mouse would. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    const focused = await page.evaluate<string>("(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()");
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches "${name}"`);
}

async function faultsOf(page: Page): Promise<string[]> {
  // The tester's own script, past the page's policy, which allows none.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(`axe.run({ runOnly: ${JSON.stringify(WCAG)} })`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

/** Script that must be there before anything shows, compressed as it travels: the entry and what it imports outright. */
async function firstLoadBytes(origin: string): Promise<number> {
  const index = await (await fetch(`${origin}/`)).text();
  const [, entry] = /<script type="module" src="([^"]+)"/.exec(index)!;
  const seen = new Set<string>([entry!]);
  let bytes = 0;
  for (const file of seen) {
    const { headers } = await fetch(origin + file, { method: 'HEAD', headers: { 'accept-encoding': 'br' } });
    assert.equal(headers.get('content-encoding'), 'br');
    bytes += Number(headers.get('content-length'));
    const code = await (await fetch(origin + file)).text();
    for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w-]+\.js)["']/g)) seen.add(`/assets/${name}`);
  }
  return bytes;
}
