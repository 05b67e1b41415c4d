/**
 * A large file from a page: the page is loaded anew in the middle of sealing and of sending, goes on without losing what was
 * done, and the file arrives byte for byte; one that is given up leaves nothing. Nothing of it lies on the disk in the clear.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { until } from '../fixtures/until.ts';
import { want } from '../wants.ts';
import { CHROMIUM_FLAGS } from './harness.ts';
import { assertFitEverywhere, type House, openHouse, STEP_MS_MAX } from './house.ts';
import { tracesIn } from './traces.ts';

const MIB = 2 ** 20;
const SUBJECT = 'Bản đồ ngập lụt lưu vực sông Mã';
const OTHER = 'Ảnh vệ tinh khu vực Sốp Cộp';
const MARK = 'KHO THÓC DỰ TRỮ Ở BẢN PÁ KÁCH';
const NAME = 'Bản đồ ngập lụt.bin';
/** Twenty-four mebibytes, no two alike; the mark would be found in them. */
const BYTES = Buffer.concat([Buffer.from(MARK), randomBytes(24 * MIB), Buffer.from(MARK)]);

const executablePath = await want('chromium', 'a large file sent from a browser');

if (executablePath !== null) {
  describe('a large file from a page', () => {
    let house: House;
    let profile: string;
    let context: BrowserContext;
    let page: Page;
    let folder: string;
    const complaints: string[] = [];
    /** Of each piece that was sent, where it began. */
    let offsets: number[] = [];
    /** How many pieces may still go; the next wait. */
    let allowed = Number.MAX_SAFE_INTEGER;
    const tray = () => page.getByRole('region', { name: 'Máy này đang làm' });

    before(async () => {
      house = await openHouse(executablePath);
      folder = mkdtempSync(path.join(tmpdir(), 'tram-files-'));
      writeFileSync(path.join(folder, NAME), BYTES);
      profile = mkdtempSync(path.join(tmpdir(), 'tram-profile-'));
      context = await chromium.launchPersistentContext(profile, { executablePath, args: CHROMIUM_FLAGS, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', serviceWorkers: 'block' });
      page = await context.newPage();
      page.setDefaultTimeout(STEP_MS_MAX);
      page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.addInitScript("if (sessionStorage.length === 0) sessionStorage.setItem('tram.practice.person', 'khue')");
      await context.route('**/api/1/parts/*', slowly);
      await page.goto(`${house.origin}/compose${new URL(house.address).hash}`);
    });

    after(async () => {
      await context?.close();
      await house?.close();
      for (const one of [profile, folder]) rmSync(one, { recursive: true, force: true });
    });

    /** A line on which only so many pieces go: what comes then waits until the page is gone. */
    async function slowly(route: Route): Promise<void> {
      if (route.request().method() !== 'PATCH') return route.continue();
      if (allowed-- <= 0) return;
      offsets.push(Number(new URL(route.request().url()).searchParams.get('offset')));
      await route.continue();
    }

    async function compose(subject: string): Promise<void> {
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).focus();
      await page.keyboard.type('don sop');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByLabel('Trích yếu').fill(subject);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Thêm tệp' }).click()]);
      await chooser.setFiles(path.join(folder, NAME));
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
    }

    /** Names and sizes of sealed copies, folder by folder. */
    const copies = () => page.evaluate<{ folder: string; sizes: number[] }[]>(`(async () => {
      const all = await (await navigator.storage.getDirectory()).getDirectoryHandle('tram-parts', { create: true });
      const folders = [];
      for await (const [folder, one] of all.entries()) {
        const sizes = [];
        for await (const file of one.values()) sizes.push((await file.getFile()).size);
        folders.push({ folder, sizes });
      }
      return folders;
    })()`);

    it('stands in the tray after a reload in the middle, with nothing of it in the clear on the disk', async () => {
      allowed = 2;
      await compose(SUBJECT);
      await until(() => offsets.length === 2 && allowed < 0);
      const sealed = Math.ceil(BYTES.length / 65_536) * 16 + BYTES.length;
      assert.deepEqual((await copies()).map(({ sizes }) => sizes), [[sealed]]);
      await page.reload();
      await tray().getByRole('button', { name: `Tiếp tục: ${SUBJECT}` }).waitFor();
      await page.getByText(/^Bản này đang làm dở trên máy này/).waitFor();
      assert.deepEqual(tracesIn(profile, [MARK, SUBJECT, NAME]), []);
      assert.notDeepEqual(tracesIn(profile, [new URL(house.origin).host]), [], 'the search finds what is there');
      await assertFitEverywhere(page);
    });

    it('goes on from there without the file, is the same draft, and leaves nothing behind', async () => {
      const sent = offsets.at(-1)!;
      assert.ok(sent > 0);
      [offsets, allowed] = [[], Number.MAX_SAFE_INTEGER];
      await tray().getByRole('button', { name: `Tiếp tục: ${SUBJECT}` }).click();
      await page.getByText('Đang chờ người khác duyệt.').waitFor();
      assert.ok(offsets[0]! > sent, 'what the station has is not sent again');
      assert.deepEqual((await copies()).flatMap(({ sizes }) => sizes), []);
      assert.equal(await tray().count(), 0);
      await page.getByRole('heading', { name: SUBJECT }).waitFor();
    });

    it('arrives byte for byte', async () => {
      const { pathname } = new URL(page.url());
      const minh = await house.inside('minh', pathname);
      await minh.getByRole('button', { name: 'Duyệt nội dung và độ mật' }).click();
      await minh.getByRole('button', { name: 'Ký', exact: true }).click();
      await minh.getByText('Đã ký, đang chờ văn thư lấy số và gửi.').waitFor();
      const anh = await house.inside('anh', pathname);
      await anh.getByRole('button', { name: 'Gửi', exact: true }).click();
      await anh.waitForURL(/\/dispatch\/[0-9a-f]{64}$/);
      await anh.getByText('Đã tới trạm nhận, còn niêm phong').waitFor();
      const thao = await house.inside('thao', new URL(anh.url()).pathname, { acceptDownloads: true });
      await thao.evaluate('delete window.showSaveFilePicker');
      await thao.getByRole('button', { name: 'Mở và kiểm tra' }).click();
      await thao.getByRole('listitem').filter({ hasText: NAME }).getByRole('button', { name: 'Tải về' }).click();
      const [download] = await Promise.all([thao.waitForEvent('download'), thao.getByRole('alertdialog').getByRole('button', { name: 'Tải về' }).click()]);
      assert.equal(readFileSync(await download.path()).equals(BYTES), true);
      for (const one of [minh, anh, thao]) await one.context().close();
    });

    it('is given up: nothing stays here or at the station, and what was written stands on the sheet again', async () => {
      await page.getByRole('link', { name: 'Soạn điện' }).first().click();
      await page.getByRole('heading', { name: 'Soạn điện' }).waitFor();
      [offsets, allowed] = [[], 1];
      const declared: string[] = [];
      context.on('request', (request) => { if (request.method() === 'DELETE') declared.push(request.url()); });
      await compose(OTHER);
      await until(() => offsets.length === 1 && allowed < 0);
      // Elsewhere in the house it goes on, and the sheet is free.
      await page.getByRole('link', { name: 'Bàn làm việc' }).first().click();
      await tray().getByRole('progressbar').waitFor();
      await page.reload();
      await tray().getByRole('button', { name: `Bỏ: ${OTHER}` }).click();
      await tray().waitFor({ state: 'detached' });
      assert.deepEqual((await copies()).flatMap(({ sizes }) => sizes), []);
      assert.equal(declared.length, 1, 'the station was told');
      await page.getByRole('link', { name: 'Soạn điện' }).first().click();
      await until(async () => (await page.getByLabel('Trích yếu').inputValue()) === OTHER);
    });

    it('two people of one browser keep their copies apart', async () => {
      const folders = (await copies()).map((one) => one.folder);
      assert.equal(folders.length, 1);
      const other = await context.newPage();
      await other.addInitScript("sessionStorage.setItem('tram.practice.person', 'minh')");
      await other.goto(`${house.origin}/desk${new URL(house.address).hash}`);
      await other.getByRole('button', { name: 'Khóa máy' }).waitFor();
      await until(async () => (await copies()).length === 2);
      await other.close();
    });

    it('complained of nothing', () => assert.deepEqual(complaints, []));
  });
}
