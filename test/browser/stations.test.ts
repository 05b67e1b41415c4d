/**
 * Stations and links in a real browser: a link that is cut with what waits behind it, the most urgent first, and the same
 * link as it comes back, told by the station and not by a reload; accessible, in both languages, on a phone.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { want } from '../wants.ts';
import { sendLetters } from './correspondence.ts';
import { assertFitEverywhere, type House, openHouse } from './house.ts';

const executablePath = await want('chromium', 'stations and links in a browser');
const LETTERS = [{ subject: 'Công điện số 12', precedence: 'flash', hours: 3 }, { subject: 'Kế hoạch của Đặng Ngọc Khuê' }] as Parameters<typeof sendLetters>[1];

if (executablePath !== null) {
  describe('stations and links', () => {
    let house: House;

    before(async () => {
      house = await openHouse(executablePath, async (province) => {
        province.lowlands.cut();
        await sendLetters(province, LETTERS);
      });
    });
    after(() => house?.close());

    const relayRow = (page: Page): Locator => page.getByRole('row', { name: /^Trạm trung chuyển Mai Sơn/ });

    it('shows a cut link and what waits behind it, in both themes and languages, on a desk and on a phone', async () => {
      const page = await house.inside('khue', '/stations');
      await relayRow(page).getByText('đứt', { exact: true }).waitFor();
      assert.match(await relayRow(page).innerText(), /1 mục Hỏa tốc, 1 mục Thường[\s\S]*\d+ phút/);
      const drawing = page.getByRole('img', { name: 'Sở chỉ huy (diễn tập) nối Trạm trung chuyển Mai Sơn (diễn tập): đứt. ' });
      await drawing.getByText('2', { exact: true }).waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('row', { name: /1 FLASH, 1 ROUTINE/i }).waitFor();
      await assertFitEverywhere(page);
      await page.context().close();
    });

    it('shows by itself that the link is up again, what is gone, and the numbers that it gave', async () => {
      const page = await house.inside('khue', '/stations');
      await relayRow(page).getByText('đứt', { exact: true }).waitFor();
      house.province.lowlands.restore();
      await relayRow(page).getByText('thông', { exact: true }).waitFor();
      await relayRow(page).getByText('không có gì chờ').waitFor();
      assert.match(await relayRow(page).innerText(), /[1-9]\d* \/ \d+[\s\S]*\d\d\/\d\d\/\d{4}[\s\S]*[0-9a-f]{8}/);
      await page.getByText('1 đường nối giữa các trạm khác vẽ theo danh bạ').waitFor();
      await page.context().close();
    });

    it('says in whole lines why something waits here, and until when', async () => {
      const page = await house.inside('khue', '/about');
      await page.route('**/api/1/links', async (route) => {
        const response = await route.fetch();
        const { links, ...rest } = await response.json() as { links: object[] };
        const [first, ...others] = links;
        const at = Date.UTC(2026, 11, 1, 5, 30);
        await route.fulfill({ response, json: { ...rest, stranded: [{ station: 'muong-leo', held: { routine: 2, priority: 0, immediate: 0, flash: 1 }, since: at }], links: [{ ...first, state: 'down', triesAgain: at, retry: { code: 'directory-unheard', times: 1, at }, noRoomSince: at, missing: { first: 9, last: 12, count: 6 } }, ...others] } });
      });
      await page.getByRole('link', { name: 'Trạm và đường truyền' }).click();
      const why = page.getByText(/^Có mục chưa nhận hoặc chưa gửi được, đã thử 1 lần, thử lại lúc 01\/12\/2026 12:30: /);
      await why.waitFor();
      await page.getByText('Trạm này gọi lại lúc 01/12/2026 12:30:00.', { exact: true }).waitFor();
      await page.getByText(/^Không còn đường từ đây tới trạm .+: nằm lại ở trạm này 1 mục Hỏa tốc, 2 mục Thường, từ 01\/12\/2026 12:30, không mất\./).waitFor();
      await page.getByText(/^Bên kia báo hết chỗ chứa từ /).waitFor();
      await page.getByText(/^Số 9–12 và 2 số sau đó chưa nhận: /).waitFor();
      const { width } = (await why.boundingBox())!;
      assert.ok(width > 600, `${width} px wide`);
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByText(/^Something could not be taken or sent, tried 1 time, again at /).waitFor();
      await page.getByText('This station calls there again at 01/12/2026 12:30:00.', { exact: true }).waitFor();
      await page.getByText(/^Not received of the other side’s numbers: 9–12, and 2 further on\. /).waitFor();
      await page.getByRole('link', { name: 'Desk' }).click();
      await page.getByText('Not received of the numbers from Trạm trung chuyển Mai Sơn (diễn tập): 9–12, and 2 further on.').waitFor();
      await assertFitEverywhere(page);
      await page.getByRole('button', { name: 'Tiếng Việt' }).click();
      await page.getByRole('status').filter({ hasText: 'Số 9–12 và 2 số sau đó từ Trạm trung chuyển Mai Sơn (diễn tập) chưa nhận.' }).getByRole('link', { name: 'Xem đường truyền' }).click();
      await page.getByRole('heading', { name: 'Trạm và đường truyền' }).waitFor();
      await page.context().close();
    });

    it('left no complaint behind', () => assert.deepEqual(house.complaints, []));
  });
}
