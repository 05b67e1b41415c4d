/**
 * A register in a real browser: found by words without diacritics, narrowed, its state in the address, worked by the
 * keyboard alone, opened in bulk, and still there when the station is out of reach.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { assertFit, assertFitEverywhere, type House, openHouse, tabTo } from './house.ts';

/** Far less than the next try by the clock, and time enough for a busy machine. */
const BACK_MS_MAX = 20_000;
const executablePath = await want('chromium', 'registers in a browser');
const NAMED = 'Phân công đồng chí Nguyễn Thị Ánh trực chỉ huy';
const LETTERS = [
  { subject: 'Công điện số 12 về ứng phó mưa lũ', precedence: 'flash', classification: 'secret', hours: 3 },
  { subject: NAMED, hours: 100 },
  ...Array.from({ length: 28 }, (_, i) => ({ subject: `Kế hoạch ${i + 1} của Đặng Ngọc Khuê`, ...(i === 0 ? { classification: 'confidential' } : {}) })),
] as Parameters<typeof sendLetters>[1];

if (executablePath !== null) {
  describe('a register', () => {
    let house: House;

    before(async () => { house = await openHouse(executablePath, (province) => sendLetters(province, LETTERS)); });
    after(() => house?.close());

    it('finds Nguyễn Thị Ánh by nguyen thi anh while somebody types, and keeps what was typed out of the address', async () => {
      const page = await outgoing(house);
      await page.getByRole('searchbox').fill('nguyen thi anh');
      await found(page, 1);
      assert.match(await page.getByRole('row').nth(1).innerText(), new RegExp(NAMED));
      assert.ok(!page.url().includes('nguyen'), page.url());
      // The 28th plan, and the one whose own number is 28.
      await page.getByRole('searchbox').fill('khuê ke 28');
      await found(page, 2);
      await page.context().close();
    });

    it('stands in the address: tab, filters, the line in view and the lines chosen come back with a reload', async () => {
      const page = await outgoing(house);
      await page.getByRole('button', { name: /Độ mật$/ }).click();
      await page.getByRole('option', { name: 'Tối mật' }).click();
      await found(page, 1);
      await page.getByRole('row').nth(1).click();
      await page.getByRole('complementary').getByRole('heading', { name: 'Công điện số 12 về ứng phó mưa lũ' }).waitFor();
      await page.getByRole('row').nth(1).press(' ');
      await page.getByText('Đã chọn 1').waitFor();
      await page.reload();
      await found(page, 1);
      await page.getByText('Đã chọn 1').waitFor();
      await page.getByRole('complementary').getByRole('heading', { name: 'Công điện số 12 về ứng phó mưa lũ' }).waitFor();
      const { searchParams } = new URL(page.url());
      assert.deepEqual([...searchParams.keys()].toSorted(), ['chosen', 'class', 'open']);
      await page.getByRole('button', { name: 'Bỏ các lọc' }).click();
      await found(page, LETTERS.length);
      await page.context().close();
    });

    it('says which numbers bear no dispatch since the station was restored, to whoever misses one', async () => {
      const page = await outgoing(house);
      assert.equal(await page.getByText('Có số không mang điện nào').count(), 0, 'where none was left out');
      const leftOut = [{ series: '2026', first: 4, last: 23, time: Date.UTC(2026, 10, 28, 1), restored: true }, { series: '2026', first: 31, last: 32, time: Date.UTC(2026, 10, 28, 3), restored: false }];
      await page.route(/\/registers\/out\?limit=1$/, async (route) => route.fulfill({ json: { ...(await (await route.fetch()).json() as object), leftOut } }));
      await page.reload();
      await page.getByText('Có số không mang điện nào').click();
      await page.getByText('Bỏ các số 4 đến 23 năm 2026, khi khôi phục trạm lúc').waitFor();
      await page.getByText('Các số 31 đến 32 năm 2026 không có điện: bỏ sau khi khôi phục, hoặc đã cấp mà không dùng').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('is worked by the keyboard alone', async () => {
      const page = await outgoing(house);
      await tabTo(page, 'Chọn tất cả');
      await page.keyboard.press('Tab');
      const at = async (number: number): Promise<void> => { await page.locator(`[role="row"]:focus`, { hasText: new RegExp(`^${number}\\n|\\b${number}/UBND-VP`) }).waitFor(); };
      const last = LETTERS.length;
      await at(last);
      await page.keyboard.press('ArrowDown');
      await at(last - 1);
      await page.keyboard.press('End');
      await at(1);
      await page.keyboard.press('PageUp');
      await page.locator('[role="row"]:focus').waitFor();
      await page.keyboard.press('Home');
      await at(last);
      await page.keyboard.press(' ');
      await page.getByText('Đã chọn 1').waitFor();
      await page.keyboard.press('Shift+ArrowDown');
      await at(last - 1);
      await page.keyboard.press(' ');
      await page.getByText('Đã chọn 2').waitFor();
      await page.keyboard.press('Control+a');
      await page.getByText(`Đã chọn ${last}`).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('complementary').getByText(`${last - 1}/UBND-VP`).waitFor();
      await page.getByRole('complementary').getByRole('region', { name: 'Đường đi của điện' }).getByText('chờ người mở').waitFor();
      await page.keyboard.press('k');
      await page.locator('input:focus').waitFor();
      assert.equal(await page.getByRole('searchbox').inputValue(), 'k');
      await page.context().close();
    });

    it('opens what has come in bulk, tells nothing of it before, and counts what is due', async () => {
      const page = await house.inside('thao', '/registers/in');
      await found(page, LETTERS.length);
      await page.getByRole('button', { name: /^Đến hạn trong 24 giờ\s*1$/ }).click();
      await found(page, 1);
      assert.match(await page.getByRole('row').nth(1).innerText(), /Chưa mở[\s\S]*Còn 2 giờ/);
      await page.getByRole('row').nth(1).press(' ');
      await page.getByRole('button', { name: 'Mở và kiểm tra 1 điện' }).click();
      await page.getByText('Xong 1 trên 1.').waitFor();
      await page.getByRole('row', { name: /Công điện số 12 về ứng phó mưa lũ[\s\S]*Đã mở/ }).waitFor();
      await page.getByRole('button', { name: 'Ghi đã thi hành 1 điện' }).click();
      await found(page, 0);
      await page.context().close();
    });

    /** The browser itself complains of each question that found no network; nothing else is forgiven. */
    function forgiveOffline(): void {
      const others = house.complaints.filter((one) => !one.includes('ERR_INTERNET_DISCONNECTED'));
      house.complaints.splice(0, house.complaints.length, ...others);
    }

    it('says so in every room, opens nothing for ever, and goes on as soon as the machine has its network again', async () => {
      const page = await house.inside('anh');
      await page.clock.install();
      await page.reload();
      const [strip, needs] = [page.getByText('Không có kết nối với trạm: đang đọc bản của máy này.'), page.getByText('Phần này ở trạm, máy này chưa giữ')];
      const visit = (at: string) => page.evaluate(`history.pushState(null, '', ${JSON.stringify(at)}); dispatchEvent(new PopStateEvent('popstate'))`);
      const rooms = ['/drafts', '/stations', '/operations', '/registers/in', '/desk'];
      // Whose scripts are loaded by then, as they are when somebody has worked for a while.
      for (const at of [...rooms, '/about']) {
        await visit(at);
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
      await page.context().setOffline(true);
      await strip.waitFor();
      for (const at of rooms) {
        await visit(at);
        await needs.waitFor();
        await strip.waitFor();
        assert.equal(await page.locator('.waiting').count(), 0, at);
      }
      // What is not known is not said to be nothing.
      assert.match(await page.getByRole('list', { name: 'Việc đang chờ' }).innerText(), /–\s+điện chờ mở/);
      // As after a while: the next try by the clock is more than a minute away.
      const retry = (disabled: boolean) => page.getByRole('button', { name: 'Thử lại ngay', disabled }).waitFor();
      for (let tried = 0; tried < 6; tried++) {
        await page.clock.fastForward(80_000);
        await retry(true);
        await retry(false);
      }
      await page.context().setOffline(false);
      await strip.waitFor({ state: 'detached', timeout: BACK_MS_MAX });
      await needs.waitFor({ state: 'detached', timeout: BACK_MS_MAX });
      await page.context().close();
      forgiveOffline();
    });

    it('says that the station is out of reach, and goes on finding', async () => {
      const page = await outgoing(house);
      await page.context().setOffline(true);
      await page.getByText('Không có kết nối với trạm').waitFor();
      await page.getByRole('searchbox').fill('nguyen thi anh');
      await found(page, 1);
      await page.context().close();
      forgiveOffline();
    });

    it('refuses a draft in sight while the station is out of reach, and takes that back with the link', async () => {
      const page = await house.inside('khue', '/compose', { viewport: { width: 1280, height: 800 } });
      await page.getByRole('combobox', { name: 'Thêm nơi nhận' }).fill('don sop');
      await page.getByRole('option', { name: /^Đồn Sốp Cộp/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByLabel('Trích yếu').fill('Nước sông Mã lên nhanh');
      await page.context().setOffline(true);
      const strip = page.getByText('Không có kết nối với trạm');
      await strip.waitFor();
      await page.getByRole('button', { name: 'Niêm phong và trình ký' }).click();
      const fault = page.locator('.compose > .fault');
      await fault.waitFor();
      const box = (await fault.boundingBox())!;
      assert.ok(box.y >= 0 && box.y + box.height <= 800, 'in sight');
      await page.context().setOffline(false);
      await strip.waitFor({ state: 'detached', timeout: BACK_MS_MAX });
      await fault.waitFor({ state: 'detached' });
      await page.context().close();
      forgiveOffline();
    });

    it('goes onto paper: A4 lying down, oldest first, under the mark of the most secret line, back to where it was', async () => {
      const page = await outgoing(house);
      await page.getByRole('button', { name: 'In sổ' }).click();
      const paper = page.getByRole('region', { name: 'Bản in của sổ' });
      await paper.getByRole('row', { name: /^1\/UBND-VP/ }).waitFor();
      assert.match(await paper.innerText(), /DIỄN TẬP\s+TỐI MẬT\s+SỔ ĐĂNG KÝ VĂN BẢN ĐI[\s\S]*30 văn bản[\s\S]*1\/UBND-VP[\s\S]*30\/UBND-VP[\s\S]*Thủ trưởng/i);
      assert.equal(await paper.getByRole('row').count(), LETTERS.length + 1);
      assert.equal(await paper.getByText('Trích sổ').count(), 0, 'the whole register is no extract');
      await assertFit(page);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('main > :not(.print-room):visible').count(), 0, 'nothing but the register lies on paper');
      await page.emulateMedia({ media: null });
      const pdf = await page.pdf({ preferCSSPageSize: true });
      // A4 lying down, in points.
      assert.match(pdf.toString('latin1'), /\/MediaBox \[0 0 84[12](?:\.\d+)? 59[45](?:\.\d+)?\]/);
      await page.getByRole('button', { name: 'Về sổ' }).click();
      await page.getByRole('grid').waitFor();
      await page.context().close();
    });

    it('says on paper that it is an extract, and by what', async () => {
      const page = await outgoing(house);
      await page.getByRole('searchbox').fill('nguyen thi anh');
      await found(page, 1);
      await page.evaluate("history.pushState(null, '', '/registers/out?tab=open&class=secret&period=range&since=2026-01-01&until=2030-12-31&view=print'); dispatchEvent(new PopStateEvent('popstate'))");
      await page.getByRole('region', { name: 'Bản in của sổ' }).getByText('Trích sổ, không phải cả sổ. Phần của sổ: Chưa xong; Từ tìm: “nguyen thi anh”; Độ mật: Tối mật; Từ ngày: 01/01/2026; Đến hết ngày: 31/12/2030.').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('is accessible and nothing stands beside the screen, in both themes and languages, on a desk and on a phone', async () => {
      const page = await outgoing(house);
      await assertFitEverywhere(page);
      await page.getByRole('searchbox').fill('nguyen thi anh');
      await found(page, 1);
      await page.getByRole('row', { name: new RegExp(NAMED) }).click();
      await page.getByRole('complementary').getByRole('heading', { name: NAMED }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('complementary').getByText('Number and symbol').waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}

async function outgoing(house: House, look?: Parameters<House['inside']>[2]): Promise<Page> {
  const page = await house.inside('khue', '/registers/out', look);
  await found(page, LETTERS.length);
  // Read to its end: the last line says what it is about.
  await page.getByRole('row', { name: /Đặng Ngọc Khuê/ }).first().waitFor();
  return page;
}

async function found(page: Page, count: number): Promise<void> {
  await page.getByText(new RegExp(`^${count} văn bản$`)).waitFor();
}
